/** The card of a silo on GitHub, as its deployments show it. */

import { expect, test } from "vitest";
import { createGitHubClient } from "#clients/github/client.ts";
import type { RepositorySeed } from "#emulators/github/options.ts";
import { Secret } from "#silo/secret.ts";
import { aCloud, type Cloud, type CloudOptions } from "../support/a-cloud.ts";
import { guarded } from "../support/guarded.ts";
import { specText } from "../support/spec-text.ts";

const repo = "somtech/silos";
const environment = "silo-acme-erp-devops";
const file = "silos/acme-erp.yml";
const spec = specText({ devenv: "  prevent_destroy: false" });

interface MoreOptions extends CloudOptions {
  readonly repository?: Partial<RepositorySeed>;
}

const cloudWith = ({ repository = {}, ...more }: MoreOptions = {}): Cloud =>
  aCloud({
    github: {
      repositories: [{ name: repo, ...guarded, ...repository }, { name: "somtech/other" }],
    },
    files: { [file]: spec },
    ...more,
  });

async function cards(cloud: Cloud): Promise<readonly string[]> {
  const { github, clock } = cloud;
  if (!github) throw new Error("There is no GitHub");
  const client = createGitHubClient({
    fetch: github.fetch,
    clock,
    random: { bytes: (length) => new Uint8Array(length) },
    token: new Secret("local"),
  });
  const deployments = await client.listDeployments(repo, environment);
  const states = deployments.map(({ id }) => client.getDeploymentState(repo, id));
  return (await Promise.all(states)).map((state) => state ?? "none");
}

const writes = ({ github }: Cloud): readonly string[] =>
  (github?.requests ?? [])
    .filter(({ action }) => /^deployment.*create$/.test(action))
    .map(({ action }) => action);

test("follow a silo from its start to its end, with one deployment", async () => {
  const cloud = cloudWith();
  for (const [line, state] of [
    ["apply", "success"],
    ["restart acme-erp", "success"],
    ["stop acme-erp", "inactive"],
    ["start acme-erp", "success"],
    ["destroy acme-erp --now --allow-destroy", "inactive"],
  ] as const) {
    const run = await cloud.run(line);
    expect(run, line).toMatchObject({ exitCode: 0 });
    expect(run.stderr, line).not.toContain("warning");
    expect(await cards(cloud), line).toEqual([state]);
  }
  expect(writes(cloud)).toEqual([
    "deployment-create",
    ...Array.from({ length: 4 }, () => "deployment-status-create"),
  ]);
  expect(cloud.github?.environments(repo)).toEqual([]);
  expect(cloud.violations()).toEqual([]);
});

test("show that a run failed, and that the next one did not", async () => {
  let isBroken = false;
  const cloud = cloudWith({
    wrap: (fetch) => async (input, init) =>
      isBroken && init?.method === "POST" && /-auth\/machines\/\w+$/.test(String(input))
        ? Response.json({ error: "no such thing" }, { status: 422 })
        : fetch(input, init),
  });
  await cloud.run("apply");
  isBroken = true;
  cloud.files.write(file, specText({ services: "    gotrue: { memory_mb: 512 }" }));
  expect((await cloud.run("apply")).exitCode).toBe(1);
  expect(await cards(cloud)).toEqual(["failure"]);
  isBroken = false;
  expect((await cloud.run("apply")).exitCode).toBe(0);
  expect(await cards(cloud)).toEqual(["success"]);
});

const unguarded = { repository: { rules: [] } };

test.each<[string, MoreOptions]>([
  ["whose environment is not there", unguarded],
  ["whose account has no environments", { repository: { private: true, plan: "free" } }],
  [
    "that hands out in another repository",
    { files: { [file]: `${spec}secrets: { repository: somtech/other }\n` } },
  ],
])("are not made for a silo %s", async (_what, options) => {
  const cloud = cloudWith(options);
  expect((await cloud.run("apply")).exitCode).toBe(0);
  expect(writes(cloud)).toEqual([]);
  expect(cloud.github?.environments(repo)).not.toContain(environment);
});

test("are not made in an environment that lets every branch in", async () => {
  const cloud = cloudWith(unguarded);
  const url = `https://api.github.com/repos/${repo}/environments/${environment}`;
  const headers = { authorization: "Bearer local" };
  await cloud.github?.fetch(url, { method: "PUT", headers, body: "{}" });
  expect(cloud.github?.environments(repo)).toContain(environment);
  expect((await cloud.run("apply")).exitCode).toBe(0);
  expect(writes(cloud)).toEqual([]);
});

test("that are refused are a warning, and no more", async () => {
  const cloud = cloudWith({
    wrapGitHub: (fetch) => async (input, init) =>
      String(input).includes("/deployments")
        ? Response.json({ message: "Resource not accessible" }, { status: 403 })
        : fetch(input, init),
  });
  const applied = await cloud.run("apply");
  expect(applied.exitCode).toBe(0);
  expect(applied.stderr).toContain("warning: the deployments of acme-erp do not show how it is: ");
});
