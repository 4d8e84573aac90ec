import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import manifest from "../../package.json" with { type: "json" };
import { aCloud } from "../support/a-cloud.ts";
import { specText } from "../support/spec-text.ts";
import { startSilo, temporaryFolder } from "./real-processes.ts";

const file = "silos/acme-erp.yml";
const folder = temporaryFolder();
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("a signal", () => {
  test("ends a command whose call is never answered, after a grace", async () => {
    const wrap = () => () => new Promise<Response>(() => {});
    const cloud = aCloud({ files: { [file]: specText() }, wrap });
    const interrupt = new AbortController();
    const running = cloud.run("plan acme-erp", { signal: interrupt.signal });
    await cloud.clock.sleep(1_000);
    interrupt.abort(new Error("interrupted by SIGTERM"));
    const run = await running;
    expect(run).toMatchObject({ exitCode: 130, stdout: "" });
    expect(run.stderr).toContain("interrupted");
    expect(run.ms).toBeLessThanOrEqual(6_000);
  });

  test("is told by the exit code of a command that ends well all the same", async () => {
    const cloud = aCloud({ files: { [file]: specText() } });
    const signal = AbortSignal.abort(new Error("interrupted by SIGINT"));
    expect((await cloud.run("validate", { signal })).exitCode).toBe(130);
  });

  test("ends a real process", { timeout: 30_000 }, async () => {
    const silent = createServer();
    const asked = new Promise((resolve) => silent.once("request", resolve));
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
    writeFileSync(join(folder, file), specText());
    const { port } = silent.address() as AddressInfo;
    const { child, ended } = startSilo(folder, "plan acme-erp", {
      FLY_API_TOKEN: "local",
      FLY_API_BASE_URL: `http://127.0.0.1:${port}`,
    });
    await asked;
    child.kill("SIGTERM");
    expect(await ended).toMatchObject({ exitCode: 143, signal: null });
    silent.closeAllConnections();
    silent.close();
  });
});

test("a local cloud that does not answer is asked after", { timeout: 30_000 }, async () => {
  writeFileSync(join(folder, file), specText());
  const url = "http://127.0.0.1:9";
  const run = await startSilo(folder, "plan", { FLY_API_TOKEN: "local", FLY_API_BASE_URL: url })
    .ended;
  expect(run).toMatchObject({ exitCode: 1, stdout: "" });
  expect(run.stderr).toContain(
    `fix: is the local cloud of ${url} running? \`silo emulate\` starts one`,
  );
});

describe("what the system refuses is no bug", () => {
  test.each([
    ["render acme-erp --out taken", /^Cannot \w+ taken.*: .*\((ENOTDIR|EEXIST)\)/m],
    ["emulate --port 0 --env silos", /^Cannot write silos: .*\((EISDIR|EEXIST|ENOTEMPTY)\)/m],
    ["emulate --port 99999", /--port is "99999"\nfix: give a whole number up to 65535/],
  ])("silo %s", async (words, text) => {
    mkdirSync(join(folder, "silos"), { recursive: true });
    writeFileSync(join(folder, file), specText());
    writeFileSync(join(folder, "taken"), "");
    const run = await startSilo(folder, words, {}).ended;
    expect(run.stderr).toMatch(text);
    expect(run).toMatchObject({ exitCode: 2, stdout: "" });
    expect(run.stderr).not.toContain("bug");
  });
});

describe("words about the command line itself", () => {
  test("--version", async () => {
    const run = await startSilo(folder, "--version", {}).ended;
    expect(run).toMatchObject({ exitCode: 0, stdout: `${manifest.version}\n` });
  });

  test("help of what does not exist", async () => {
    const run = await aCloud().run("help statsu");
    expect(run).toMatchObject({ exitCode: 2, stdout: "" });
    expect(run.stderr).toContain("did you mean `silo status`?");
    expect((await aCloud().run("help status")).stdout).toContain("Usage: silo status");
  });

  test.each([
    ["status --format markdown", "use one of text, json"],
    ["apply --format github", "use one of text, json"],
    ["plan --format github", "use one of text, json, markdown"],
  ])("a format that the command has not: %s", async (line, fix) => {
    const run = await aCloud({ files: { [file]: specText() } }).run(line);
    expect(run).toMatchObject({ exitCode: 2, calls: [] });
    expect(run.stderr).toContain(`fix: ${fix}\n`);
  });

  test("why as JSON is one document, however many silos it is asked of", async () => {
    const cloud = aCloud({
      files: { [file]: specText(), "silos/acme-crm.yml": specText({ app: "crm" }) },
    });
    const one = await cloud.run("why acme-erp --format json");
    expect(JSON.parse(one.stdout)).toMatchObject({ silo: "acme-erp", phase: "absent" });
    const two = await cloud.run("why acme-erp acme-crm --format json");
    expect(JSON.parse(two.stdout)).toMatchObject([{ silo: "acme-erp" }, { silo: "acme-crm" }]);
  });
});
