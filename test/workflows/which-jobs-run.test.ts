/** The ways through the workflows, as truth tables of their conditions. */

import { describe, expect, it, test } from "vitest";
import { ourWorkflow } from "./our-workflows.ts";
import { type Outcome, simulate } from "./simulate.ts";

const rejected: Outcome = { result: "failure" };

describe("silo-apply", () => {
  const run = (outcomes: Readonly<Record<string, Outcome>>, cancelledAfter?: string) =>
    simulate(ourWorkflow("silo-apply"), { outcomes, ...(cancelledAfter && { cancelledAfter }) });
  const prepared = (approval: string, changed = "true"): Outcome => ({
    outputs: { changed, "needs-approval": approval, "plan-digest": "d", matrix: "{}" },
  });

  test.each<[string, Outcome, Outcome, Readonly<Record<string, string>>]>([
    [
      "as planned",
      prepared("false"),
      {},
      { approve: "skipped", apply: "success", status: "success" },
    ],
    ["approved", prepared("true"), {}, { approve: "success", apply: "success", status: "success" }],
    [
      "rejected",
      prepared("true"),
      rejected,
      { approve: "failure", apply: "skipped", status: "skipped" },
    ],
    [
      "approval ran out",
      prepared("true"),
      { result: "cancelled" },
      { apply: "skipped", status: "skipped" },
    ],
    [
      "nothing to do",
      prepared("false", "false"),
      {},
      { approve: "skipped", apply: "skipped", status: "skipped" },
    ],
    [
      "nothing to do, said oddly",
      prepared("true", "false"),
      {},
      { approve: "skipped", apply: "skipped" },
    ],
    [
      "prepare failed",
      { result: "failure" },
      {},
      { approve: "skipped", apply: "skipped", status: "skipped" },
    ],
    [
      "prepare failed late",
      { ...prepared("false"), result: "failure" },
      {},
      { apply: "skipped", status: "skipped" },
    ],
    [
      "approval not said",
      prepared(""),
      {},
      { approve: "skipped", apply: "skipped", status: "skipped" },
    ],
    ["approval said unclearly", prepared("yes"), {}, { approve: "skipped", apply: "skipped" }],
  ])("%s", (_, prepare, approve, expected) => {
    expect(run({ prepare, approve })).toMatchObject(expected);
  });

  it("writes the status of an apply that failed, or was cancelled", () => {
    expect(run({ prepare: prepared("false"), apply: { result: "failure" } }).status).toBe(
      "success",
    );
    const cancelled = run({ prepare: prepared("false"), apply: { result: "cancelled" } }, "apply");
    expect(cancelled.status).toBe("success");
  });

  it("applies nothing once it is cancelled", () => {
    expect(run({ prepare: prepared("true") }, "approve")).toMatchObject({ apply: "skipped" });
    expect(run({ prepare: prepared("false") }, "prepare")).toMatchObject({ apply: "skipped" });
  });
});

describe("silo-operate", () => {
  const run = (command: string, outcomes: Readonly<Record<string, Outcome>> = {}) => {
    const prepare = { outputs: { plan: "sealed" }, ...outcomes.prepare };
    const results = simulate(ourWorkflow("silo-operate"), {
      inputs: { command, silo: "acme-erp" },
      outcomes: { ...outcomes, prepare },
    });
    return Object.keys(results).filter((job) => results[job] === "success");
  };

  test.each([
    ...["stop", "hold", "release"].map((command) => [command, ["power"]] as const),
    ...["start", "restart", "rotate", "heal"].map((command) => [command, ["manage"]] as const),
    ...["restore", "destroy"].map(
      (command) => [command, ["prepare", "approve", "manage"]] as const,
    ),
  ])("%s runs %j", (command, jobs) => expect(run(command)).toEqual(jobs));

  it("knows every command it offers", () => {
    const { on } = ourWorkflow("silo-operate").root;
    const offered = JSON.parse(JSON.stringify(on)).workflow_dispatch.inputs.command.options;
    expect(offered.filter((command: string) => run(command).length === 0)).toEqual([]);
    expect(run("anything-else")).toEqual([]);
  });

  test.each(["restore", "destroy"])("%s does nothing without its approval", (command) => {
    expect(run(command, { approve: rejected })).toEqual(["prepare"]);
    expect(run(command, { prepare: { result: "failure" } })).toEqual([]);
    expect(run(command, { prepare: { outputs: {} } })).toEqual(["prepare"]);
  });
});

describe("silo-plan", () => {
  const home = "somtech/silos";
  const pull = (from: string, login: string) => ({
    event_name: "pull_request",
    repository: home,
    event: { pull_request: { head: { repo: { full_name: from } }, user: { login } } },
  });
  const run = (github: Readonly<Record<string, unknown>>, outcomes = {}) =>
    simulate(ourWorkflow("silo-plan"), { github, outcomes });

  test.each([
    ["a branch", pull(home, "ada"), "success"],
    ["a fork", pull("eve/silos", "eve"), "skipped"],
    ["Dependabot", pull(home, "dependabot[bot]"), "skipped"],
    [
      "a deleted fork",
      { ...pull(home, "eve"), event: { pull_request: { head: { repo: null } } } },
      "skipped",
    ],
    ["the merge queue", { event_name: "merge_group", repository: home, event: {} }, "success"],
  ])("of %s", (_, github, plan) => {
    expect(run(github)).toEqual({ validate: "success", plan, silo: "success" });
  });

  it("reports its one check also when something failed", () => {
    const failed = run(pull(home, "ada"), { validate: { result: "failure" } });
    expect(failed).toEqual({ validate: "failure", plan: "skipped", silo: "success" });
  });
});

describe("silo-schedule", () => {
  const jobs = (github: Readonly<Record<string, unknown>>) => {
    const results = simulate(ourWorkflow("silo-schedule"), { github });
    return Object.keys(results).filter((job) => results[job] === "success");
  };
  const { on } = JSON.parse(JSON.stringify(ourWorkflow("silo-schedule").root));

  it("runs one job a tick, and auto-stop by hand", () => {
    const ticks = on.schedule.map(({ cron }: { cron: string }) => cron);
    const ran = ticks.map((schedule: string) =>
      jobs({ event_name: "schedule", event: { schedule } }),
    );
    expect(ran).toEqual([["auto-stop"], ["nightly"]]);
    expect(jobs({ event_name: "workflow_dispatch", event: {} })).toEqual(["auto-stop"]);
  });
});

describe("silo-chat", () => {
  const run = (body: string, type: string, needsFly: string) =>
    simulate(ourWorkflow("silo-chat"), {
      github: { event: { comment: { body, user: { type } } } },
      outcomes: { decide: { outputs: { "needs-fly": needsFly } } },
    });

  test.each([
    ["/silo why acme-erp", "User", "true", { decide: "success", answer: "success" }],
    ["/silo start acme-erp", "User", "", { decide: "success", answer: "skipped" }],
    ["Please /silo start acme-erp", "User", "true", { decide: "skipped", answer: "skipped" }],
    ["/silo start acme-erp", "Bot", "true", { decide: "skipped", answer: "skipped" }],
  ])("%s by a %s", (body, type, needsFly, expected) => {
    expect(run(body, type, needsFly)).toEqual(expected);
  });
});
