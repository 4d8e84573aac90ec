/** What each step of ours comes to on the command line, for all that can be chosen in a form. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it, test } from "vitest";
import { parse } from "yaml";
import { readInputs } from "#action/inputs.ts";
import { wordsOf } from "#action/words.ts";
import { commands } from "#commands/catalogue.ts";
import { parseArguments } from "#commands/parse-arguments.ts";
import { text } from "../../scripts/workflow-lint/workflow.ts";
import { type Contexts, fill } from "./expressions.ts";
import { inputsOf, isOurs, jobOf } from "./our-workflows.ts";

const action = parse(readFileSync(join(import.meta.dirname, "../../action.yml"), "utf8"));

const form = { command: "", silo: "acme-erp", reason: "", for: "", snapshot: "", "comment-id": "" };
const known = {
  secrets: {},
  vars: {},
  steps: { app: { outputs: { token: "" } } },
  needs: { prepare: { outputs: { plan: "" } } },
  github: { event_name: "schedule" },
};

/** The words after the command, without those that every command has. */
function wordsAt(workflow: string, job: string, contexts: Contexts, at = 0): string {
  const step = jobOf(workflow, job).steps.filter(isOurs)[at];
  if (!step) throw new Error(`${workflow}/${job} has no such step`);
  const given = new Map(
    Object.entries(inputsOf(step)).map(([name, value]) => [
      name,
      String(fill(text(value), { ...known, ...contexts }) ?? ""),
    ]),
  );
  const input = (name: string): string => given.get(name) || text(action.inputs[name]?.default);
  const inputs = readInputs({ input });
  const command = commands.find(({ name }) => name === inputs.command);
  if (!command) throw new Error(`There is no command ${inputs.command}`);
  const { words } = wordsOf(inputs, command);
  parseArguments(words, commands, () => undefined);
  return words.filter((word) => !/^--(silos-dir|config)=/.test(word)).join(" ");
}

const ask = (part: Partial<typeof form>) => ({ inputs: { ...form, ...part } });

test.each([
  ["silo-plan", "validate", {}, "validate --"],
  ["silo-plan", "plan", {}, "plan --"],
  [
    "silo-operate",
    "power",
    ask({ command: "stop", reason: "a b" }),
    "stop --reason=a b -- acme-erp",
  ],
  ["silo-operate", "power", ask({ command: "hold", for: "2h" }), "hold -- acme-erp 2h"],
  ["silo-operate", "power", ask({ command: "release" }), "release -- acme-erp"],
  ["silo-operate", "manage", ask({ command: "start" }), "start -- acme-erp"],
  ["silo-operate", "manage", ask({ command: "restart" }), "restart -- acme-erp"],
  [
    "silo-operate",
    "manage",
    ask({ command: "rotate", reason: "leaked" }),
    "rotate --reason=leaked -- acme-erp",
  ],
  ["silo-operate", "manage", ask({ command: "heal" }), "drift --heal -- acme-erp"],
  ["silo-operate", "manage", ask({ command: "destroy" }), "destroy --allow-destroy -- acme-erp"],
])("%s/%s, asked for %j: silo %s", (workflow, job, contexts, line) => {
  expect(wordsAt(workflow, job, contexts)).toBe(line);
});

test.each([
  ["auto-stop", ["end-rls --", "auto-stop --"]],
  ["nightly", ["drift --", "destroy --allow-destroy --expired --", "inventory --"]],
])("the clock asks %s for %j", (job, lines) => {
  const steps = jobOf("silo-schedule", job).steps.filter(isOurs);
  expect(steps.map((_, at) => wordsAt("silo-schedule", job, ask({}), at))).toEqual(lines);
});

it("a shard of apply is that of its entry", () => {
  const matrix = { shard: "1/2", silos: "acme-crm acme-erp", plan: "" };
  expect(wordsAt("silo-apply", "apply", { matrix })).toBe("apply --shard=1/2 -- acme-crm acme-erp");
});

it("what is approved is first shown by the same command", () => {
  const asked = ask({ command: "destroy" });
  expect(wordsAt("silo-operate", "prepare", asked)).toBe(
    "destroy --allow-destroy --dry-run -- acme-erp",
  );
});
