/** A merge that takes a spec away: shown, approved, and done as it was shown; or refused. */

import { afterAll, beforeAll, expect, test } from "vitest";
import { aWorkshop, repository, secrets } from "../support/a-workshop.ts";
import { specText } from "../support/spec-text.ts";
import { dispatch, pullRequest, push } from "../support/trigger-events.ts";

const free = (app: string) => specText({ app, devenv: "  prevent_destroy: false" });
const files = {
  "silos/acme-crm.yml": specText({ app: "crm" }),
  "silos/acme-erp.yml": free("erp"),
  "silos/acme-old.yml": free("old"),
};

const shop = await aWorkshop({
  files,
  github: {
    pulls: [
      { title: "Remove acme-erp", head: "erp", files: { "silos/acme-erp.yml": null } },
      {
        title: "Remove acme-crm, grow acme-old",
        head: "crm",
        files: {
          "silos/acme-crm.yml": null,
          "silos/acme-old.yml": `${free("old")}  services: { gotrue: { memory_mb: 512 } }\n`,
        },
      },
      { title: "Remove acme-old", head: "old", files: { "silos/acme-old.yml": null } },
      { title: "Remove all", head: "all", files: { "silos/acme-crm.yml": null } },
    ],
  },
});
afterAll(() => shop.close());

const head = () => shop.github.head(repository, "main");
const reading = { "fly-api-token": secrets["fly-api-token"] };
const writing = { ...secrets, "secrets-token": "app:secrets" };
type PushEvent = ReturnType<typeof push>;

const planned = (pull: number, branch: string) =>
  shop.job({
    event: pullRequest(shop.github, pull, branch),
    checkout: branch,
    with: { command: "plan", ...reading },
  });

function merged(pull: number): PushEvent {
  const before = head();
  shop.github.merge(repository, pull);
  return push(before, head());
}

const prepare = (event: PushEvent) =>
  shop.job({ event, checkout: event.sha, with: { command: "prepare", ...reading } });

type Prepared = Awaited<ReturnType<typeof prepare>>;

function applying(event: PushEvent, prepared: Prepared) {
  const [{ shard, silos, plan }] = JSON.parse(prepared.outputs.matrix ?? "").include;
  return { event, checkout: event.sha, with: { command: "apply", shard, silos, plan, ...writing } };
}

/** `devenv-acme-erp-pg started`, … */
const machinesOf = async (slug: string) =>
  (await shop.machines())
    .map(({ app_name, state }) => `${app_name} ${state}`)
    .filter((line) => line.startsWith(`devenv-${slug}-`))
    .sort();

const kept = (slug: string) => [`devenv-${slug}-pg stopped`, `devenv-${slug}-storage stopped`];

const handedOut = (slug: string) => {
  const prefix = `SILO_${slug.replace("-", "_").toUpperCase()}_`;
  const { secrets: hidden, variables } = shop.github.reveal(repository, "repository");
  return [...hidden.keys(), ...variables.keys()].filter((name) => name.startsWith(prefix));
};

beforeAll(async () => {
  const run = await shop.job({
    event: push("0".repeat(40), head()),
    checkout: "main",
    with: { command: "apply", ...writing },
  });
  expect(run.exitCode, run.log).toBe(0);
  expect(handedOut("acme-erp")).not.toEqual([]);
}, 60_000);

let approved: ReturnType<typeof applying>;

test("the pull request shows what would be destroyed, what that saves, and what is kept", async () => {
  const plan = await planned(1, "erp");
  expect(plan.exitCode, plan.log).toBe(0);
  const [comment = ""] = shop.github.comments(repository, 1);
  expect(comment).toContain("<b>destroys</b>");
  expect(comment).toContain("Destroy app devenv-acme-erp-kong");
  expect(comment).toContain("Keep devenv-acme-erp-pg with its volume for 7 days");
  expect(comment).toMatch(/acme-erp: its spec was removed by this change: .* saves \$\d+\.\d\d/);
  expect(comment).not.toContain("is there without a spec");
});

test("its merge waits, for a reviewer who reads what goes", async () => {
  const event = merged(1);
  const prepared = await prepare(event);
  expect(prepared.exitCode, prepared.log).toBe(0);
  expect(prepared.outputs).toMatchObject({
    changed: "true",
    "needs-approval": "true",
    administration: "true",
  });
  expect(prepared.outputs.reason).toMatch(/^acme-erp: destroys: Destroy app devenv-acme-erp-/);
  // All of it was shown: only that it destroys is a reason.
  expect(prepared.summary).not.toContain("showed no plan of it");
  expect(prepared.summary).toContain("are kept 7 days");
  approved = applying(event, prepared);
  expect(await machinesOf("acme-erp")).toHaveLength(6);
});

test("approved, and killed in the middle: the same job again finishes it, and nothing more", async () => {
  const killed = shop.start(approved);
  await shop.whenCalled(({ method, path }) => method === "DELETE" && /\/apps\/[^/]+$/.test(path));
  killed.cancel("kill");
  expect((await killed.ended).signal).toBe("SIGKILL");
  expect((await machinesOf("acme-erp")).length).toBeGreaterThan(2);

  // The next push sees it as well, and would wait for an approval of its own.
  const next = await prepare(push(head(), head()));
  expect(next.outputs).toMatchObject({ changed: "true", "needs-approval": "true" });
  expect(next.outputs.reason).toContain("acme-erp: destroys");

  const run = await shop.job({ ...approved, environment: { GITHUB_RUN_ATTEMPT: "2" } });
  expect(run.exitCode, run.log).toBe(0);
  expect(run.log).toMatch(/acme-erp {2}destroyed: \d+ steps/);
  expect(await machinesOf("acme-erp")).toEqual(kept("acme-erp"));
  expect(handedOut("acme-erp")).toEqual([]);
  expect(shop.github.environments(repository).join()).not.toContain("acme-erp");
  expect(await machinesOf("acme-crm")).toHaveLength(6);
});

