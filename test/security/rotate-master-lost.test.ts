/** The master key is gone for good: the silo is got back with its data, and nothing old opens it. */

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Credentials, loginRoles } from "#silo/credentials.ts";
import { crashing, inFirstRun, isWrite } from "../scenarios/interruptions.ts";
import { expectRotated, metadataOf, rotated, statusOf } from "../scenarios/rotations.ts";
import { resumeCloud, type SavedCloud, stackOf } from "../scenarios/stacks.ts";
import { aCloud, type Cloud, otherMasterKey, testMasterKey } from "../support/a-cloud.ts";
import { derivedCredentials } from "../support/derived.ts";
import { specText } from "../support/spec-text.ts";
import { underOneKey } from "./under-one-key.ts";
import { watchedPostgres } from "./watched-postgres.ts";

const apps = ["erp", "crm", "hr", "shop"];
const files = Object.fromEntries(
  apps.map((app) => [`silos/acme-${app}.yml`, specText({ app })] as const),
);
const environment = { SILO_MASTER_KEY: otherMasterKey };
const lost = "rotate-master acme-erp --lost --allow-lost";

let fleet: SavedCloud;
let single: SavedCloud;
let old: Credentials;

beforeAll(async () => {
  ({ fleet, single, old } = await underOneKey(files));
});

describe("rotate-master-lost is refused before any write", () => {
  const refusedRun = async (line: string, own: Readonly<Record<string, string>>, config = "") => {
    const cloud = await resumeCloud(fleet, {
      environment: own,
      files: { "silo.config.yml": config },
    });
    const refused = await cloud.run(line);
    expect(refused, line).toMatchObject({ exitCode: 4, writes: [] });
    return refused.stderr;
  };

  test("when the key is there, as the present one or as the previous one", async () => {
    const present = await refusedRun(lost, { SILO_MASTER_KEY: testMasterKey });
    expect(present).toContain("The master key of acme-erp is not lost: it is set");
    const previous = await refusedRun(lost, {
      ...environment,
      SILO_MASTER_KEY_PREVIOUS: testMasterKey,
    });
    expect(previous).toContain("leave --lost out");
  });

  test("when it is there for one of several", async () => {
    const cloud = await resumeCloud(fleet, { environment });
    cloud.files.write("silos/acme-new.yml", specText({ app: "new" }));
    await rotated(cloud, "apply acme-new");
    const refused = await cloud.run("rotate-master acme-erp acme-new --lost --allow-lost");
    expect(refused).toMatchObject({ exitCode: 4, writes: [] });
    expect(refused.stderr).toContain("The master key of acme-new is not lost");
  });

  test("without --allow-lost, after showing the plan", async () => {
    const text = await refusedRun("rotate-master acme-erp --lost --quiet", environment);
    expect(text).toContain("Append generation 2 of the keys of acme-erp, from the master key");
    expect(text).toContain("needs --allow-lost");
  });

  test("for more silos than the guards allow", async () => {
    const tooMany = await refusedRun("rotate-master --lost --allow-lost", environment);
    expect(tooMany).toContain("Giving up the keys of 4 silos at once is too many");
    expect(tooMany).toContain("max_destroy_count is 3");
    const config = "guards: { max_destroy_count: 1 }\n";
    const two = "rotate-master acme-erp acme-crm --lost --allow-lost";
    expect(await refusedRun(two, environment, config)).toContain("max_destroy_count is 1");
  });
});

test("silos that are named at a time come one after the other", async () => {
  const cloud = await resumeCloud(fleet, { environment });
  for (const names of ["acme-erp acme-crm", "acme-erp acme-crm acme-hr", ""]) {
    await rotated(cloud, `rotate-master ${names} --lost --allow-lost`.replace("  ", " "));
  }
  expect(await cloud.run(lost)).toMatchObject({ exitCode: 0, writes: [] });
  await rotated(cloud, "restart acme-erp acme-crm acme-hr acme-shop");
  // Once its keys are of this master key alone by choice, it is not lost.
  await expectRotated(cloud, old, 2, otherMasterKey);
});

test("a stopped silo stays stopped, and is the new key's alone once it is started", async () => {
  const cloud = await resumeCloud(single, { environment });
  await rotated(cloud, "stop acme-erp");
  const { writes } = await rotated(cloud, lost);
  expect(writes.map(({ action }) => action)).not.toContain("machine.start");
  await rotated(cloud, "start acme-erp");
  await expectRotated(cloud, old, 2, otherMasterKey);
});

