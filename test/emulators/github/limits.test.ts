import { describe, expect, it } from "vitest";
import { aGitHub } from "./a-github.ts";

const pulls = [{ title: "x", head: "x", files: {} }];

describe("limits", () => {
  it("are counted an hour by token and shown in headers", async () => {
    const { call, clock } = aGitHub({ limits: { perHour: 3 } });
    const look = (token: string) => call("GET", "", undefined, token);
    await look("a");
    const second = await look("a");
    expect(second.headers.get("x-ratelimit-remaining")).toBe("1");
    expect(second.headers.get("x-ratelimit-resource")).toBe("core");
    await look("a");
    const refused = await look("a");
    expect(refused.status).toBe(403);
    expect(refused.headers.get("x-ratelimit-remaining")).toBe("0");
    expect(refused.headers.get("retry-after")).toBeNull();
    expect((await look("b")).status).toBe(200);
    const resetMs = Number(refused.headers.get("x-ratelimit-reset")) * 1_000;
    clock.advance(resetMs - clock.now());
    expect((await look("a")).status).toBe(200);
  });

  it("of a workflow's token are a thousand, of an App's five", async () => {
    const { call } = aGitHub({ limits: "documented" });
    const limit = async (token: string) => {
      const { body } = await call<{ rate: { limit: number; used: number } }>(
        "GET",
        "//rate_limit",
        undefined,
        token,
      );
      return body.rate;
    };
    expect(await limit("github_token:x")).toMatchObject({ limit: 1_000, used: 0 });
    expect(await limit("app:x")).toMatchObject({ limit: 5_000, used: 0 });
  });

  it("hold back created content, with the time to wait", async () => {
    const { call, clock, emulator } = aGitHub({ limits: { contentPerMinute: 2 } }, { pulls });
    const comment = () => call("POST", "/issues/1/comments", { body: "x" });
    await comment();
    await comment();
    const refused = await comment();
    expect(refused).toMatchObject({
      status: 403,
      body: { message: expect.stringMatching(/secondary rate limit/) },
    });
    expect(refused.headers.get("retry-after")).toBe("60");
    expect((await call("GET", "/issues/1/comments")).status).toBe(200);
    expect((await call("PUT", "/environments/ops")).status).toBe(200);
    clock.advance(60_000);
    expect((await comment()).status).toBe(201);
    expect(emulator.comments("acme/erp", 1)).toHaveLength(3);
  });

  it("count a write as five reads", async () => {
    const { call } = aGitHub({ limits: { restPointsPerMinute: 10 } });
    await call("PUT", "/environments/a");
    await call("PUT", "/environments/b");
    expect((await call("GET", "")).status).toBe(403);
  });

  it("of GraphQL are counted apart", async () => {
    const { call, graphql } = aGitHub({ limits: { perHour: 1 } });
    await call("GET", "");
    expect((await call("GET", "")).status).toBe(403);
    const query = "{ rateLimit { remaining used } }";
    expect((await graphql(query)).data).toEqual({ rateLimit: { remaining: 0, used: 1 } });
  });
});

describe("faults", () => {
  it("break the connection after the effect", async () => {
    const { call, emulator } = aGitHub(
      {
        faults: [
          {
            match: { method: "POST", path: "/**/comments", nth: 1 },
            effect: "after",
            answer: "reset",
          },
        ],
      },
      { pulls },
    );
    const comment = () => call("POST", "/issues/1/comments", { body: "x" });
    await expect(comment()).rejects.toThrow("fetch failed");
    expect(emulator.comments("acme/erp", 1)).toEqual(["x"]);
    expect((await comment()).status).toBe(201);
    expect(emulator.requests.map(({ status }) => status)).toEqual([0, 201]);
  });

  it("or before it", async () => {
    const faults = [{ match: { path: "/graphql", times: 1 }, answer: { status: 502 } }];
    const { call } = aGitHub({ faults });
    const ask = async () =>
      (await call("POST", "//graphql", { query: "{ viewer { login } }" })).status;
    expect(await ask()).toBe(502);
    expect(await ask()).toBe(200);
  });

  it("empty a list", async () => {
    const faults = [{ match: { path: "/repos/*/*/environments" }, answer: "empty-list" as const }];
    const { call } = aGitHub({ faults });
    await call("PUT", "/environments/ops");
    expect((await call("GET", "/environments")).body).toMatchObject({ environments: [] });
  });

  it("are provoked by a name", async () => {
    const { call } = aGitHub();
    const put = async (name: string) => (await call("PUT", `/environments/${name}`)).status;
    expect(await put("silo-fault-github-down-a")).toBe(503);
    const passing = "silo-fault-github-503-a";
    expect([await put(passing), await put(passing), await put(passing)]).toEqual([503, 503, 200]);
    const limited = await call("PUT", "/environments/silo-fault-github-limit-a");
    expect(limited.headers.get("retry-after")).toBe("60");
  });

  it("lose an answer by a name, once for each kind of write", async () => {
    const { call, emulator } = aGitHub();
    const environment = "silo-fault-github-lost-a";
    const deploy = () => call("POST", "/deployments", { ref: "main", environment });
    await expect(deploy()).rejects.toThrow("fetch failed");
    expect(emulator.environments("acme/erp")).toEqual([environment]);
    expect((await deploy()).status).toBe(201);
    expect((await call("GET", "/deployments")).body).toHaveLength(2);
  });
});
