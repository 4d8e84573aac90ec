import { afterAll, describe, expect, test } from "vitest";
import type { PostgresHost } from "#emulators/postgres/database.ts";
import { createPostgresHost } from "#emulators/postgres/host.ts";
import { aNeighbourhood, authEnv, bearer, postgresChanges } from "./a-neighbourhood.ts";

const real = createPostgresHost();
afterAll(() => real.close());

const ada = { email: "Ada@example.com", password: "correct horse" };

async function aGoTrue(postgres?: PostgresHost, env: Record<string, string> = {}) {
  const world = aNeighbourhood(postgres);
  await world.boot(world.aMachine("pg", postgresChanges));
  const auth = world.aMachine("auth", { env: { ...authEnv, ...env } });
  await world.boot(auth);
  const post = async (path: string, body: unknown) => {
    const answer = await world.ask(auth, 9999, path, {
      method: "POST",
      body: JSON.stringify(body),
    });
    return { status: answer.status, body: JSON.parse(await answer.text()) };
  };
  const user = async (token: string) =>
    (await world.ask(auth, 9999, "/user", bearer(token))).json();
  return { ...world, auth, post, user };
}

describe.each<[string, PostgresHost | undefined]>([
  ["a model of a database", undefined],
  ["a real PostgreSQL", real],
])("GoTrue over %s", (_name, postgres) => {
  test("signs up once, and in with the right password only", { timeout: 60_000 }, async () => {
    const { post, user } = await aGoTrue(postgres);
    const signedUp = await post("/signup", { ...ada, data: { name: "Ada" } });
    expect(signedUp).toMatchObject({ status: 200, body: { token_type: "bearer" } });
    expect(await post("/signup", ada)).toMatchObject({
      status: 400,
      body: { msg: "User already registered" },
    });
    const signIn = (password: string) =>
      post("/token?grant_type=password", { email: ada.email, password });
    expect(await signIn("wrong horse")).toMatchObject({
      status: 400,
      body: { error: "invalid_grant", error_description: "Invalid login credentials" },
    });
    const { status, body } = await signIn(ada.password);
    expect(status).toBe(200);
    expect(await user(body.access_token)).toMatchObject({
      id: signedUp.body.user.id,
      email: "ada@example.com",
      user_metadata: { name: "Ada" },
    });
  });
});

test("takes no password that is short, no address that is none, nobody when it is closed", async () => {
  const { post } = await aGoTrue();
  expect((await post("/signup", { ...ada, password: "short" })).status).toBe(422);
  expect((await post("/signup", { ...ada, email: "ada" })).status).toBe(422);
  expect((await post("/token?grant_type=refresh_token", {})).status).toBe(400);
  const closed = await aGoTrue(undefined, { GOTRUE_DISABLE_SIGNUP: "true" });
  expect((await closed.post("/signup", ada)).status).toBe(403);
});