test("a machine that is missing, which nothing else could make again, is made by it", async () => {
  const cloud = await resumeCloud(single, { environment });
  const rest = (await stackOf(cloud)).machines.find(({ app }) => app.endsWith("-rest"));
  const path = `http://fly.local/v1/apps/${rest?.app}/machines/${rest?.id}?force=true`;
  await cloud.fly.fetch(path, { method: "DELETE", headers: { authorization: "Bearer local" } });
  await cloud.clock.sleep(60_000);
  expect(await cloud.run("apply acme-erp")).toMatchObject({ exitCode: 4, writes: [] });
  await rotated(cloud, lost);
  await expectRotated(cloud, old, 2, otherMasterKey);
});

test("without its kong machine it is refused, with the way out", async () => {
  const cloud = await resumeCloud(single, { environment });
  const kong = (await stackOf(cloud)).machines.find(({ app }) => app.endsWith("-kong"));
  const path = `http://fly.local/v1/apps/${kong?.app}/machines/${kong?.id}?force=true`;
  await cloud.fly.fetch(path, { method: "DELETE", headers: { authorization: "Bearer local" } });
  await cloud.clock.sleep(60_000);
  const refused = await cloud.run(lost);
  expect(refused).toMatchObject({ exitCode: 4, writes: [] });
  expect(refused.stdout).toContain("save the data");
});

test("killed at every write, the same command goes on", async () => {
  const whole = crashing({ at: Number.POSITIVE_INFINITY, when: "before", counts: isWrite });
  await rotated(await resumeCloud(single, { environment, wrap: whole.wrap }), lost);
  const wounds: string[] = [];
  for (let at = 1; at <= whole.count(); at++) {
    const { wrap, died } = crashing({ at, when: "after", counts: isWrite });
    const cloud = await resumeCloud(single, { environment, wrap: inFirstRun(wrap) });
    const place = await Promise.race([died, cloud.run(lost)]);
    const again = await cloud.run(lost);
    const record = await metadataOf(cloud, "kong");
    const isDone =
      again.exitCode === 0 && record.silo_gen_2 !== undefined && !("silo_rotation" in record);
    if (!isDone || (await statusOf(cloud, old)) !== 401) {
      wounds.push(`${String(place)}: ${again.stdout}${again.stderr}`);
    }
  }
  expect(wounds).toEqual([]);
}, 120_000);

describe("rotate-master-lost on a real database", () => {
  const postgres = watchedPostgres();
  let cloud: Cloud;
  let after: Credentials;
  let own: Credentials;

  beforeAll(async () => {
    cloud = aCloud({
      files: { "silos/acme-erp.yml": specText() },
      postgres: postgres.onClock,
    });
    await rotated(cloud, "apply acme-erp");
    own = await derivedCredentials(cloud, "acme-erp");
    await rotated(cloud, 'psql acme-erp -c "create table public.kept (what text)"');
    await rotated(cloud, `psql acme-erp -c "insert into public.kept values ('still here')"`);
    const moved = await cloud.run(lost, { environment });
    expect(moved, moved.stdout + moved.stderr).toMatchObject({ exitCode: 0 });
    after = await derivedCredentials(cloud, "acme-erp", otherMasterKey);
  }, 180_000);
  afterAll(async () => {
    await cloud.fly.close();
    await postgres.close();
  });

  test("no old password logs in, each new one does", async () => {
    for (const role of loginRoles) {
      const codeOf = async ({ passwords }: Credentials) =>
        (await postgres.refusal(role, passwords[role].reveal()))?.code;
      expect([await codeOf(own), await codeOf(after)], role).toEqual(["28P01", undefined]);
    }
  });

  test("no old key passes kong, the new one does, and reads the data", async () => {
    expect([await statusOf(cloud, own), await statusOf(cloud, after)]).toEqual([401, 200]);
    const headers = { apikey: own.serviceRoleKey.reveal() };
    const url = "https://devenv-acme-erp-kong.fly.dev/rest/v1/";
    expect((await cloud.fly.proxy(url, { headers })).status).toBe(401);
  });

  test("the data is as it was", async () => {
    expect(await postgres.ask("select what from public.kept")).toEqual([["still here"]]);
  });
});
