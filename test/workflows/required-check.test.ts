import { spawnSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { text } from "../../scripts/workflow-lint/workflow.ts";
import { jobOf } from "./our-workflows.ts";

const script = text(jobOf("silo-plan", "silo").steps[0]?.body.run);

describe("the required check of silo-plan, as bash runs it", () => {
  test.each([
    ["success", "success", true],
    ["success", "skipped", true],
    ["success", "failure", false],
    ["success", "cancelled", false],
    ["failure", "skipped", false],
    ["cancelled", "skipped", false],
    ["skipped", "skipped", false],
    ["", "", false],
  ])("validate %s, plan %s: %s", (VALIDATE, PLAN, passes) => {
    const { status } = spawnSync("bash", ["-e", "-c", script], { env: { VALIDATE, PLAN } });
    expect(status === 0).toBe(passes);
  });
});
