import { expect, test } from "vitest";
import { aCloud, type Run } from "../support/a-cloud.ts";
import { specText } from "../support/spec-text.ts";

const file = "silos/acme-erp.yml";

function expectPlain({ stdout, stderr }: Run): void {
  const text = stdout + stderr;
  expect(text).not.toMatch(/(?!\n)\p{Cc}/u);
  expect(text.split("\n").filter((line) => /^\s*::|##\[/.test(line))).toEqual([]);
}

test("no value of a spec, reason or name of a machine prints a line or drives a terminal", async () => {
  const cloud = aCloud({ files: { [file]: specText() } });
  expect((await cloud.run("apply acme-erp")).exitCode).toBe(0);
  const env = JSON.stringify({ NEW: "a\n::error::pwned ##[error]x" });
  cloud.files.write(file, specText({ services: `    gotrue:\n      env: ${env}` }));
  for (const format of ["text", "markdown"]) {
    const plan = await cloud.run(`plan acme-erp --format ${format}`);
    expect(plan.stdout).toContain("pwned");
    expectPlain(plan);
  }
  const stop = await cloud.run('stop acme-erp --reason "x\n::error::pwned \u001b[31m"');
  expect(stop.exitCode, stop.stdout + stop.stderr).toBe(0);
  for (const line of ["why acme-erp", "status acme-erp", "plan acme-erp"]) {
    const run = await cloud.run(line);
    expectPlain(run);
    if (line !== "plan acme-erp") expect(run.stdout).toContain("x\\n::error::pwned \\u001b[31m");
  }
});

test("no answer of an API does", async () => {
  const error = "no\n::error::pwned\u001b[2J";
  const match = { method: "POST", path: "/v1/apps/*-storage/machines" };
  const faults = [{ match, answer: { status: 422, body: { error } } }];
  const cloud = aCloud({ faults, files: { [file]: specText() } });
  const run = await cloud.run("apply acme-erp");
  expect(run.exitCode).toBe(1);
  expect(run.stdout).toContain("pwned");
  expectPlain(run);
});
