/** A frontend on Netlify, kept current: what its builds see, phase by phase. */

import { expect, test } from "vitest";
import { keys } from "#silo/record.ts";
import type { Cloud } from "../support/a-cloud.ts";
import { guarded } from "../support/guarded.ts";
import {
  anonKey,
  builds,
  call,
  cloudWith,
  expected,
  netlifyOf,
  repo,
  site,
  standing,
  url,
  urlKey,
  withNetlify,
  writes,
} from "./a-frontend.ts";
import { stackOf } from "./stacks.ts";

const recordOf = async (cloud: Cloud) =>
  (await stackOf(cloud)).machines.find(({ name }) => name === "kong-yyz")?.versions.at(-1)?.config
    .metadata;

test("an apply sets the values of the branch and builds once; the next one does nothing; a stop leaves them", async () => {
  const cloud = cloudWith();
  expect(await cloud.run("apply acme-erp")).toMatchObject({ exitCode: 0 });
  const values = await expected(cloud);
  expect(standing(cloud)).toEqual(values);
  expect(builds(cloud)).toBe(1);

  const before = writes(cloud);
  await cloud.clock.sleep(60_000);
  const again = await cloud.run("apply acme-erp");
  expect(again).toMatchObject({ exitCode: 0, writes: [] });
  expect(again.stdout).toContain("nothing to do");

  for (const line of ["stop acme-erp", "start acme-erp", "restart acme-erp"]) {
    expect(await cloud.run(line)).toMatchObject({ exitCode: 0 });
    expect(standing(cloud)).toEqual(values);
  }
  expect(writes(cloud)).toBe(before);
  expect(cloud.violations()).toEqual([]);
});

test("the built frontend carries the key that Kong lets in", async () => {
  const cloud = cloudWith();
  await cloud.run("apply acme-erp");
  const shown = await netlifyOf(cloud).proxy(`https://prod--${site}.netlify.app/`);
  const { environment } = (await shown.json()) as { environment: Record<string, string> };
  const get = async (apikey: string) =>
    (await cloud.fly.proxy(`${environment[urlKey]}/rest/v1/`, { headers: { apikey } })).status;
  expect(await get(environment[anonKey] ?? "")).toBe(200);
  expect(await get("another")).toBe(401);
});

test("a rotation gives the frontend the new key, and builds it", async () => {
  const cloud = cloudWith();
  await cloud.run("apply acme-erp");
  const old = standing(cloud);
  expect(await cloud.run("rotate acme-erp")).toMatchObject({ exitCode: 0 });
  const values = await expected(cloud);
  expect(values).not.toEqual(old);
  expect(standing(cloud)).toEqual(values);
  expect(netlifyOf(cloud).control.builtWith(site, "prod")).toMatchObject({
    [anonKey]: values[`prod ${anonKey}`],
  });
  expect(builds(cloud)).toBe(2);
});

test("the preview URL is the one that Netlify gives, and GitHub hands it out", async () => {
  const cloud = cloudWith({
    github: { repositories: [{ name: repo, ...guarded }] },
  });
  const preview = `https://prod--${site}.netlify.app`;
  const handedOut = () =>
    ["repository" as const, { environment: "silo-acme-erp-devops" }].map((place) =>
      cloud.github?.reveal(repo, place).variables.get("SILO_ACME_ERP_PREVIEW_URL"),
    );
  expect(await cloud.run("apply acme-erp")).toMatchObject({ exitCode: 0 });
  expect(handedOut()).toEqual([preview, preview]);
  expect(await recordOf(cloud)).toMatchObject({ [keys.previewUrl]: preview });
  const context = await cloud.run("context acme-erp --role dev-worker");
  expect(JSON.parse(context.stdout)).toMatchObject({ silo_preview_url: preview });
  await cloud.clock.sleep(60_000);
  expect((await cloud.run("apply acme-erp")).stdout).toContain("nothing to do");
  await cloud.run("stop acme-erp");
  expect(handedOut()).toEqual([undefined, undefined]);
  await cloud.run("start acme-erp");
  expect(cloud.violations()).toEqual([]);
  expect(handedOut()).toEqual([preview, preview]);
});

