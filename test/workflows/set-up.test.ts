/** What docs/github.md tells who sets a repository up, against what the workflows ask for. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, test } from "vitest";
import { guardedPaths } from "#state/branch-guard.ts";
import { unownedPaths } from "#state/code-owners.ts";
import { findFaults } from "../../scripts/workflow-lint/rules.ts";
import { mapping, readWorkflow, textsIn } from "../../scripts/workflow-lint/workflow.ts";
import { secretsOfEnvironment } from "../security/job-credentials.ts";
import { ourWorkflow, ourWorkflows } from "./our-workflows.ts";
import { sha } from "./sound-workflow.ts";

const root = join(import.meta.dirname, "../..");
const read = (file: string) => readFileSync(join(root, file), "utf8");
const section = /^## Workflows$.*?(?=^## )/ms.exec(read("docs/github.md"))?.[0] ?? "";
const rowOf = (name: string) =>
  section.split("\n").find((line) => line.includes(`| \`${name}\` |`));
const toCopy = [...ourWorkflows].filter(([name]) => name.startsWith("silo-"));

describe("docs/github.md", () => {
  test.each(toCopy.map(([name]) => name))("has a row for %s.yml", (name) => {
    expect(rowOf(`${name}.yml`)).toBeDefined();
  });

  const environments = Object.entries(secretsOfEnvironment).filter(
    ([name]) => name !== "silo-release",
  );
  test.each(environments)("has the secrets of %s, no other", (name, secrets) => {
    const known = new Set(Object.values(secretsOfEnvironment).flat());
    const told = [...(rowOf(name) ?? "").matchAll(/`(\w+)`/g)].map(([, word = ""]) => word);
    expect(told.filter((word) => known.has(word)).sort()).toEqual([...secrets].sort());
  });

  it("has every variable that is asked for", () => {
    const asked = toCopy.flatMap(([, { root: body }]) =>
      textsIn(body).flatMap(([, value]) => [...value.matchAll(/\bvars\.(\w+)/g)]),
    );
    expect(asked.length).toBeGreaterThan(5);
    expect(
      asked.map(([, name]) => name).filter((name) => !section.includes(`\`${name}\``)),
    ).toEqual([]);
  });

  it("has the line that makes a sound copy: this action named by its commit", () => {
    const [, from = "", to = ""] = /`sed -i 's\|(.*?)\|(.*?)\|'/.exec(section) ?? [];
    const named = to
      .replace("OWNER", "somtech")
      .replace("<full sha>", sha)
      .replace("X.Y.Z", "1.2.3");
    for (const [, { file }] of toCopy) {
      const copy = read(file).replace(new RegExp(from, "gm"), named);
      expect(copy).toContain(named);
      expect(copy).not.toContain("uses: ./");
      expect(findFaults(readWorkflow(file, copy))).toEqual([]);
    }
  });
});

describe("the example of a value for `secret_env`", () => {
  test.each(["silo-apply/apply", "silo-operate/manage"])("of %s works as it stands", (name) => {
    const [workflow = "", job = ""] = name.split("/");
    const { file } = ourWorkflow(workflow);
    const text = read(file).replace(/^( +)# (env:| {2}SILO_ENV_.*)$/gm, "$1$2");
    const changed = readWorkflow(file, text);
    const steps = changed.jobs.find(({ id }) => id === job)?.steps ?? [];
    const example = "SILO_ENV_ACME_ERP_GOTRUE_SMTP_PASS";
    expect(mapping(steps.at(-1)?.body.env)).toEqual({ [example]: `\${{ secrets.${example} }}` });
    expect(findFaults(changed)).toEqual([]);
  });
});

it("CODEOWNERS names somebody for all that decides over credentials", () => {
  const text = read(".github/CODEOWNERS");
  const paths = guardedPaths("somtech/silos", "somtech/silos", []);
  expect(paths.length).toBeGreaterThan(3);
  expect(unownedPaths(text, [...paths, "supabase/"])).toEqual([]);
});
