/** A merge: what its pull request showed is done, and nothing else. */

import { afterAll, describe, expect, test } from "vitest";
import { aWorkshop, repository, secrets } from "../support/a-workshop.ts";
import { specText } from "../support/spec-text.ts";
import { stable } from "../support/stable.ts";
import { dispatch, pullRequest, push } from "../support/trigger-events.ts";

const crm = specText({ app: "crm" });
const erp = specText();

const shop = await aWorkshop({
  files: { "silos/acme-crm.yml": crm },
  github: {
    pulls: [
      { title: "Add acme-erp", head: "erp", files: { "silos/acme-erp.yml": erp } },
      {
        title: "Grow acme-erp",
        head: "grow",
        files: {
          "silos/acme-erp.yml": specText({ devenv: "  services: { gotrue: { memory_mb: 512 } }" }),
        },
      },
    ],
  },
});
afterAll(() => shop.close());

const head = () => shop.github.head(repository, "main");
const reading = { "fly-api-token": secrets["fly-api-token"] };

async function planned(pull: number, branch: string) {
  const event = pullRequest(shop.github, pull, branch);
  const plan = await shop.job({ event, checkout: branch, with: { command: "plan", ...reading } });
  expect(plan.exitCode, plan.log).toBe(0);
}

/** The push of the merge of a pull request. */
function merged(pull: number) {
  const before = head();
  shop.github.merge(repository, pull);
  return push(before, head());
}

const prepare = (event: ReturnType<typeof push>) =>
  shop.job({ event, checkout: event.sha, with: { command: "prepare", ...reading } });

function apply(event: ReturnType<typeof push>, prepared: Awaited<ReturnType<typeof prepare>>) {
  const { include } = JSON.parse(prepared.outputs.matrix ?? "");
  expect(include).toHaveLength(1);
  const { shard, silos, plan } = include[0];
  return shop.job({
    event,
    checkout: event.sha,
    with: { command: "apply", shard, silos, plan, ...secrets, "secrets-token": "app:secrets" },
  });
}

test("a silo that is there already", async () => {
  const event = push("0".repeat(40), head());
  const run = await shop.job({
    event,
    checkout: "main",
    with: { command: "apply", ...secrets, "secrets-token": "app:secrets" },
  });
  expect(run.exitCode, run.log).toBe(0);
  expect(run.post.exitCode).toBe(0);
});

let firstMerge: ReturnType<typeof push> | undefined;

test("a merge applies exactly the plan of its pull request, and asks nobody", async () => {
  await planned(1, "erp");
  const event = merged(1);
  firstMerge = event;
  const prepared = await prepare(event);
  expect(stable(prepared)).toMatchSnapshot("prepare");
  const untold = await prepare(push("0".repeat(40), head()));
  expect(untold.outputs, "what changed is not known").toMatchObject({
    "plan-digest": prepared.outputs["plan-digest"],
    "needs-approval": "true",
    reason: "it cannot be told what this run changes",
  });
  expect(prepared.outputs).toMatchObject({
    changed: "true",
    "needs-approval": "false",
    reason: "",
  });
  const applied = await apply(event, prepared);
  expect(applied.exitCode, applied.log).toBe(0);
  expect(applied.outputs.changed).toBe("true");
  const running = (await shop.machines()).filter(({ state }) => state === "started");
  expect(running).toHaveLength(12);
});

test("its status is one commit, by a job of its own", async () => {
  const branches = () => [...shop.github.branches(repository)].sort();
  expect(branches()).toEqual(expect.arrayContaining([expect.stringMatching(/^silo-status-run-/)]));
  const before = shop.github.files(repository, "silo-status");
  expect([...(before ?? new Map()).keys()]).not.toContain("silos/status/acme-erp.json");
  const event = push(head(), head());
  const run = await shop.job({ event, checkout: "main", with: { command: "publish-status" } });
  expect(run.exitCode, run.log).toBe(0);
  expect(stable(run)).toMatchSnapshot("publish-status");
  const after = shop.github.files(repository, "silo-status");
  const status = JSON.parse(after?.get("silos/status/acme-erp.json") ?? "");
  expect(status).toMatchObject({ overall_status: "running", receipt: { result: "done" } });
  expect(branches().filter((name) => name.startsWith("silo-status-run-"))).toEqual([]);
});

