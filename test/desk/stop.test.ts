/** From the moment a stop begins nothing secret is given to anybody, whoever began it. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { aRepo, hubOf, repo } from "../scenarios/handed-out.ts";
import { leaksIn, siloSecrets } from "../security/silo-secrets.ts";
import { aCloud } from "../support/a-cloud.ts";
import { type ADesk, aDesk, type DeskOptions, tokensYaml } from "../support/a-desk.ts";
import { specText } from "../support/spec-text.ts";

const config = `desk:\n${tokensYaml([
  { name: "ops", role: "devops" },
  { name: "dev", role: "dev-worker" },
])}`;
const workflow = ".github/workflows/silo-operate.yml";
const files = { "silos/acme-erp.yml": specText(), "silo.config.yml": config };

let open: ADesk | undefined;
afterEach(async () => open?.close());

async function running(options: DeskOptions = {}) {
  const cloud = aCloud({
    files,
    github: {
      repositories: [
        aRepo({
          files: {
            ...files,
            [workflow]: readFileSync(join(import.meta.dirname, "../..", workflow), "utf8"),
          },
        }),
      ],
    },
  });
  const run = await cloud.run("apply acme-erp");
  expect(run.exitCode, run.stderr).toBe(0);
  open = await aDesk(cloud, options);
  const desk = open;
  const read = async (as: string) => {
    const answer = await desk.ask("/app-context?silo=acme-erp", { as });
    return (await answer.json()) as { connection_info?: object };
  };
  const begin = async (action: string, body: object = {}) => {
    const answer = await desk.ask(`/${action}-silo`, {
      as: "ops",
      body: { silo: "acme-erp", ...body },
    });
    expect(answer.status).toBe(202);
    const { operation } = (await answer.json()) as { operation: Operation };
    expect(answer.headers.get("location")).toBe(operation.url);
    return operation;
  };
  const look = async (operation: Operation, by = desk) => {
    const answer = await by.ask(operation.url, { as: "dev" });
    return ((await answer.json()) as { operation: Operation }).operation;
  };
  return { cloud, desk, read, begin, look };
}

interface Operation {
  readonly id: string;
  readonly url: string;
  readonly state: string;
  readonly run_url: string | null;
}

const nothing = { connection_info: {} };

/** Polled as a client would. */
async function until(state: string, look: () => Promise<Operation>): Promise<Operation> {
  for (let tried = 0; tried < 50; tried++) {
    const operation = await look();
    if (operation.state === state) return operation;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return look();
}

test("whoever asks while a stop goes on, and afterwards, gets nothing", async () => {
  const { cloud, desk, read, begin, look } = await running();
  expect(await read("dev")).toHaveProperty("supabase_anon_key");
  const stop = await begin("stop", { reason: "lunch" });
  const while_ = await Promise.all([read("dev"), read("ops"), read("dev")]);
  expect(while_).toMatchObject([{}, nothing, {}]);
  expect((await until("succeeded", () => look(stop))).state).toBe("succeeded");
  expect(await read("ops")).toMatchObject({ status: "stopped", ...nothing });
  expect((await cloud.run("why acme-erp")).stdout).toContain("lunch");
  // Another desk knows as well how it ended, and the same thing again is no other stop.
  const other = await aDesk(cloud);
  expect((await look(stop, other)).state).toBe("succeeded");
  await other.close();
  expect((await begin("stop")).state).toBe("succeeded");
  const [start, again] = await Promise.all([begin("start"), begin("start")]);
  expect(again.id).toBe(start.id);
  expect((await until("succeeded", () => look(start))).state).toBe("succeeded");
  expect(await read("dev")).toHaveProperty("supabase_anon_key");
  expect(desk.audit.join("")).toContain('"action":"start_silo"');
});

test("a stop that somebody else began is seen by the next who asks, however shortly before it was asked", async () => {
  const { cloud, read } = await running();
  expect(await read("ops")).toMatchObject({ status: "running" });
  expect((await cloud.run("stop acme-erp")).exitCode).toBe(0);
  expect(await read("ops")).toMatchObject({ status: "stopped", ...nothing });
  expect(await read("dev")).toEqual({});
});

test("a stream tells of the stop, and never holds a secret", async () => {
  const { cloud, desk, begin } = await running();
  const { texts } = await siloSecrets(cloud);
  const end = new AbortController();
  const answer = await desk.ask("/v1/events", { as: "ops", signal: end.signal });
  expect(answer.headers.get("content-type")).toContain("text/event-stream");
  let told = "";
  const following = (async () => {
    const decoder = new TextDecoder();
    for await (const part of answer.body ?? []) {
      told += decoder.decode(part as Uint8Array);
      if (told.includes('"overall_status":"stopped"')) return;
    }
  })();
  await begin("stop");
  await following;
  end.abort();
  expect(told).toMatch(/^event: silos\ndata: \{"at":/);
  expect(leaksIn(new Map([["the stream", told]]), texts)).toEqual([]);
});

test("without the master key: a start is a run of the repository's workflow", async () => {
  const { cloud, desk, read, begin, look } = await running({ power: "workflow", fromGit: true });
  expect(await read("dev")).toHaveProperty("supabase_anon_key");
  const stop = await begin("stop", { reason: "lunch" });
  expect(stop).toMatchObject({
    state: "running",
    run_url: `https://github.com/${repo}/actions/workflows/silo-operate.yml`,
  });
  await begin("stop");
  await begin("hold", { for: "2h" });
  expect(hubOf(cloud).dispatches(repo)).toMatchObject([
    {
      workflow: "silo-operate.yml",
      ref: "main",
      inputs: { command: "stop", silo: "acme-erp", reason: "lunch (ops, by the desk)" },
    },
    { inputs: { command: "hold", silo: "acme-erp", for: "2h" } },
  ]);
  // It was asked for here, so it has begun here, before a runner is found.
  expect(await read("dev")).toEqual({});
  expect(await read("ops")).toMatchObject({ status: "stopping", ...nothing });
  await cloud.run("stop acme-erp");
  expect((await look(stop)).state).toBe("succeeded");
  await cloud.run("start acme-erp");
  expect(await read("dev")).toHaveProperty("supabase_anon_key");
  expect(desk.audit.length).toBeGreaterThan(5);
});

test("a change is proposed by one pull request, if it is sound", async () => {
  const { cloud, desk } = await running({ power: "workflow", fromGit: true });
  const propose = async (spec: string, as = "dev") => {
    const body = { silo: "acme-erp", spec, title: "Keep it awake", reason: "load test" };
    const answer = await desk.ask("/propose-change", { as, body });
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
  };
  const changed = specText({ devenv: "  auto_stop_minutes: 120" });
  const first = await propose(changed);
  expect(first, JSON.stringify(first.body)).toMatchObject({ status: 200 });
  const { branch, pull_request } = first.body;
  expect(first.body.url).toBe(`https://github.com/${repo}/pull/${pull_request}`);
  expect(hubOf(cloud).files(repo, String(branch))?.get("silos/acme-erp.yml")).toBe(changed);
  expect(hubOf(cloud).files(repo, "main")?.get("silos/acme-erp.yml")).toBe(specText());
  expect((await propose(changed)).body).toEqual(first.body);
  expect(await propose(specText())).toMatchObject({ status: 409 });
  const unsound = await propose(specText({ devenv: "  auto_stop_minuts: 120" }));
  expect(unsound).toMatchObject({
    status: 409,
    body: { detail: expect.stringContaining("auto_stop_minutes") },
  });
  expect(cloud.violations()).toEqual([]);
});
