import { describe, expect, it } from "vitest";
import {
  aJwt,
  aNeighbourhood,
  authEnv,
  bearer,
  postgresChanges,
  restEnv,
  storageEnv,
} from "./a-neighbourhood.ts";

async function withPostgres() {
  const world = aNeighbourhood();
  const pg = world.aMachine("pg", postgresChanges);
  await world.boot(pg);
  return { ...world, pg };
}

const wrong = (url: string) => url.replace(/:pw-\w+@/, ":other@");

describe("GoTrue", () => {
  it("boots with its role and answers its health", async () => {
    const { aMachine, boot, ask, check } = await withPostgres();
    const auth = aMachine("auth", { env: authEnv });
    expect(await boot(auth)).toEqual({ kind: "listens", ports: [9999] });
    expect(await (await ask(auth, 9999, "/health")).json()).toMatchObject({ name: "GoTrue" });
    expect((await check(auth, 9999, "/health")).passing).toBe(true);
    expect((await check(auth, 8081)).passing).toBe(false);
  });

  it.each([
    "API_EXTERNAL_URL",
    "GOTRUE_DB_DRIVER",
    "GOTRUE_DB_DATABASE_URL",
    "GOTRUE_SITE_URL",
    "GOTRUE_JWT_SECRET",
  ])("exits without %s", async (name) => {
    const { aMachine, boot } = await withPostgres();
    const booted = await boot(aMachine("auth", { env: { ...authEnv, [name]: undefined } }));
    expect(booted).toMatchObject({
      exitCode: 1,
      log: expect.stringContaining(`required key ${name}`),
    });
  });

  it("takes the short name of the database URL too, and listens on 8081 unless told", async () => {
    const { aMachine, boot } = await withPostgres();
    const { GOTRUE_DB_DATABASE_URL, GOTRUE_API_PORT, ...rest } = authEnv;
    const env = { ...rest, DATABASE_URL: GOTRUE_DB_DATABASE_URL };
    expect(await boot(aMachine("auth", { env }))).toEqual({ kind: "listens", ports: [8081] });
  });

  it.each([
    {
      name: "no Postgres there",
      url: "postgres://supabase_auth_admin:x@none.flycast:5432/postgres",
      log: "connection refused",
    },
    {
      name: "a wrong password",
      url: wrong(authEnv.GOTRUE_DB_DATABASE_URL),
      log: "password authentication failed",
    },
    {
      name: "a role without a password",
      url: "postgres://dashboard_user:x@pg.flycast:5432/postgres",
      log: "password authentication failed",
    },
    {
      name: "another database",
      url: authEnv.GOTRUE_DB_DATABASE_URL.replace(/postgres$/, "app"),
      log: 'database \\"app\\" does not exist',
    },
    {
      name: "the role of another service",
      url: "postgres://authenticator:pw-rest@pg.flycast:5432/postgres",
      log: "search path",
    },
  ])("exits with $name", async ({ url, log }) => {
    const { aMachine, boot } = await withPostgres();
    const booted = await boot(
      aMachine("auth", { env: { ...authEnv, GOTRUE_DB_DATABASE_URL: url } }),
    );
    expect(booted).toMatchObject({ exitCode: 1, log: expect.stringContaining(log) });
  });

  it("checks tokens with its own secret and the time", async () => {
    const { aMachine, boot, ask, clock } = await withPostgres();
    const auth = aMachine("auth", { env: authEnv });
    await boot(auth);
    const now = clock.now() / 1000;
    const status = async (token: string) =>
      (await ask(auth, 9999, "/admin/users", bearer(token))).status;
    expect(await status(aJwt({ role: "service_role", exp: now + 60 }))).toBe(200);
    expect(await status(aJwt({ role: "anon", exp: now + 60 }))).toBe(403);
    expect(await status(aJwt({ role: "service_role", exp: now - 1 }))).toBe(401);
    expect(await status(aJwt({ role: "service_role", exp: now + 60 }, "another secret"))).toBe(401);
  });
});

describe("Storage", () => {
  it("boots with its role and answers its status without asking who is there", async () => {
    const { aMachine, boot, check } = await withPostgres();
    const storage = aMachine("storage", { env: storageEnv });
    expect(await boot(storage)).toEqual({ kind: "listens", ports: [5000] });
    expect((await check(storage, 5000, "/status")).passing).toBe(true);
  });

  it.each(Object.keys(storageEnv).filter((name) => name !== "HOST"))(
    "exits without %s",
    async (name) => {
      const { aMachine, boot } = await withPostgres();
      const booted = await boot(aMachine("storage", { env: { ...storageEnv, [name]: undefined } }));
      expect(booted).toMatchObject({ exitCode: 1, log: `Error: ${name} is undefined` });
    },
  );

  it("exits when the database does not let it in", async () => {
    const { aMachine, boot } = await withPostgres();
    const env = { ...storageEnv, DATABASE_URL: wrong(storageEnv.DATABASE_URL) };
    expect(await boot(aMachine("storage", { env }))).toMatchObject({ kind: "exits", exitCode: 1 });
  });

  it("is out of reach of Flycast and the checks on its default listener", async () => {
    const { aMachine, boot, check } = await withPostgres();
    const storage = aMachine("storage", { env: { ...storageEnv, HOST: undefined } });
    await boot(storage);
    expect(await check(storage, 5000, "/status")).toMatchObject({ passing: false });
  });

  it("refuses expired tokens and those of another secret", async () => {
    const { aMachine, boot, ask, clock } = await withPostgres();
    const storage = aMachine("storage", { env: storageEnv });
    await boot(storage);
    const now = clock.now() / 1000;
    const status = async (token: string) =>
      (await ask(storage, 5000, "/bucket", bearer(token))).status;
    expect(await status(aJwt({ role: "anon", exp: now + 60 }))).toBe(200);
    expect(await status(aJwt({ role: "anon", exp: now - 60 }))).toBe(401);
    expect(await status(aJwt({ role: "anon", exp: now + 60 }, "x"))).toBe(401);
  });
});