test("no credential is in anything that a job prints or hands on", async () => {
  const event = push(head(), head());
  const run = await shop.job({
    event,
    checkout: "main",
    with: { command: "apply", ...secrets, "secrets-token": "app:secrets" },
  });
  const shown =
    run.raw.replace(/^::add-mask::.*$/gm, "") + run.summary + JSON.stringify(run.outputs);
  for (const secret of [...Object.values(secrets), "app:secrets"]) {
    expect(shown).not.toContain(secret);
    expect(run.masks).toContain(secret);
  }
});

test("a world that changed since waits for a person, who reads what moved", async () => {
  await planned(2, "grow");
  const event = merged(2);
  const machine = (await shop.machines()).find(
    ({ app_name }) => app_name === "devenv-acme-erp-rest",
  );
  if (!machine) throw new Error("There is no machine of PostgREST");
  await shop.removeMachine(machine);
  const prepared = await prepare(event);
  expect(prepared.outputs["needs-approval"]).toBe("true");
  expect(prepared.outputs.reason).toMatch(/^acme-erp: new step: .*; and \d+ more$/);
  expect(stable(prepared.summary)).toMatchSnapshot("summary for the reviewer");
});

test("what moved while the reviewer read is refused, and said", async () => {
  const event = push(head(), head());
  const prepared = await prepare(event);
  const machine = (await shop.machines()).find(
    ({ app_name }) => app_name === "devenv-acme-erp-auth",
  );
  if (!machine) throw new Error("There is no machine of GoTrue");
  await shop.removeMachine(machine);
  const before = (await shop.machines()).length;
  const applied = await apply(event, prepared);
  expect(applied.exitCode).toBe(4);
  expect(applied.annotations.at(-1)?.message).toContain("new step: Create machine auth-yyz");
  expect(await shop.machines()).toHaveLength(before);
});

test("a run that is started again does not undo what was merged since", async () => {
  if (!firstMerge) throw new Error("The first merge is not known");
  const event = firstMerge;
  const again = (given: Readonly<Record<string, string>>) =>
    shop.job({
      event,
      checkout: event.sha,
      environment: { GITHUB_RUN_ATTEMPT: "2" },
      with: { ...secrets, "secrets-token": "app:secrets", ...given },
    });
  const before = await shop.machines();
  for (const command of ["prepare", "apply"]) {
    const run = await again({ command });
    expect(run.exitCode, run.log).toBe(4);
    expect(run.annotations.at(-1)?.message).toContain(
      "on main silos/acme-erp.yml changed since, which it would undo",
    );
  }
  expect(await shop.machines()).toEqual(before);
  // What takes away is taken away by any spec.
  expect((await again({ command: "status" })).exitCode).toBe(0);
});

describe("environment-gates", () => {
  const put = (name: string, body: object) =>
    shop.github.fetch(`https://api.github.com/repos/${repository}/environments/${name}`, {
      method: "PUT",
      headers: { authorization: "Bearer local" },
      body: JSON.stringify(body),
    });
  const custom = {
    deployment_branch_policy: { protected_branches: false, custom_branch_policies: true },
  };

  test("what waits for nobody does not go ahead", async () => {
    expect((await put("silo-approve", { ...custom, reviewers: [] })).status).toBe(200);
    const prepared = await prepare(push(head(), head()));
    expect(prepared.exitCode).toBe(4);
    expect(prepared.outputs["needs-approval"]).toBeUndefined();
    expect(prepared.outputs.matrix).toBeUndefined();
    const { message } = prepared.annotations.at(-1) ?? {};
    expect(message).toContain("silo-approve: it has no required reviewers");
    expect(message).toContain("silo doctor --setup --reviewer");
    const destroyed = await shop.job({
      event: dispatch(shop.github),
      checkout: "main",
      with: { command: "destroy", silos: "acme-crm", "dry-run": "true", ...reading },
    });
    expect(destroyed.exitCode).toBe(4);
    expect(destroyed.outputs.plan).toBeUndefined();
  });

  test("nor does what any branch could have the master key for", async () => {
    await put("silo-approve", { ...custom, reviewers: [{ type: "User", id: 7 }] });
    await put("silo-manager", { deployment_branch_policy: null });
    const prepared = await prepare(push(head(), head()));
    expect(prepared.exitCode).toBe(4);
    expect(prepared.annotations.at(-1)?.message).toContain("silo-manager: it admits every branch");
  });
});

test("every call is one that GitHub and Fly know", () => {
  expect(shop.violations()).toEqual([]);
});
