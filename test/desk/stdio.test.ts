/** An agent that starts the desk itself, as a process of its own, and speaks MCP with it. */

import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { afterAll, beforeAll, expect, test } from "vitest";
import { wallClock } from "#edge/node-effects.ts";
import { type LocalCloud, startLocalCloud } from "#local/local-cloud.ts";
import { testMasterKey } from "../support/a-cloud.ts";
import { tokenOf, tokensYaml } from "../support/a-desk.ts";
import { specText } from "../support/spec-text.ts";

const program = join(import.meta.dirname, "../../src/cli.ts");
const folder = mkdtempSync(join(tmpdir(), "silo-desk-"));
let cloud: LocalCloud;
let keys = "";

const silo = async (words: string, environment: Readonly<Record<string, string>> = {}) => {
  const env = { PATH: process.env.PATH, ...cloud.environment, ...environment };
  const { stdout } = await promisify(execFile)(process.execPath, [program, ...words.split(" ")], {
    cwd: folder,
    env,
  });
  return stdout.trim();
};

beforeAll(async () => {
  cloud = await startLocalCloud({
    clock: wallClock,
    port: 0,
    latency: "none",
    seed: 1,
    orgs: [],
    faults: [],
    state: undefined,
    postgresDir: undefined,
  });
  mkdirSync(join(folder, "silos"));
  writeFileSync(join(folder, "silos/acme-erp.yml"), specText());
  const config = `desk:\n${tokensYaml([
    { name: "agent", role: "dev-worker" },
    { name: "customer", role: "clientele" },
  ])}`;
  writeFileSync(join(folder, "silo.config.yml"), config);
  const master = { SILO_MASTER_KEY: testMasterKey };
  await silo("apply --quiet", master);
  keys = await silo("desk-keys", master);
}, 120_000);
afterAll(async () => {
  await cloud.close();
  rmSync(folder, { recursive: true, force: true });
});

async function anAgent(as: string): Promise<Client> {
  const client = new Client({ name: "agent", version: "1" });
  await client.connect(
    new StdioClientTransport({
      command: process.execPath,
      args: [program, "desk", "--stdio"],
      cwd: folder,
      // The master key is not among them.
      env: { ...cloud.environment, SILO_DESK_KEYS: keys, SILO_DESK_TOKEN: tokenOf(as) },
      stderr: "ignore",
    }),
  );
  return client;
}

test("it reads its connection info and the resources, and is told what each tool does", async () => {
  const client = await anAgent("agent");
  const { tools } = await client.listTools();
  const annotated = tools.map(({ name, annotations }) => [
    name,
    annotations?.readOnlyHint,
    annotations?.destructiveHint,
  ]);
  expect(annotated).toEqual([
    ["get_app_context", true, false],
    ["silo_status", true, false],
    ["why", true, false],
    ["cost", true, false],
    ["start_silo", false, false],
    ["hold_silo", false, false],
    ["release_silo", false, false],
    ["propose_change", false, false],
  ]);
  const context = await client.callTool({
    name: "get_app_context",
    arguments: { silo: "acme-erp" },
  });
  expect(Object.keys(context.structuredContent as object)).toEqual([
    "supabase_url",
    "supabase_anon_key",
  ]);
  const spec = await client.readResource({ uri: "silo://acme-erp/spec" });
  expect(spec.contents).toMatchObject([{ mimeType: "application/yaml", text: specText() }]);
  const unknown = client.readResource({ uri: "silo://acme-none/spec" });
  await expect(unknown).rejects.toThrow("There is no such resource");
  const wrong = await client.callTool({
    name: "hold_silo",
    arguments: { silo: "acme-erp", for: "x" },
  });
  expect(wrong).toMatchObject({ isError: true });
  await client.close();
  const audit = readFileSync(join(folder, ".silo/desk-audit.jsonl"), "utf8").trim().split("\n");
  expect(audit.map((line) => JSON.parse(line))).toMatchObject([
    { via: "mcp", who: "agent", action: "get_app_context", silo: "acme-erp", outcome: 200 },
    { action: "spec", outcome: 200 },
    { action: "spec", silo: "acme-none", outcome: 404 },
    { action: "hold_silo", outcome: 400 },
  ]);
}, 60_000);

test("who has no token of the desk is not spoken to, and a role without tools has none", async () => {
  await expect(anAgent("nobody")).rejects.toThrow();
  const client = await anAgent("customer");
  expect(await client.listTools()).toEqual({ tools: [] });
  expect(await client.listResources()).toEqual({ resources: [] });
  await client.close();
}, 60_000);
