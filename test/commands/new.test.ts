/** `silo new`: what it writes is a valid spec, and nothing is ever written over. */

import { describe, expect, test } from "vitest";
import { aCloud } from "../support/a-cloud.ts";
import { specText } from "../support/spec-text.ts";

const file = "silos/acme-erp.yml";

describe("a new spec", () => {
  test("needs an organisation when nothing says it, and then is valid and can be planned", async () => {
    const cloud = aCloud();
    const missing = await cloud.run("new acme erp");
    expect(missing.exitCode).toBe(2);
    expect(missing.stderr).toContain("silo new acme erp --org ORG");
    expect(cloud.files.content.has(file)).toBe(false);
    const made = await cloud.run("new acme erp --org acme-erp --region ams --owner @somtech/acme");
    expect(made, made.stderr).toMatchObject({ exitCode: 0, stdout: `${file}\n`, calls: [] });
    expect(await cloud.run("validate")).toMatchObject({ exitCode: 0 });
    const plan = await cloud.run("plan acme-erp --format json");
    expect(JSON.parse(plan.stdout).silos[0].steps.length).toBeGreaterThan(20);
    expect(cloud.files.content.get(file)).toContain("silo_id: acme-erp-silo-001 #");
  });

  test("is in the organisation of all others, with an id that is free", async () => {
    const taken = specText({ app: "crm" }).replace("acme-crm-silo-001", "acme-erp-silo-001");
    const cloud = aCloud({ files: { "silos/acme-crm.yml": taken } });
    expect((await cloud.run("new acme erp")).exitCode).toBe(0);
    const text = cloud.files.content.get(file);
    expect(text).toContain('fly_org: "acme-erp"');
    expect(text).toContain("silo_id: acme-erp-silo-002");
    expect(await cloud.run("validate")).toMatchObject({ exitCode: 0 });
  });

  test("is never written over a file", async () => {
    const cloud = aCloud({ files: { [file]: "mine" } });
    const run = await cloud.run("new acme erp --org acme-erp");
    expect(run.exitCode).toBe(4);
    expect(run.stderr).toContain(`${file} is there already`);
    expect(cloud.files.content.get(file)).toBe("mine");
  });

  test.each([
    ["Acme erp --org x"],
    ["../acme erp --org x"],
    ["acme erp/../../x --org x"],
    ["acme erp --org x --region nowhere"],
    ["acme erp --org x --region yyz#"],
  ])("of %s is no spec, and is not written", async (words) => {
    const cloud = aCloud();
    const run = await cloud.run(`new ${words}`);
    expect(run.exitCode).toBe(2);
    expect(run.stderr).toContain("nothing was written");
    expect(cloud.files.content.size).toBe(0);
  });

  test("needs two slugs", async () => {
    expect(await aCloud().run("new acme")).toMatchObject({ exitCode: 2 });
  });
});