describe("PostgREST", () => {
  it("is ready while it can log in, and says so only on the admin port", async () => {
    const { aMachine, boot, check, stop, pg } = await withPostgres();
    const rest = aMachine("rest", { env: restEnv });
    expect(await boot(rest)).toEqual({ kind: "listens", ports: [3000, 3001] });
    expect((await check(rest, 3001, "/ready")).passing).toBe(true);
    await stop(pg);
    expect((await check(rest, 3001, "/ready")).passing).toBe(false);
    await boot(pg);
    expect((await check(rest, 3001, "/ready")).passing).toBe(true);
  });

  it("has no admin server unless told, and IPv4 only unless told", async () => {
    const { aMachine, boot, check } = await withPostgres();
    const rest = aMachine("rest", { env: { ...restEnv, PGRST_ADMIN_SERVER_PORT: undefined } });
    expect(await boot(rest)).toEqual({ kind: "listens", ports: [3000] });
    const old = aMachine("rest", { env: { ...restEnv, PGRST_SERVER_HOST: undefined } });
    await boot(old);
    expect((await check(old, 3000)).passing).toBe(false);
  });

  it.each([
    { name: "a wrong password", uri: wrong(restEnv.PGRST_DB_URI) },
    { name: "no URL at all", uri: undefined },
  ])("stays up but not ready with $name", async ({ uri }) => {
    const { aMachine, boot, check, ask } = await withPostgres();
    const rest = aMachine("rest", { env: { ...restEnv, PGRST_DB_URI: uri } });
    expect((await boot(rest)).kind).toBe("listens");
    expect((await check(rest, 3001, "/ready")).passing).toBe(false);
    expect((await check(rest, 3001, "/live")).passing).toBe(true);
    expect((await ask(rest, 3000, "/")).status).toBe(503);
  });

  it("keeps its connection when the password is changed under it, and fails after a restart", async () => {
    const { aMachine, boot, check, exec, pg } = await withPostgres();
    const rest = aMachine("rest", { env: restEnv });
    await boot(rest);
    await check(rest, 3001, "/ready");
    const sql = "alter role authenticator password 'new'";
    await exec(pg, [
      "psql",
      "-h",
      "127.0.0.1",
      "-U",
      "supabase_admin",
      "-d",
      "postgres",
      "-c",
      sql,
    ]);
    expect((await check(rest, 3001, "/ready")).passing).toBe(true);
    await boot(rest);
    expect((await check(rest, 3001, "/ready")).passing).toBe(false);
  });

  it("answers by token: the anonymous role, its own secret, an expired one", async () => {
    const { aMachine, boot, ask, clock } = await withPostgres();
    const rest = aMachine("rest", { env: restEnv });
    await boot(rest);
    const now = clock.now() / 1000;
    expect(await (await ask(rest, 3000, "/")).json()).toMatchObject({ swagger: "2.0" });
    const answer = async (token: string) => await ask(rest, 3000, "/", bearer(token));
    expect((await answer(aJwt({ role: "anon", exp: now + 60 }))).status).toBe(200);
    const expired = await answer(aJwt({ role: "anon", exp: now - 60 }));
    expect(expired.status).toBe(401);
    expect(await expired.json()).toMatchObject({ message: "JWT expired" });
    expect((await answer(aJwt({ role: "anon" }, "x"))).status).toBe(401);
    const open = aMachine("rest", { env: { ...restEnv, PGRST_JWT_SECRET: undefined } });
    await boot(open);
    expect((await ask(open, 3000, "/", bearer(aJwt({ role: "anon" })))).status).toBe(500);
  });
});

describe("an unknown image", () => {
  it("starts and answers whatever is asked", async () => {
    const { aMachine, boot, check, ask } = aNeighbourhood();
    const other = aMachine("other", { image: "ghcr.io/acme/thing:1" });
    expect((await boot(other)).kind).toBe("listens");
    expect((await check(other, 1234)).passing).toBe(true);
    expect((await ask(other, 80, "/")).status).toBe(200);
  });
});
