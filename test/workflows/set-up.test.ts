/** What README tells who sets a repository up, against what the workflows ask for. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, test } from "vitest";
import { guardedPaths } from "#state/branch-guard.ts";
import { unownedPaths } from "#state/code-owners.ts";
import { textsIn } from "../../scripts/workflow-lint/workflow.ts";
import { secretsOfEnvironment } from "../security/job-credentials.ts";
import { ourWorkflows } from "./our-workflows.ts";

const root = join(import.meta.dirname, "../..");
const section =
  /^## On GitHub$.*?(?=^## )/ms.exec(readFileSync(join(root, "README.md"), "utf8"))?.[0] ?? "";
const rowOf = (name: string) =>
  section.split("\n").find((line) => line.includes(`| \`${name}\` |`));
const toCopy = [...ourWorkflows].filter(([name]) => name.startsWith("silo-"));

describe("README", () => {
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

  it("has the very line that names this action in a copy", () => {
    const [, pattern = ""] = /`sed -i 's\|(.*?)\|uses: OWNER/.exec(section) ?? [];
    const texts = toCopy.map(([, { file }]) => readFileSync(join(root, file), "utf8"));
    const replaced = texts.map((text) => text.replace(new RegExp(pattern, "gm"), "uses: o/r@sha"));
    expect(texts.every((text) => text.includes("uses: ./"))).toBe(true);
    expect(replaced.filter((text) => text.includes("uses: ./"))).toEqual([]);
  });
});

it("CODEOWNERS names somebody for all that decides over credentials", () => {
  const text = readFileSync(join(root, ".github/CODEOWNERS"), "utf8");
  const paths = guardedPaths("somtech/silos", "somtech/silos", []);
  expect(paths.length).toBeGreaterThan(3);
  expect(unownedPaths(text, [...paths, "supabase/"])).toEqual([]);
});
