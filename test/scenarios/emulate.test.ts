import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { specText } from "../support/spec-text.ts";
import { environmentIn, startSilo, temporaryFolder } from "./real-processes.ts";

const folder = temporaryFolder();
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const emulate = "emulate --port 0 --time virtual --state-dir state --env local.env --orgs acme-erp";

const environment = () => environmentIn(folder);

test("silo emulate serves the commands, and what was made survives its restart", {
  timeout: 120_000,
}, async () => {
  writeFileSync(
    join(folder, "silos/acme-erp.yml"),
    `${specText()}netlify: { site: acme-erp, branch: prod }\n`,
  );
  const first = startSilo(folder, emulate, {});
  expect(JSON.parse(await first.firstLine())).toMatchObject({
    fly_api: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
    env_file: "local.env",
  });
  expect(Object.keys(environment()).sort()).toEqual([
    "FLY_API_BASE_URL",
    "FLY_API_TOKEN",
    "FLY_METRICS_URL",
    "FLY_PUBLIC_POSTGRES",
    "FLY_PUBLIC_URL",
    "GITHUB_API_URL",
    "GITHUB_REPOSITORY",
    "GITHUB_TOKEN",
    "NETLIFY_API_URL",
    "NETLIFY_AUTH_TOKEN",
    "SILO_MASTER_KEY",
    "SILO_SECRETS_TOKEN",
  ]);
  const applied = await startSilo(folder, "apply acme-erp", environment()).ended;
  expect(applied.exitCode, applied.stdout + applied.stderr).toBe(0);
  first.child.kill("SIGINT");
  expect((await first.ended).exitCode).toBe(0);

  const second = startSilo(folder, emulate, {});
  await second.firstLine();
  const again = await startSilo(folder, "plan acme-erp --detailed-exitcode", environment()).ended;
  expect(again.exitCode, again.stdout + again.stderr).toBe(0);
  const status = await startSilo(folder, "status acme-erp --format json", environment()).ended;
  expect(JSON.parse(status.stdout)).toMatchObject({ overall_status: "running" });
  second.child.kill("SIGINT");
  await second.ended;
});
