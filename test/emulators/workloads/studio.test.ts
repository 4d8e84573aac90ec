import { describe, expect, it } from "vitest";
import { kongEnv } from "./a-kong.ts";
import { aNeighbourhood, container, images } from "./a-neighbourhood.ts";

const gateway = `
_format_version: "3.0"
consumers:
  - { username: dashboard, basicauth_credentials: [{ username: admin, password: "s:ecret" }] }
services:
  - name: studio
    url: http://127.0.0.1:3000
    routes: [{ name: studio, strip_path: false, paths: [/] }]
    plugins: [{ name: basic-auth, config: { hide_credentials: true } }]
`;

function aStudio(
  world: ReturnType<typeof aNeighbourhood>,
  host: string,
  order = "LAST,AAAA,A,CNAME",
  text = gateway,
) {
  const { KONG_STATUS_LISTEN, ...rest } = kongEnv;
  return world.aMachine("studio", {
    containers: [
      container("gateway", images.kong, {
        env: { ...rest, KONG_DNS_ORDER: order },
        files: { "/etc/kong.yml": text },
      }),
      container("studio", images.studio, {
        env: { HOSTNAME: host, STUDIO_PG_META_URL: "http://127.0.0.1:8080" },
      }),
      container("meta", images.meta, {
        env: {
          PG_META_PORT: "8080",
          PG_META_HOST: host,
          PG_META_DB_HOST: "pg.flycast",
          PG_META_DB_PASSWORD: "pw-admin",
        },
      }),
    ],
  });
}

const login = {
  headers: { authorization: `Basic ${Buffer.from("admin:s:ecret").toString("base64")}` },
};

describe("a studio of three containers", () => {
  it("asks for a login at the gateway and shows nothing else outside", async () => {
    const world = aNeighbourhood();
    const studio = aStudio(world, "127.0.0.1");
    expect(await world.boot(studio)).toEqual({ kind: "listens", ports: [8000] });
    expect((await world.ask(studio, 8000, "/api/profile")).status).toBe(401);
    expect((await world.ask(studio, 8000, "/api/profile", login)).status).toBe(200);
    expect((await world.ask(studio, 3000, "/api/profile")).status).toBe(502);
  });

  it("reaches postgres-meta over the loopback and Postgres over Flycast", async () => {
    const world = aNeighbourhood();
    await world.boot(
      world.aMachine("pg", {
        env: { POSTGRES_PASSWORD: "pw-admin" },
        mount: "/var/lib/postgresql",
      }),
    );
    const studio = aStudio(world, "127.0.0.1");
    await world.boot(studio);
    const body = JSON.stringify({ query: "select 1 as one" });
    const init = {
      method: "POST",
      body,
      headers: { ...login.headers, "content-type": "application/json" },
    };
    const answer = await world.ask(studio, 8000, "/api/pg-meta/default/query", init);
    expect(await answer.json()).toEqual([{ one: "1" }]);
  });

  it.each(["::", "0.0.0.0"])(
    "is open to everyone past the login when its parts listen on %s",
    async (host) => {
      const world = aNeighbourhood();
      await world.boot(
        world.aMachine("pg", {
          env: { POSTGRES_PASSWORD: "pw-admin" },
          mount: "/var/lib/postgresql",
        }),
      );
      const studio = aStudio(world, host);
      expect(await world.boot(studio)).toEqual({ kind: "listens", ports: [8000, 3000, 8080] });
      expect((await world.ask(studio, 3000, "/api/profile")).status).toBe(200);
      const query = { method: "POST", body: JSON.stringify({ query: "select 1" }) };
      expect((await world.ask(studio, 8080, "/query", query)).status).toBe(200);
    },
  );

  it("goes to ::1 for localhost when AAAA comes first", async () => {
    const local = gateway.replace("127.0.0.1", "localhost");
    const status = async (order: string) => {
      const world = aNeighbourhood();
      const studio = aStudio(world, "127.0.0.1", order, local);
      await world.boot(studio);
      return (await world.ask(studio, 8000, "/", login)).status;
    };
    expect(await status("LAST,AAAA,A,CNAME")).toBe(502);
    expect(await status("LAST,A,AAAA,CNAME")).toBe(307);
  });

  it("does not run when one container does not", async () => {
    const world = aNeighbourhood();
    const studio = aStudio(world, "127.0.0.1", "NONSENSE");
    expect(await world.boot(studio)).toMatchObject({
      kind: "exits",
      log: expect.stringMatching(/^gateway: /),
    });
  });
});
