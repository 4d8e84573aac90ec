/** What the workflows give to and take from `uses: ./`, held against action.yml and the commands. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, test } from "vitest";
import { parse } from "yaml";
import { commands } from "#commands/catalogue.ts";
import { mapping, sequence, text, textsIn } from "../../scripts/workflow-lint/workflow.ts";
import { fill } from "./expressions.ts";
import { inputsOf, isOurs, ourJobs, ourWorkflow, ourWorkflows } from "./our-workflows.ts";
import { simulate } from "./simulate.ts";

const file = join(import.meta.dirname, "../../action.yml");
const action = parse(readFileSync(file, "utf8"));

/** What the Action will get with `chat`; nothing else may be missing. */
const awaited = { inputs: ["comment-id"], outputs: ["needs-fly"] };
const isThere = (kind: "inputs" | "outputs", name: string): boolean =>
  name in action[kind] || awaited[kind].includes(name);

const ourSteps = [...ourJobs].flatMap(([name, { steps }]) =>
  steps.filter(isOurs).map((step) => ({ name, step })),
);

/** Of the Action only, and of the catalogue once they are built. */
const beyondCatalogue = ["prepare", "publish-status", "chat"];
const known = new Set([...commands.map(({ name }) => name), ...beyondCatalogue]);

/** What the form of silo-operate offers; for every other workflow the form is empty. */
const { workflow_dispatch: form } = mapping(ourWorkflow("silo-operate").root.on);
const offered = sequence(mapping(mapping(mapping(form).inputs).command).options).map(text);

/** The commands that a job is ever asked for. */
function askedOf(name: string, command: string): readonly string[] {
  if (!command.includes("inputs.command")) return [command];
  const [workflow = "", job = ""] = name.split("/");
  const asking = offered.filter((choice) => {
    const outcomes = { prepare: { outputs: { plan: "sealed" } } };
    const results = simulate(ourWorkflow(workflow), { inputs: { command: choice }, outcomes });
    return results[job] === "success";
  });
  return asking.map((choice) => String(fill(command, { inputs: { command: choice } })));
}

describe("a step of ours", () => {
  test.each(ourSteps)("in $name names commands that there are", ({ name, step }) => {
    const asked = askedOf(name, text(inputsOf(step).command));
    expect(asked.length).toBeGreaterThan(0);
    expect(asked.filter((command) => !known.has(command))).toEqual([]);
  });

  test.each(ourSteps)("in $name gives only inputs that there are", ({ step }) => {
    const names = Object.keys(inputsOf(step));
    expect(names.filter((name) => !isThere("inputs", name))).toEqual([]);
  });

  it("is asked only for outputs that it has", () => {
    const outputs = ourSteps.flatMap(({ name, step }) => {
      const id = text(step.body.id);
      const texts = id === "" ? [] : textsIn(ourJobs.get(name)?.body);
      return texts.flatMap(([, value]) =>
        [...value.matchAll(new RegExp(`steps\\.${id}\\.outputs\\.([\\w-]+)`, "g"))].map(
          ([, output = ""]) => output,
        ),
      );
    });
    expect(outputs.length).toBeGreaterThan(6);
    expect(outputs.filter((output) => !isThere("outputs", output))).toEqual([]);
  });
});

describe("a job", () => {
  it("asks another only for outputs that it hands on", () => {
    for (const { jobs } of ourWorkflows.values()) {
      const asks = textsIn(jobs.map(({ body }) => body)).flatMap(([, value]) => [
        ...value.matchAll(/needs\.([\w-]+)\.outputs\.([\w-]+)/g),
      ]);
      const outputsOf = (id = "") => mapping(jobs.find((job) => job.id === id)?.body.outputs);
      expect(asks.filter(([, id, output = ""]) => !(output in outputsOf(id)))).toEqual([]);
    }
  });
});
