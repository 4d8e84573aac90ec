import { beforeAll, expect, test } from "vitest";
import { specText } from "../support/spec-text.ts";
import { resumeCloud, runningSilo, type SavedCloud } from "./stacks.ts";

let saved: SavedCloud;
beforeAll(async () => {
  saved = await runningSilo(
    specText({
      devenv: "  prevent_destroy: false",
      services: "    postgres: { volume_gb: 10, public: true }\n    storage: { volume_gb: 5 }",
    }),
  );
});

const costOf = (stdout: string) => JSON.parse(stdout).silos[0].cost;

test("of an unchanged silo is the same before and after", async () => {
  const cloud = await resumeCloud(saved);
  const { beforeUsd, afterUsd } = costOf((await cloud.run("plan --format json")).stdout);
  expect(afterUsd).toBeGreaterThan(10);
  expect(beforeUsd).toBe(afterUsd);
});

test("of a destruction is that of what is kept, and its status says 0 once all is gone", async () => {
  const cloud = await resumeCloud(saved);
  const shown = await cloud.run("destroy acme-erp --quiet");
  expect(shown.exitCode).toBe(4);
  expect(shown.stderr).toContain("Destroy app devenv-acme-erp-kong");
  // 15 GB of volumes, one address, and two stopped root file systems.
  expect(shown.stderr).toMatch(/\$\d+\.\d\d → \$4\.\d\d a month/);
  const kept = await cloud.run("destroy acme-erp --allow-destroy");
  expect(kept.stderr).toContain("Remove silos/acme-erp.yml, or the next apply makes it again");
  const gone = await cloud.run("destroy acme-erp --now --allow-destroy");
  expect(gone.exitCode).toBe(0);
  expect(gone.stderr).toContain("→ $0.00 a month");
  expect(JSON.parse(cloud.files.content.get("silos/status/acme-erp.json") ?? "")).toMatchObject({
    overall_status: "absent",
    cost: { hourly_usd: 0 },
  });
});
