/** What a desk holds is good for the silos it was given, and for nothing else. */

import { expect, test } from "vitest";
import { aRepo } from "../scenarios/handed-out.ts";
import { aCloud, otherMasterKey, testMasterKey } from "../support/a-cloud.ts";
import { aDesk, type DeskOptions, tokensYaml } from "../support/a-desk.ts";
import { specText } from "../support/spec-text.ts";

const config = `desk:\n${tokensYaml([{ name: "ops", role: "devops" }])}`;

function aFleet() {
  const files = {
    "silos/acme-erp.yml": specText({ devenv: "  prevent_destroy: false" }),
    "silos/acme-crm.yml": specText({ app: "crm" }),
    "silo.config.yml": config,
  };
  return aCloud({ files, github: { repositories: [aRepo({ files })] } });
}

type Fleet = ReturnType<typeof aFleet>;

async function context(cloud: Fleet, silo: string, options: DeskOptions) {
  const desk = await aDesk(cloud, { power: "workflow", ...options });
  const answer = await desk.ask(`/app-context?silo=${silo}`, { as: "ops" });
  const body = (await answer.json()) as { detail?: string; connection_info?: object };
  await desk.close();
  return { status: answer.status, body };
}

const done = async (cloud: Fleet, line: string, environment = {}) => {
  const run = await cloud.run(line, { environment });
  expect(run.exitCode, run.stderr).toBe(0);
  return run.stdout.trim();
};

test("a desk without the master key shows what the command with it shows", async () => {
  const cloud = aFleet();
  await done(cloud, "apply");
  const { status, body } = await context(cloud, "acme-erp", {});
  expect(status).toBe(200);
  const { connection_info } = JSON.parse(await done(cloud, "context acme-erp --role devops"));
  expect(body.connection_info).toEqual(connection_info);
});

test("a desk that is given the master key does not start", async () => {
  const cloud = aFleet();
  const given = { power: "workflow", environment: { SILO_MASTER_KEY: testMasterKey } } as const;
  await expect(aDesk(cloud, { ...given, keepsMaster: true })).rejects.toThrow(
    "never hold the master key",
  );
});

test("the key of one silo is no other's, nor that of the same one made anew, nor of another master key", async () => {
  const cloud = aFleet();
  await done(cloud, "apply");
  const keys = await done(cloud, "desk-keys acme-erp");
  expect(keys.split(":")).toHaveLength(2);
  const environment = { SILO_DESK_KEYS: keys };
  expect(await context(cloud, "acme-erp", { environment })).toMatchObject({ status: 200 });
  const refused = { status: 503, body: { detail: expect.stringContaining("no key of") } };
  expect(await context(cloud, "acme-crm", { environment })).toMatchObject(refused);
  // Another silo's key under its name.
  const swapped = { SILO_DESK_KEYS: keys.replace("acme-erp", "acme-crm") };
  expect(await context(cloud, "acme-crm", { environment: swapped })).toMatchObject(refused);

  await done(cloud, "rotate acme-erp");
  expect(await context(cloud, "acme-erp", { environment })).toMatchObject({ status: 200 });
  const master = { SILO_MASTER_KEY: otherMasterKey, SILO_MASTER_KEY_PREVIOUS: testMasterKey };
  await done(cloud, "rotate-master acme-erp", master);
  expect(await context(cloud, "acme-erp", { environment })).toMatchObject(refused);
  const both = { SILO_DESK_KEYS: `${keys} ${await done(cloud, "desk-keys acme-erp", master)}` };
  expect(await context(cloud, "acme-erp", { environment: both })).toMatchObject({ status: 200 });

  await done(cloud, "destroy acme-erp --now --allow-destroy", master);
  await done(cloud, "apply acme-erp", master);
  expect(await context(cloud, "acme-erp", { environment: both })).toMatchObject(refused);
});

test("keys that are none are refused at the start, and never shown", async () => {
  const cloud = aFleet();
  const secret = `acme-erp-silo-001=${"k".repeat(43)}`;
  const starting = aDesk(cloud, { environment: { SILO_DESK_KEYS: secret } });
  await expect(starting).rejects.toThrow("Entry 1 of SILO_DESK_KEYS");
  await expect(starting).rejects.not.toThrow("kkk");
});