test("once more is nothing, and no later plan speaks of it", async () => {
  const again = await shop.job({ ...approved, environment: { GITHUB_RUN_ATTEMPT: "2" } });
  expect(again.exitCode, again.log).toBe(0);
  const prepared = await prepare(push(head(), head()));
  expect(prepared.outputs.changed, prepared.log).toBe("false");
  expect(prepared.log).not.toContain("its spec was removed");
});

test("a protected one is refused, and what else the merge wants is done", async () => {
  shop.github.push(repository, "crm", { "silos/acme-erp.yml": null });
  const plan = await planned(2, "crm");
  expect(plan.exitCode).toBe(4);
  const [comment = ""] = shop.github.comments(repository, 2);
  expect(comment).toContain("**Refused:** acme-crm is protected: prevent&#95;destroy is true");
  expect(comment).toContain("then remove the file");
  const event = merged(2);
  const prepared = await prepare(event);
  // A plan that is refused approves nothing, whoever merges it all the same.
  expect(prepared.outputs.reason, prepared.log).toBe("acme-old: #2 showed no plan of it");
  const run = await shop.job(applying(event, prepared));
  expect(run.exitCode).toBe(4);
  expect(run.log).toMatch(/acme-old {2}applied/);
  expect(run.log).toMatch(/acme-crm {2}refused/);
  expect(await machinesOf("acme-crm")).toHaveLength(6);

  // No later change is held up by it.
  const later = await prepare(push(head(), head()));
  expect(later.outputs.changed, later.log).toBe("false");
  expect(later.log).toContain("acme-crm: its spec was removed by");
  expect(later.log).toContain("and it stays: acme-crm is protected");
  shop.github.push(repository, "main", { "silos/acme-crm.yml": files["silos/acme-crm.yml"] });
});

test("a spec that came back keeps its silo, whichever run comes late", async () => {
  shop.github.push(repository, "old", { "silos/acme-erp.yml": null });
  await planned(3, "old");
  const event = merged(3);
  const prepared = await prepare(event);
  expect(prepared.outputs.reason, prepared.log).toContain("acme-old: destroys");
  shop.github.push(repository, "main", { "silos/acme-old.yml": free("old") });
  const late = await prepare(event);
  expect(late.outputs.changed, late.log).toBe("false");
  const run = await shop.job(applying(event, prepared));
  expect(run.exitCode).toBe(4);
  expect(run.annotations.at(-1)?.message).toContain("a spec that is back keeps its silo");
  expect(await machinesOf("acme-old")).toHaveLength(6);
});

test("a folder that is empty, or cannot be read, removes nothing", async () => {
  const before = head();
  const gone = Object.fromEntries(Object.keys(files).map((path) => [path, null]));
  shop.github.push(repository, "main", { ...gone, "silos/.keep": "" });
  const emptied = await prepare(push(before, head()));
  expect(emptied.outputs.changed, emptied.log).toBe("false");
  expect(emptied.log).toContain("is empty or has errors, which proves nothing");
  shop.github.push(repository, "main", { "silos/acme-crm.yml": "silo_id: [\n" });
  expect((await prepare(push(before, head()))).exitCode).toBe(2);
  expect(await machinesOf("acme-old")).toHaveLength(6);
  shop.github.push(repository, "main", { ...files, "silos/acme-erp.yml": null });
});

test("a pull request that is behind, or is for another branch, removes nothing", async () => {
  shop.github.push(repository, "side", { "silos/acme-old.yml": null });
  const event = pullRequest(shop.github, 4, "side");
  const payload = event.payload as { pull_request: { base: { sha: string; ref: string } } };
  const { pull_request: pull } = payload;
  const job = (base: object) =>
    shop.job({
      event: { ...event, payload: { ...payload, pull_request: { ...pull, base } } },
      checkout: "side",
      with: { command: "plan", ...reading },
    });
  // Of a time before the silo: its tree lacks the spec, and nobody has removed it.
  const behind = await job({ ...pull.base, sha: shop.github.head(repository, "silo-status") });
  expect(behind.log).not.toContain("Destroy app");
  expect((await job({ ...pull.base, ref: "release" })).log).not.toContain("Destroy app");
  expect((await job(pull.base)).log).toContain("Destroy app devenv-acme-old-kong");
});

test("what was dispatched by hand finds what an earlier merge has left", async () => {
  shop.github.push(repository, "main", { "silos/acme-old.yml": null });
  const event = dispatch(shop.github);
  const prepared = await prepare(event as PushEvent);
  expect(prepared.outputs["needs-approval"], prepared.log).toBe("true");
  expect(prepared.outputs.reason).toContain("acme-old: destroys");
});

test("every call is one that GitHub and Fly know", () => {
  expect(shop.violations()).toEqual([]);
});
