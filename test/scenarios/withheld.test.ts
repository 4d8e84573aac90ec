/** Rows that were not handed out for want of a guard are handed out once it is there, by themselves. */

import { expect, test } from "vitest";
import type { Fetch } from "#world/effects.ts";
import type { Cloud, CloudOptions } from "../support/a-cloud.ts";
import { specText } from "../support/spec-text.ts";
import { aRepo, cloudWith, expectedWhileRunning, hubOf, standing } from "./handed-out.ts";

/** GitHub says that no rule guards any branch, and nothing else. */
function withoutRules() {
  const sight = { isBlind: true };
  const wrapGitHub = (fetch: Fetch): Fetch => {
    const isRules = (input: unknown) => String(input).includes("/rules/branches/");
    return async (input, init) =>
      sight.isBlind && isRules(input) ? Response.json([]) : fetch(input, init);
  };
  return { sight, wrapGitHub };
}

async function withheldIn(more: Partial<CloudOptions> = {}) {
  const { sight, wrapGitHub } = withoutRules();
  const cloud = cloudWith(aRepo(), { wrapGitHub, ...more });
  const { exitCode, stderr } = await cloud.run("apply");
  expect(exitCode, stderr).toBe(0);
  expect(stderr).toContain("the next apply after that hands it out");
  expect(standing(cloud).devops).toEqual({});
  return { cloud, sight };
}

async function expectNothingToDo(cloud: Cloud, line: string) {
  const run = await cloud.run(line);
  expect(run).toMatchObject({ exitCode: 0, writes: [] });
  return run;
}

test.each(["apply", "apply acme-erp", "drift --heal"])(
  "%s hands out what was withheld, once the branch is guarded",
  async (line) => {
    const { cloud, sight } = await withheldIn();
    const before = await expectNothingToDo(cloud, "apply");
    expect(before.stderr).toContain(
      "acme-erp: some of it is withheld from GitHub: somtech/silos asks for no review on main",
    );
    sight.isBlind = false;
    const plan = await cloud.run("plan --detailed-exitcode");
    expect(plan).toMatchObject({ exitCode: 3, writes: [] });
    expect(plan.stdout).toContain(
      "in the environment silo-acme-erp-devops in somtech/silos: it may be now",
    );
    const applied = await cloud.run(line);
    expect(applied.exitCode, applied.stderr).toBe(0);
    expect(standing(cloud)).toEqual(await expectedWhileRunning(cloud));
    expect((await expectNothingToDo(cloud, "apply acme-erp")).stderr).not.toContain("withheld");
    expect(cloud.violations()).toEqual([]);
  },
);

test("a run that died while it handed them out leaves nothing that a stop does not take back", async () => {
  let isDead = false;
  let isDying = false;
  const { sight, wrapGitHub } = withoutRules();
  const cloud = cloudWith(aRepo(), {
    wrapGitHub: (fetch) => {
      const inner = wrapGitHub(fetch);
      return async (input, init) => {
        const isWrite = init?.method === "PUT" && String(input).includes("/secrets/");
        const isList = /\/(secrets|variables)(\?|$)/.test(String(input));
        if (isDead && isList) return Response.json({ total_count: 0, secrets: [], variables: [] });
        const answer = await inner(input, init);
        if (isDying && isWrite) throw new TypeError("fetch failed");
        return answer;
      };
    },
  });
  await cloud.run("apply");
  sight.isBlind = false;
  isDying = true;
  expect((await cloud.run("apply")).exitCode).toBe(1);
  expect(standing(cloud).devops).not.toEqual({});
  // Lists that show nothing prove nothing.
  isDead = true;
  isDying = false;
  expect((await cloud.run("stop acme-erp")).exitCode).toBe(0);
  expect(standing(cloud)).toEqual({ repository: {}, devops: {}, auditor: {} });
});

test("a fleet is asked for its guard once a repository, and told once a reason", async () => {
  const apps = Array.from({ length: 5 }, (_, index) => `app${index}`);
  const files = Object.fromEntries(apps.map((app) => [`silos/acme-${app}.yml`, specText({ app })]));
  const { cloud } = await withheldIn({ files });
  await cloud.clock.sleep(60_000);
  const before = hubOf(cloud).requests.length;
  const { stderr } = await expectNothingToDo(cloud, "apply");
  expect(stderr).toContain("acme-app0, acme-app1, acme-app2, 2 more: some of it is withheld");
  const asked = hubOf(cloud).requests.slice(before);
  // Six, of which three are those of any fleet, and one says that a 404 was no closed door.
  expect(asked.map(({ action }) => action).sort()).toEqual([
    "branch-protection-get",
    "environments-list",
    "repository-get",
    "repository-get",
    "repository-secrets-list",
    "repository-variables-list",
  ]);
});

test("where a plan has no environments nothing is tried again until there are some", async () => {
  const cloud = cloudWith(aRepo({ private: true, plan: "free" }));
  await cloud.run("apply");
  const { stderr } = await expectNothingToDo(cloud, "apply acme-erp");
  expect(stderr).toContain("somtech/silos has no environments on its plan");
  await cloud.run("stop acme-erp");
  expect((await cloud.run("start acme-erp")).exitCode).toBe(0);
  expect(standing(cloud).devops).toEqual({});
});
