/** Which runs wait for each other, and which of them may be dropped. */

import { describe, expect, it, test } from "vitest";
import { mapping, text } from "../../scripts/workflow-lint/workflow.ts";
import { type Contexts, fill } from "./expressions.ts";
import { inputsOf, isOurs, jobOf, ourWorkflow } from "./our-workflows.ts";

const concurrencyOf = (workflow: string) => mapping(ourWorkflow(workflow).root.concurrency);
const groupOf = (workflow: string, contexts: Contexts) =>
  fill(text(concurrencyOf(workflow).group), contexts);

const pull = (number: number) => ({ github: { ref: "r", event: { pull_request: { number } } } });
const queued = (ref: string) => ({ github: { ref, event: {} } });
const tick = (schedule: string) => ({ github: { event: { schedule } } });
const comment = (id: number) => ({ github: { event: { comment: { id } } } });
const asked = (command: string, silo: string) => ({ inputs: { command, silo } });

describe("a group", () => {
  test.each<[string, Contexts, Contexts, boolean]>([
    ["silo-plan", pull(1), pull(1), true],
    ["silo-plan", pull(1), pull(2), false],
    ["silo-plan", queued("refs/heads/q/1"), queued("refs/heads/q/2"), false],
    ["silo-apply", queued("refs/heads/main"), queued("refs/heads/main"), true],
    ["silo-operate", asked("start", "acme-erp"), asked("stop", "acme-erp"), true],
    ["silo-operate", asked("start", "acme-erp"), asked("start", "acme-crm"), false],
    ["silo-schedule", tick("7,37 * * * *"), tick("7,37 * * * *"), true],
    ["silo-schedule", tick("7,37 * * * *"), tick("23 3 * * *"), false],
    ["silo-chat", comment(1), comment(2), false],
  ])("of %s: %j and %j, the same: %s", (workflow, one, other, isSame) => {
    expect(groupOf(workflow, one) === groupOf(workflow, other)).toBe(isSame);
  });

  test.each(["silo-apply", "silo-operate", "release"])("of %s drops nothing", (workflow) => {
    expect(concurrencyOf(workflow)).toMatchObject({ queue: "max", "cancel-in-progress": false });
  });

  test.each(["silo-plan", "ci"])("of %s keeps the newest only", (workflow) => {
    expect(concurrencyOf(workflow)["cancel-in-progress"]).toBe(true);
  });
});

it("a shard of apply gets what prepare handed on for it, and nothing else", () => {
  const { body, steps } = jobOf("silo-apply", "apply");
  const entry = { shard: "1/2", silos: "acme-crm acme-erp", plan: "sealed" };
  const outputs = { matrix: JSON.stringify({ include: [entry] }) };
  const matrix = fill(text(mapping(body.strategy).matrix), { needs: { prepare: { outputs } } });
  expect(matrix).toEqual({ include: [entry] });
  const [step] = steps.filter(isOurs);
  if (!step) throw new Error("apply has no step of ours");
  const { command, shard, silos, plan } = inputsOf(step);
  const given = [shard, silos, plan].map((value) => fill(text(value), { matrix: entry }));
  expect([command, ...given]).toEqual(["apply", entry.shard, entry.silos, entry.plan]);
});
