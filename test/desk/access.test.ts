/**
 * The access matrix over both doors: every role, phase, endpoint, tool and field. What should be is
 * written out here, not asked of the product. A value that is not the derived one is an error.
 */

import { afterAll, expect, test } from "vitest";
import { type Role, roles } from "#silo/access.ts";
import type { Fetch } from "#world/effects.ts";
import { crashing } from "../scenarios/interruptions.ts";
import { valuesOf } from "../scenarios/matrix-table.ts";
import { aCloud } from "../support/a-cloud.ts";
import { type ADesk, aDesk, tokensYaml } from "../support/a-desk.ts";
import { anMcpClient } from "../support/an-mcp-client.ts";
import { derivedCredentials } from "../support/derived.ts";
import { specText } from "../support/spec-text.ts";

const dev = "supabase_url supabase_anon_key";
const all = `${dev} supabase_service_role_key db_connection_string db_password studio_url studio_username studio_password`;

/** design.md section 5, phase by role; no site, so no preview URL. */
const fields: Readonly<Record<string, Readonly<Partial<Record<Role, string>>>>> = {
  absent: {},
  provisioning: { devops: "supabase_url studio_url db_host" },
  running: {
    "dev-worker": dev,
    "dev-orchestrator": dev,
    devops: all,
    "security-auditor": "db_connection_string_masked",
  },
  degraded: { devops: all, "security-auditor": "db_connection_string_masked" },
  stopping: {},
  stopped: {},
  destroying: {},
};

const looks = "silo_status why cost";
const wakes = "start_silo hold_silo release_silo propose_change";
/** The same in every phase. */
const tools: Readonly<Record<Role, string>> = {
  "dev-worker": `get_app_context ${looks} ${wakes}`,
  "dev-orchestrator": `get_app_context ${looks} ${wakes}`,
  devops: `get_app_context ${looks} ${wakes} stop_silo`,
  "security-auditor": `get_app_context ${looks}`,
  clientele: "",
};

const endpoints: readonly (readonly [tool: string, method: string, path: string])[] = [
  ["get_app_context", "GET", "/app-context"],
  ["silo_status", "GET", "/silo-status"],
  ["why", "GET", "/why"],
  ["cost", "GET", "/cost"],
  ["start_silo", "POST", "/start-silo"],
  ["stop_silo", "POST", "/stop-silo"],
  ["hold_silo", "POST", "/hold-silo"],
  ["release_silo", "POST", "/release-silo"],
  ["propose_change", "POST", "/propose-change"],
];

const inputOf = (tool: string, silo: string) => ({
  silo,
  ...(tool === "hold_silo" && { for: "2h" }),
  ...(tool === "propose_change" && { spec: "a: b\n", title: "t" }),
});

/** A silo whose runs can be made to die. */
function aStage() {
  let fate: (fetch: Fetch) => Fetch = (fetch) => fetch;
  const config = `desk:\n${tokensYaml(roles.map((role) => ({ name: role, role })))}`;
  const files = {
    "silos/acme-erp.yml": specText({ devenv: "  prevent_destroy: false" }),
    "silo.config.yml": config,
  };
  const cloud = aCloud({ files, wrap: (fetch) => fate(fetch) });
  return {
    cloud,
    run: async (line: string) => {
      const { exitCode, stdout, stderr } = await cloud.run(line);
      expect(exitCode, `${line}: ${stdout}${stderr}`).toBe(0);
    },
    /** Its process is gone at the first call that fits. */
    dies: async (line: string, call: RegExp) => {
      const crash = crashing({
        at: 1,
        when: "before",
        counts: (m, path) => call.test(`${m} ${path}`),
      });
      fate = crash.wrap;
      await Promise.race([cloud.run(line).then(() => expect.unreachable(line)), crash.died]);
      fate = (fetch) => fetch;
      await cloud.clock.sleep(60_000);
    },
  };
}

let desk: ADesk | undefined;
afterAll(async () => desk?.close());

