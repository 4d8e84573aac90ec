/** `silo logs`: what services wrote, without the query of a request and without anything like a credential. */

import { beforeAll, expect, test } from "vitest";
import type { Fetch } from "#world/effects.ts";
import { resumeCloud, runningSilo, type SavedCloud } from "../scenarios/stacks.ts";
import { derivedCredentials } from "../support/derived.ts";

let running: SavedCloud;

beforeAll(async () => {
  running = await runningSilo();
});

const kong = "https://devenv-acme-erp-kong.fly.dev";

test("kong logs paths and no query, in text and as JSON a line", async () => {
  const cloud = await resumeCloud(running);
  const { anonKey } = await derivedCredentials(cloud, "acme-erp");
  const key = anonKey.reveal();
  await cloud.fly.proxy(`${kong}/storage/v1/object/sign/a?token=abc.def.ghi`, {});
  await cloud.fly.proxy(`${kong}/rest/v1/?apikey=${key}`, {});
  await cloud.run("restart acme-erp");
  const { exitCode, stdout } = await cloud.run("logs acme-erp kong");
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/Z \S+ info {2}Starting machine\n/);
  expect(stdout).toContain('"GET /storage/v1/object/sign/a"');
  expect(stdout).toContain('"GET /rest/v1/" ');
  expect(stdout).not.toContain(key);
  expect(stdout).not.toContain("abc.def");
  const json = await cloud.run("logs acme-erp kong --format json");
  const lines = json.stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(lines.find(({ message }) => message.includes("/rest/v1/"))).toMatchObject({
    level: "info",
    machine: expect.stringMatching(/^[0-9a-f]+$/),
  });
  expect(cloud.violations()).toEqual([]);
});

test("whatever a service writes, credentials in it are masked", async () => {
  let said: readonly string[] = [];
  const wrap =
    (fetch: Fetch): Fetch =>
    async (input, init) => {
      const response = await fetch(input, init);
      if (!String(input).includes("/logs")) return response;
      const data = said.map((message) => ({
        attributes: { timestamp: "2026-11-24T10:00:00Z", message },
      }));
      return Response.json({ data, meta: { next_token: "1" } });
    };
  const cloud = await resumeCloud(running, { wrap });
  const keys = await derivedCredentials(cloud, "acme-erp");
  const secrets = [
    keys.anonKey.reveal(),
    keys.serviceRoleKey.reveal(),
    keys.jwtSecret.reveal(),
    keys.passwords.postgres.reveal(),
    "fm2_lJPECAAAAAAAAQ",
    "pkce_0123456789abcdef",
  ];
  const [anon, service, jwt, password, fly, mail] = secrets;
  said = [
    `authorization: Bearer ${anon}`,
    `apikey ${service} refused`,
    `JWT_SECRET=${jwt}`,
    `connecting to postgres://postgres:${password}@devenv-acme-erp-pg.flycast:5432/postgres`,
    `token ${fly}`,
    `GET /verify?token=${mail}&type=signup`,
    "\u001b[31mred\u202e text",
  ];
  const { stdout } = await cloud.run("logs acme-erp gotrue");
  for (const secret of secrets) expect(stdout).not.toContain(secret);
  expect(stdout).toContain("type=signup");
  expect(stdout).toContain("devenv-acme-erp-pg.flycast");
  expect(stdout).not.toMatch(/[^\P{C}\n]/u);
  expect(stdout.trim().split("\n")).toHaveLength(said.length);
});

test("--follow goes on with what is new, until it is interrupted", async () => {
  const cloud = await resumeCloud(running);
  const stop = new AbortController();
  const following = cloud.run("logs acme-erp kong --follow", { signal: stop.signal });
  await cloud.clock.sleep(5_000);
  await cloud.fly.proxy(`${kong}/rest/v1/one`, {});
  await cloud.clock.sleep(10_000);
  await cloud.fly.proxy(`${kong}/rest/v1/two`, {});
  await cloud.clock.sleep(10_000);
  stop.abort();
  const { stdout } = await following;
  expect(stdout.match(/\/rest\/v1\/(one|two)/g)).toEqual(["/rest/v1/one", "/rest/v1/two"]);
});

test("wrong words", async () => {
  const cloud = await resumeCloud(running);
  const word = await cloud.run("logs acme-erp postgress");
  expect(word).toMatchObject({ exitCode: 2, calls: [] });
  expect(word.stderr).toContain("did you mean postgres?");
  expect(await cloud.run("logs acme-erp")).toMatchObject({ exitCode: 2, calls: [] });
  expect(await cloud.run("logs acme-erpp kong")).toMatchObject({ exitCode: 2, calls: [] });
});
