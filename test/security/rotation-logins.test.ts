/** A rotation on a real PostgreSQL, by logging in: what was known before it opens nothing after it. */

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { SqlSession } from "#emulators/postgres/database.ts";
import { type Credentials, loginRoles } from "#silo/credentials.ts";
import { resumeCloud, runningSilo } from "../scenarios/stacks.ts";
import { aCloud, type Cloud } from "../support/a-cloud.ts";
import { derivedCredentials } from "../support/derived.ts";
import { guarded } from "../support/guarded.ts";
import { specText } from "../support/spec-text.ts";
import { leaksIn } from "./silo-secrets.ts";
import { isSecretSet, spiedFetch } from "./spied-fetch.ts";
import { watchedPostgres } from "./watched-postgres.ts";

const repo = "somtech/silos";
const devops = { environment: "silo-acme-erp-devops" };
const restUrl = "https://devenv-acme-erp-kong.fly.dev/rest/v1/";

describe("rotation-opens-nothing-to-old-credentials", () => {
  const spy = spiedFetch();
  const postgres = watchedPostgres();
  let cloud: Cloud;
  let before: Credentials;
  let after: Credentials;
  let beforeExec = async (): Promise<void> => undefined;

  beforeAll(async () => {
    cloud = aCloud({
      wrap: (fetch) =>
        spy.wrap(async (input, init) => {
          if (String(input).endsWith("/exec")) await beforeExec();
          return fetch(input, init);
        }),
      files: { "silos/acme-erp.yml": specText() },
      github: { repositories: [{ name: repo, ...guarded }] },
      postgres: postgres.onClock,
    });
    const applied = await cloud.run("apply acme-erp");
    expect(applied, applied.stdout).toMatchObject({ exitCode: 0 });
    before = await derivedCredentials(cloud, "acme-erp");
    await postgres.ask("create table if not exists auth.sessions (id int)");
    await postgres.ask("create table if not exists auth.refresh_tokens (id int)");
    await postgres.ask("insert into auth.sessions (id) values (1)");
    spy.sent.length = 0;
    const rotated = await cloud.run("rotate acme-erp --reason leaked");
    expect(rotated, rotated.stdout + rotated.stderr).toMatchObject({ exitCode: 0 });
    after = await derivedCredentials(cloud, "acme-erp");
  }, 180_000);
  afterAll(async () => {
    await cloud.fly.close();
    await postgres.close();
  });

  const logIn = async (user: string, password: string) =>
    (await postgres.refusal(user, password))?.code;

  test("each login role has a new password, and the old one is refused", async () => {
    expect([before.generation, after.generation]).toEqual([1, 2]);
    for (const role of loginRoles) {
      expect(await logIn(role, before.passwords[role].reveal()), role).toBe("28P01");
      expect(await logIn(role, after.passwords[role].reveal()), role).toBeUndefined();
    }
  });

  test("through kong the new anon key works, and the old one is refused", async () => {
    const statusOf = async ({ anonKey }: Credentials) =>
      (await cloud.fly.proxy(restUrl, { headers: { apikey: anonKey.reveal() } })).status;
    expect([await statusOf(before), await statusOf(after)]).toEqual([401, 200]);
  });

  test("github holds the new values only", () => {
    const { github } = cloud;
    if (!github) throw new Error("There is no GitHub");
    const held = JSON.stringify(
      [devops, "repository" as const].map((place) => [...github.reveal(repo, place).secrets]),
    );
    for (const key of ["anonKey", "serviceRoleKey", "studioPassword"] as const) {
      expect(held).not.toContain(before[key].reveal());
      expect(held).toContain(after[key].reveal());
    }
    expect(held).not.toContain(before.passwords.postgres.reveal());
    expect(held).toContain(after.passwords.postgres.reveal());
  });

  test("after a leak everybody is signed out", async () => {
    expect(await postgres.ask("select count(*)::text from auth.sessions")).toEqual([["0"]]);
  });

  test("no password is sent but as an app secret; the SQL holds verifiers, on standard input", () => {
    const passwords = new Map(
      loginRoles.map((role) => [`password of ${role}`, after.passwords[role].reveal()]),
    );
    const sent = new Map(
      spy.sent
        .filter((one) => !isSecretSet(one))
        .map(({ method, path, text }, at) => [`${at} ${method} ${path}`, text]),
    );
    expect(leaksIn(sent, passwords)).toEqual([]);
    const [exec, ...others] = spy.sent.filter(({ path }) => path.endsWith("/exec"));
    expect(others).toEqual([]);
    const { command, stdin } = JSON.parse(exec?.body ?? "{}");
    expect(command.join(" ")).not.toMatch(/password|alter|SCRAM/i);
    expect(stdin.match(/ALTER ROLE \w+ PASSWORD 'SCRAM-SHA-256\$4096:/g)).toHaveLength(
      loginRoles.length,
    );
  });

  test("a connection made with an old password at the last moment is ended", async () => {
    const role = "postgres";
    const password = after.passwords[role].reveal();
    const sessions: SqlSession[] = [];
    beforeExec = async () => {
      const session = await postgres.open(role, password);
      expect((await session.query("select 1")).error).toBeUndefined();
      sessions.push(session);
    };
    const rotated = await cloud.run("rotate acme-erp");
    expect(rotated, rotated.stdout + rotated.stderr).toMatchObject({ exitCode: 0 });
    expect(sessions).toHaveLength(1);
    const answer = await sessions[0]?.query("select 1").catch((error: unknown) => ({ error }));
    expect(answer?.error).toBeDefined();
    expect(await logIn(role, password)).toBe("28P01");
  }, 120_000);
});

test("a rotation with another master key is refused before anything is written", async () => {
  const key = Buffer.from(Array.from({ length: 32 }, (_, i) => 255 - i)).toString("base64");
  const cloud = await resumeCloud(await runningSilo(), { environment: { SILO_MASTER_KEY: key } });
  const refused = await cloud.run("rotate acme-erp");
  expect(refused).toMatchObject({ exitCode: 4, writes: [] });
  expect(refused.stdout).toContain("not the key that acme-erp was made with");
});