test("a build that fails, is refused or never ends is said, and fails nothing", async () => {
  for (const [branch, why] of [
    ["fault-build-error", "Netlify did not build fault-build-error"],
    ["fault-build-refused", "cannot be built"],
    ["fault-build-timeout", "after 14 minutes"],
  ] as const) {
    const cloud = cloudWith({}, withNetlify(branch));
    const applied = await cloud.run("apply acme-erp");
    expect(applied).toMatchObject({ exitCode: 0 });
    expect(applied.stderr).toContain(why);
    expect(standing(cloud)).toEqual(await expected(cloud, branch));
    expect(JSON.parse((await cloud.run("status acme-erp --format json")).stdout)).toMatchObject({
      overall_status: "running",
    });
    expect((await cloud.run("apply acme-erp")).stdout).toContain("nothing to do");
  }
});

test("a silo is running before its frontend is built", async () => {
  const cloud = cloudWith({}, withNetlify("fault-build-timeout"));
  const applied = cloud.run("apply acme-erp");
  await cloud.clock.sleep(10 * 60_000);
  const record = await recordOf(cloud);
  expect(builds(cloud)).toBe(1);
  expect(record).not.toHaveProperty(keys.phase);
  await applied;
});

test("a site that is not there is said, and tried again by the next apply", async () => {
  const cloud = cloudWith({ netlify: { teams: [{ slug: "acme" }] } });
  const applied = await cloud.run("apply acme-erp");
  expect(applied).toMatchObject({ exitCode: 0 });
  expect(applied.stderr).toContain(`there is no Netlify site ${site}`);
  netlifyOf(cloud).control.addSite("acme", { name: site });
  expect(await cloud.run("apply acme-erp")).toMatchObject({ exitCode: 0 });
  expect(standing(cloud)).toEqual(await expected(cloud));
  expect(builds(cloud)).toBe(1);
});

test("a run that died between the values and the build is continued by a build", async () => {
  const cloud = cloudWith({
    netlify: {
      teams: [{ slug: "acme", sites: [{ name: site }] }],
      faults: [
        { match: { method: "POST", path: "/api/v1/sites/*/builds", times: 20 }, answer: "reset" },
      ],
    },
  });
  expect(await cloud.run("apply acme-erp")).toMatchObject({ exitCode: 1 });
  const values = await expected(cloud);
  expect(standing(cloud)).toEqual(values);
  expect(netlifyOf(cloud).control.builtWith(site, "prod")).toBeUndefined();
  for (let tries = 0; tries < 10; tries++) await cloud.run("apply acme-erp");
  expect(standing(cloud)).toEqual(values);
  expect(netlifyOf(cloud).control.builtWith(site, "prod")).toEqual({
    [urlKey]: url,
    [anonKey]: values[`prod ${anonKey}`],
  });
});

test("values of other branches and of the team are left alone, by apply and by destroy", async () => {
  const cloud = cloudWith();
  const [{ id }] = (await call(cloud, "GET", `/sites?name=${site}`)) as [{ id: string }];
  const theirs = { context: "branch", context_parameter: "dev", value: "https://theirs.example" };
  const body = [{ key: urlKey, values: [theirs] }];
  await call(cloud, "POST", `/accounts/acme/env?site_id=${id}`, body);
  await call(cloud, "POST", "/accounts/acme/env", [
    { key: anonKey, values: [{ context: "all", value: "team" }] },
  ]);
  await cloud.run("apply acme-erp");
  const others = { [`dev ${urlKey}`]: theirs.value };
  expect(standing(cloud)).toEqual({ ...others, ...(await expected(cloud)) });
  const destroyed = await cloud.run("destroy acme-erp --now --allow-destroy");
  expect(destroyed).toMatchObject({ exitCode: 0 });
  expect(standing(cloud)).toEqual(others);
  expect(netlifyOf(cloud).control.variables("acme")).toMatchObject([
    { key: anonKey, values: [{ value: "team" }] },
  ]);
});

test("a name for any other key is refused before anything is done", async () => {
  for (const name of ["VITE_SUPABASE_SERVICE_ROLE_KEY", "SUPABASE_JWT_SECRET", "DATABASE_URL"]) {
    const cloud = cloudWith({}, withNetlify().replace(anonKey, name));
    expect(await cloud.run("apply acme-erp")).toMatchObject({ exitCode: 2, writes: [] });
    expect(writes(cloud)).toBe(0);
  }
});

test("without a token nothing is planned, and it is said", async () => {
  const cloud = cloudWith({ environment: { NETLIFY_AUTH_TOKEN: "" } });
  const applied = await cloud.run("apply acme-erp");
  expect(applied).toMatchObject({ exitCode: 0 });
  expect(applied.stderr).toContain("netlify: not kept current: NETLIFY_AUTH_TOKEN is not set");
  expect(netlifyOf(cloud).requests).toEqual([]);
});
