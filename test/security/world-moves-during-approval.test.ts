/** What a person has agreed to is done, or less of it; what the world has made of it since is not. */

import { expect, test } from "vitest";
import { aCloud, type Cloud } from "../support/a-cloud.ts";
import { specText } from "../support/spec-text.ts";

const file = "silos/acme-erp.yml";
const devenv = "  prevent_destroy: false";
const api = "https://api.machines.dev/v1/apps";

async function removeMachine(cloud: Cloud, app: string): Promise<void> {
  const headers = { authorization: "Bearer local" };
  const answer = await cloud.fly.fetch(`${api}/${app}/machines`, { headers });
  const [machine] = (await answer.json()) as readonly { readonly id: string }[];
  const url = `${api}/${app}/machines/${machine?.id}?force=true`;
  expect((await cloud.fly.fetch(url, { method: "DELETE", headers })).status).toBe(200);
}

async function running(): Promise<Cloud> {
  const cloud = aCloud({ files: { [file]: specText({ devenv }) } });
  expect((await cloud.run("apply acme-erp")).exitCode).toBe(0);
  return cloud;
}

test("an apply that would do more than was approved changes nothing, and says what moved", async () => {
  const cloud = await running();
  cloud.files.write(
    file,
    specText({ devenv: `${devenv}\n  services: { gotrue: { memory_mb: 512 } }` }),
  );
  await cloud.run("plan acme-erp --out plan.json");
  await removeMachine(cloud, "devenv-acme-erp-rest");
  const run = await cloud.run("apply --plan plan.json");
  expect(run.exitCode).toBe(4);
  expect(run.stderr).toContain("new step: Create machine rest-yyz");
  expect(run.writes).toEqual([]);
});

test("less of it goes ahead", async () => {
  const cloud = await running();
  await cloud.run("stop acme-erp");
  cloud.files.write(
    file,
    specText({ devenv: `${devenv}\n  services: { gotrue: { memory_mb: 512 } }` }),
  );
  await cloud.run("plan acme-erp --out plan.json");
  expect((await cloud.run("apply acme-erp")).exitCode).toBe(0);
  const run = await cloud.run("apply --plan plan.json");
  expect([run.exitCode, run.writes]).toEqual([0, []]);
});

test("a destruction is the one that was approved, by its digest, or none", async () => {
  const cloud = await running();
  const shown = await cloud.run("destroy acme-erp --dry-run --allow-destroy");
  const digest = /digest ([0-9a-f]{32})/.exec(shown.stderr)?.[1] ?? "";
  expect([shown.exitCode, shown.writes, digest.length]).toEqual([0, [], 32]);
  await cloud.run("stop acme-erp");
  const moved = await cloud.run(`destroy acme-erp --allow-destroy --plan ${digest}`);
  expect([moved.exitCode, moved.writes]).toEqual([4, []]);
  await cloud.run("start acme-erp");
});
