/** Values of a frontend that somebody changed by hand, and those of a place that is no longer its own. */

import { expect, test } from "vitest";
import type { Cloud } from "../support/a-cloud.ts";
import { guarded } from "../support/guarded.ts";
import { specText } from "../support/spec-text.ts";
import {
  anonKey,
  builds,
  call,
  cloudWith,
  netlifyOf,
  repo,
  site,
  standing,
  urlKey,
  withNetlify,
} from "./a-frontend.ts";

const other = "silo-acme-other";
const teams = [{ slug: "acme", sites: [{ name: site }, { name: other }] }];
const standingOn = (cloud: Cloud, name: string) =>
  netlifyOf(cloud)
    .control.variables("acme", name)
    .flatMap(({ key, values }) => values.map(({ parameter }) => `${parameter} ${key}`));

async function idOf(cloud: Cloud, name = site): Promise<string> {
  const [found] = (await call(cloud, "GET", `/sites?name=${name}`)) as [{ id: string }];
  return found.id;
}

const byHand: Record<string, (cloud: Cloud, id: string) => Promise<unknown>> = {
  "a key overwritten": (cloud, id) =>
    call(cloud, "PATCH", `/accounts/acme/env/${anonKey}?site_id=${id}`, {
      context: "branch",
      context_parameter: "prod",
      value: "another",
    }),
  "a URL overwritten": (cloud, id) =>
    call(cloud, "PATCH", `/accounts/acme/env/${urlKey}?site_id=${id}`, {
      context: "branch",
      context_parameter: "prod",
      value: "https://evil.example",
    }),
  "a variable removed": async (cloud, id) => {
    await netlifyOf(cloud).fetch(
      `http://netlify.local/api/v1/accounts/acme/env/${anonKey}?site_id=${id}`,
      { method: "DELETE", headers: { authorization: "Bearer any" } },
    );
  },
};

test.each(
  Object.entries(byHand).flatMap(([what, change]) =>
    ["apply acme-erp", "drift --heal"].map((line) => [what, line, change] as const),
  ),
)("%s by hand is put right by `%s`, and built", async (_what, line, change) => {
  const cloud = cloudWith();
  await cloud.run("apply");
  const values = standing(cloud);
  await change(cloud, await idOf(cloud));
  expect(standing(cloud)).not.toEqual(values);
  const drift = await cloud.run("drift");
  expect(drift).toMatchObject({ exitCode: 3, writes: [] });
  expect(drift.stdout).toContain("again, and build it: changed or removed by hand");
  expect(drift.stdout + drift.stderr).not.toContain("evil.example");
  const healed = await cloud.run(line);
  expect(healed.exitCode, healed.stderr).toBe(0);
  expect(standing(cloud)).toEqual(values);
  expect(builds(cloud)).toBe(2);
  expect((await cloud.run("apply acme-erp")).stdout).toContain("nothing to do");
  expect(cloud.violations()).toEqual([]);
});

test("a plan over the fleet does not ask Netlify, and one without the key sees what needs none", async () => {
  const cloud = cloudWith();
  await cloud.run("apply");
  const before = netlifyOf(cloud).requests.length;
  await cloud.run("plan");
  expect(netlifyOf(cloud).requests.length).toBe(before);
  const planned = async () =>
    (
      await cloud.run("plan acme-erp --detailed-exitcode", {
        environment: { SILO_MASTER_KEY: "" },
      })
    ).exitCode;
  await byHand["a key overwritten"]?.(cloud, await idOf(cloud));
  expect(await planned()).toBe(0);
  await byHand["a URL overwritten"]?.(cloud, await idOf(cloud));
  expect(await planned()).toBe(3);
});

test("a plan whose token only says that there is one, or that Netlify does not answer, goes on", async () => {
  let isDown = false;
  const cloud = cloudWith({
    wrapNetlify: (fetch) => async (input, init) =>
      isDown ? Response.json({ code: 401, message: "no" }, { status: 401 }) : fetch(input, init),
  });
  await cloud.run("apply");
  isDown = true;
  const plan = await cloud.run("plan acme-erp --detailed-exitcode");
  expect(plan.exitCode).toBe(0);
  expect(plan.stderr).toContain("what stands on Netlify was not looked at");
});

test.each<[string, string, string[]]>([
  ["another branch", withNetlify("next"), [`next ${urlKey}`, `next ${anonKey}`]],
  ["fewer variables", withNetlify().replace(`, ${anonKey}`, ""), [`prod ${urlKey}`]],
  ["no frontend", specText({ devenv: "  prevent_destroy: false" }), []],
])("%s leaves nothing where it was", async (_what, text, expected) => {
  const cloud = cloudWith({ github: { repositories: [{ name: repo, ...guarded }] } });
  await cloud.run("apply");
  cloud.files.write("silos/acme-erp.yml", text);
  const applied = await cloud.run("apply");
  expect(applied.exitCode, applied.stderr).toBe(0);
  expect(applied.stdout + applied.stderr).not.toContain("approval:");
  expect(standingOn(cloud, site)).toEqual(expected);
  const shown = cloud.github?.reveal(repo, "repository").variables.has("SILO_ACME_ERP_PREVIEW_URL");
  expect(shown).toBe(expected.length > 0);
  expect((await cloud.run("apply acme-erp")).stdout).toContain("nothing to do");
  expect(cloud.violations()).toEqual([]);
});

test("a run that died between removing and writing is continued", async () => {
  let isDead = false;
  const cloud = cloudWith({
    netlify: { teams },
    wrapNetlify: (fetch) => async (input, init) => {
      const isDone = isDead && init?.method === "DELETE";
      const answer = await fetch(input, init);
      if (isDone) throw new TypeError("fetch failed");
      return answer;
    },
  });
  await cloud.run("apply");
  cloud.files.write("silos/acme-erp.yml", withNetlify().replace(site, other));
  isDead = true;
  expect((await cloud.run("apply")).exitCode).toBe(1);
  expect(standingOn(cloud, other)).toEqual([]);
  isDead = false;
  expect((await cloud.run("apply")).exitCode).toBe(0);
  expect(standingOn(cloud, site)).toEqual([]);
  expect(standingOn(cloud, other)).toEqual([`prod ${urlKey}`, `prod ${anonKey}`]);
});
