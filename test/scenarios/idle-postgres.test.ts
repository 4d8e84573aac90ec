/** Who uses the database, as a real PostgreSQL tells it. */

import { afterAll, beforeAll, expect, test } from "vitest";
import { watchedPostgres } from "../security/watched-postgres.ts";
import { aCloud, type Cloud } from "../support/a-cloud.ts";
import { derivedCredentials } from "../support/derived.ts";
import { specText } from "../support/spec-text.ts";

const postgres = watchedPostgres();
let cloud: Cloud;

beforeAll(async () => {
  cloud = aCloud({ files: { "silos/acme-erp.yml": specText() }, postgres: postgres.onClock });
  const applied = await cloud.run("apply acme-erp");
  expect(applied, applied.stdout).toMatchObject({ exitCode: 0 });
}, 120_000);
afterAll(async () => {
  await cloud.fly.close();
  await postgres.close();
});

const evidence = async () => (await cloud.run("why acme-erp --verbose")).stdout;

test("its services are not taken for users, a person's client is, and is gone when it is closed", async () => {
  expect(await evidence()).toContain("no Postgres session but its services' own");
  const { passwords } = await derivedCredentials(cloud, "acme-erp");
  const session = await postgres.open("postgres", passwords.postgres.reveal());
  expect(await evidence()).toMatch(/Postgres session of postgres, idle for \d+ s/);
  await session.end();
  expect(await evidence()).toContain("no Postgres session but its services' own");
});