/** Fields of a context, each proven to hold the derived value. */
function fieldsIn(
  context: Record<string, unknown>,
  values: Readonly<Record<string, string>>,
): string {
  const info = (context.connection_info ?? context) as Record<string, string>;
  const names = Object.entries(info).map(([name, value]) => {
    const field = Object.keys(values).find((one) => values[one] === value && one.startsWith(name));
    if (field === undefined) throw new Error(`${name} is shown with another value`);
    return field;
  });
  return names.join(" ");
}

async function expectPhase(phase: string, values: Readonly<Record<string, string>>) {
  if (!desk) throw new Error("The desk is open");
  for (const role of roles) {
    const where = `${role} while ${phase}`;
    const mine = tools[role].split(" ").filter(Boolean);
    const client = await anMcpClient(desk, role);
    expect((await client.listTools()).tools.map(({ name }) => name).sort(), where).toEqual(
      mine.toSorted(),
    );
    for (const [tool, method, path] of endpoints) {
      const isMine = mine.includes(tool);
      // What would change the silo is asked of one that is not there: whoever may is told so.
      const silo = method === "GET" ? "acme-erp" : "acme-none";
      const input = inputOf(tool, silo);
      const answer = await desk.ask(
        method === "GET" ? `${path}?silo=${silo}` : path,
        method === "GET" ? { as: role } : { as: role, body: input },
      );
      const expected = isMine ? (method === "GET" ? 200 : 404) : 403;
      expect(answer.status, `${where}: ${path}`).toBe(expected);
      const body = (await answer.json()) as Record<string, unknown>;
      if (!isMine) {
        await expect(client.callTool({ name: tool, arguments: input }), where).rejects.toThrow(
          "There is no such tool",
        );
        continue;
      }
      const called = await client.callTool({ name: tool, arguments: input });
      expect(called.isError ?? false, `${where}: ${tool}`).toBe(method === "POST");
      if (tool !== "get_app_context") continue;
      const shown = fields[phase]?.[role] ?? "";
      expect(fieldsIn(body, values), `${where}: fields`).toBe(shown);
      expect(called.structuredContent, `${where}: over MCP`).toEqual(body);
      if ("status" in body) expect(body).toMatchObject({ status: phase });
      expect("unsafe" in body, where).toBe(phase === "degraded" && shown !== "");
    }
    const sees = mine.includes("silo_status");
    for (const path of ["/v1/silos", "/v1/operations/none"]) {
      const { status } = await desk.ask(path, { as: role });
      expect(status, `${where}: ${path}`).toBe(sees ? (path === "/v1/silos" ? 200 : 404) : 403);
    }
    const { resources } = await client.listResources();
    expect(resources.length, `${where}: resources`).toBe(sees ? 2 : 0);
    await client.close();
  }
}

test("every role sees and may do in every phase what the matrix says, over HTTP and MCP", {
  timeout: 120_000,
}, async () => {
  const { cloud, run, dies } = aStage();
  let values: Readonly<Record<string, string>> = {};
  const look = async (phase: string) => {
    const keys = await derivedCredentials(cloud, "acme-erp").catch(() => undefined);
    if (keys) values = valuesOf(keys, "") as Readonly<Record<string, string>>;
    // Its keys are those of the silo as it is, and it has not seen anything before.
    await desk?.close();
    desk = await aDesk(cloud);
    await expectPhase(phase, values);
  };
  await look("absent");
  await dies("apply", /^POST .*-kong\/machines\/\w+\/start$/);
  await look("provisioning");
  await run("apply");
  await look("running");
  await dies("stop acme-erp", /^POST .*\/machines\/\w+\/stop$/);
  await look("stopping");
  await run("stop acme-erp");
  await look("stopped");
  await run("start acme-erp");
  await cloud.clock.sleep(60_000);
  cloud.fly.control.setHanging("devenv-acme-erp-auth", true);
  await cloud.clock.sleep(60_000);
  await run("apply acme-erp");
  await look("degraded");
  cloud.fly.control.setHanging("devenv-acme-erp-auth", false);
  await cloud.clock.sleep(60_000);
  await run("apply acme-erp");
  await dies("destroy acme-erp --now --allow-destroy", /^DELETE \/v1\/apps\/[^/]+$/);
  await look("destroying");
  expect(cloud.violations()).toEqual([]);
});
