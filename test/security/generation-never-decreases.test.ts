import { beforeEach, describe, expect, test } from "vitest";
import { aCloud, type Cloud, type Run, testMasterKey } from "../support/a-cloud.ts";
import { specText } from "../support/spec-text.ts";
import { type Api, apiOf, appsOf } from "./api-reader.ts";
import { siloSecrets } from "./silo-secrets.ts";
import { isSecretSet, spiedFetch } from "./spied-fetch.ts";

const edited = specText({ services: "    gotrue: { memory_mb: 512 }" });
const kong = "devenv-acme-erp-kong";
const kongUrl = `https://${kong}.fly.dev`;

describe("generation-never-decreases", () => {
  const spy = spiedFetch();
  let cloud: Cloud;
  let api: Api;
  beforeEach(async () => {
    spy.sent.length = 0;
    cloud = aCloud({ wrap: spy.wrap, files: { "silos/acme-erp.yml": specText() } });
    api = apiOf(cloud, "local");
    expect((await cloud.run("apply acme-erp")).exitCode).toBe(0);
  });

  const metadataOf = async (app: string) => (await api.machineOf(app)).config.metadata ?? {};
  /** What each of the six says of identity and generations. */
  const identities = () =>
    Promise.all(
      appsOf("acme-erp").map(async (app) =>
        Object.fromEntries(
          Object.entries(await metadataOf(app)).filter(([key]) => /^silo_(inc|gen_)/.test(key)),
        ),
      ),
    );
  const remove = async (app: string) => {
    const { id } = await api.machineOf(app);
    const { status } = await api.call("DELETE", `/v1/apps/${app}/machines/${id}?force=true`);
    expect(status).toBe(200);
  };
  const restOf = async (key: string) =>
    (await cloud.fly.proxy(`${kongUrl}/rest/v1/`, { headers: { apikey: key } })).status;

  test("incarnation and generation are on all six machines, and the same", async () => {
    const [first, ...others] = await identities();
    expect(first?.silo_incarnation).toMatch(/^[0-9a-f]{32}$/);
    expect(first?.silo_gen_1).toMatch(/^\d+:\d+:[0-9a-f]{8}$/);
    expect(Object.keys(first ?? {}).sort()).toEqual(["silo_gen_1", "silo_incarnation"]);
    expect(others).toHaveLength(5);
    for (const other of others) expect(other).toEqual(first);
  });

  test("a lost kong machine is made again with the same identity, check value and keys", async () => {
    const before = await identities();
    const record = await metadataOf(kong);
    const { credentials } = await siloSecrets(cloud);
    const key = credentials.anonKey.reveal();
    expect(await restOf(key)).toBe(200);
    await remove(kong);
    expect(await restOf(key)).toBe(503);
    const applied = await cloud.run("apply acme-erp");
    expect(applied, applied.stdout).toMatchObject({ exitCode: 0 });
    expect(await identities()).toEqual(before);
    expect((await metadataOf(kong)).silo_check).toBe(record.silo_check);
    expect(await restOf(key)).toBe(200);
    expect((await cloud.run("apply acme-erp")).writes).toEqual([]);
  });

  test("a silo destroyed and made again never gets its old keys back", async () => {
    const before = await siloSecrets(cloud);
    cloud.files.write("silos/acme-erp.yml", specText({ devenv: "  prevent_destroy: false" }));
    expect((await cloud.run("apply acme-erp")).exitCode).toBe(0);
    expect((await cloud.run("destroy acme-erp --now --allow-destroy")).exitCode).toBe(0);
    expect((await cloud.run("apply acme-erp")).exitCode).toBe(0);
    const after = await siloSecrets(cloud);
    expect(after.identity.incarnation).not.toBe(before.identity.incarnation);
    for (const [what, text] of after.texts) {
      if (what !== "master key") expect(text, what).not.toBe(before.texts.get(what));
    }
    expect(await restOf(before.credentials.anonKey.reveal())).toBe(401);
    expect(await restOf(after.credentials.anonKey.reveal())).toBe(200);
  });

  /**
   * As a rotation leaves a silo: a second generation on all six machines. It is given before Postgres
   * is first started, because passwords of a running one are changed by the rotation itself.
   */
  async function withTwoGenerations(): Promise<{ oldKey: string; second: string }> {
    const off = specText({ devenv: "  devenv_enabled: false" });
    cloud = aCloud({ wrap: spy.wrap, files: { "silos/acme-erp.yml": off } });
    api = apiOf(cloud, "local");
    expect((await cloud.run("apply acme-erp")).exitCode).toBe(0);
    const oldKey = (await siloSecrets(cloud)).credentials.anonKey.reveal();
    const [, expiresAt, keyId] = ((await metadataOf(kong)).silo_gen_1 ?? "").split(":");
    const issuedAt = Math.floor(cloud.clock.now() / 1_000) - 60;
    const second = `${issuedAt}:${Number(expiresAt) + 60}:${keyId}`;
    for (const app of appsOf("acme-erp")) await api.patch(app, { silo_gen_2: second });
    cloud.files.write("silos/acme-erp.yml", specText());
    const applied = await cloud.run("apply acme-erp");
    expect(applied, applied.stdout).toMatchObject({ exitCode: 0 });
    return { oldKey, second };
  }

  test("with two generations the higher one is in force, and nothing ever drops either", async () => {
    const { oldKey, second } = await withTwoGenerations();
    const [both] = await identities();
    expect(both?.silo_gen_2).toBe(second);
    const { credentials } = await siloSecrets(cloud);
    expect(credentials.generation).toBe(2);
    expect(await restOf(oldKey)).toBe(401);
    expect(await restOf(credentials.anonKey.reveal())).toBe(200);
    // An update in place, a power cycle, and machines made again: kong's and another one.
    cloud.files.write("silos/acme-erp.yml", edited);
    for (const line of ["apply acme-erp", "stop acme-erp", "start acme-erp", "restart acme-erp"]) {
      expect((await cloud.run(line)).exitCode, line).toBe(0);
      for (const identity of await identities()) expect(identity).toEqual(both);
    }
    for (const app of [kong, "devenv-acme-erp-rest"]) {
      await remove(app);
      const applied = await cloud.run("apply acme-erp");
      expect(applied, applied.stdout).toMatchObject({ exitCode: 0 });
      for (const identity of await identities()) expect(identity).toEqual(both);
    }
    expect(await restOf(credentials.anonKey.reveal())).toBe(200);
  });

  type Tampering = (second: string) => Readonly<Record<string, string | null>>;
  const tamperings: readonly (readonly [string, Tampering])[] = [
    ["the highest generation taken away", () => ({ silo_gen_2: null })],
    ["an older generation taken away", () => ({ silo_gen_1: null })],
    ["a generation that nobody else knows", (second) => ({ silo_gen_3: second })],
    ["another meaning of a generation", (second) => ({ silo_gen_2: second.replace(/^\d/, "9") })],
    ["another end of a generation", (second) => ({ silo_gen_2: second.replace(/:\d/, ":9") })],
    ["a generation that cannot be read", () => ({ silo_gen_2: "soon" })],
    ["a generation under a name that looks alike", (second) => ({ silo_gen_02: second })],
    ["another incarnation", () => ({ silo_incarnation: "00".repeat(16) })],
    ["no incarnation", () => ({ silo_incarnation: null })],
    [
      "nothing of an identity",
      () => ({ silo_incarnation: null, silo_gen_1: null, silo_gen_2: null }),
    ],
  ];

  test.each(tamperings)("%s, on any machine, is exit 4 before any write", async (_what, patch) => {
    const { second } = await withTwoGenerations();
    const { incarnation } = (await siloSecrets(cloud)).identity;
    cloud.files.write("silos/acme-erp.yml", edited);
    for (const app of [kong, "devenv-acme-erp-pg", "devenv-acme-erp-studio"]) {
      const before = await metadataOf(app);
      await api.patch(app, patch(second));
      for (const line of [
        "apply acme-erp",
        "restart acme-erp",
        "stop acme-erp",
        "destroy acme-erp --now --allow-destroy",
      ]) {
        const run = await cloud.run(line);
        expect(run, `${line}: ${run.stdout}`).toMatchObject({ exitCode: 4, writes: [] });
        expect(run.stdout).toMatch(/disagree|carries no silo record/);
        expect(run.stdout + run.stderr).not.toContain(incarnation);
      }
      expect((await cloud.run("plan acme-erp")).exitCode).toBe(4);
      const undo = Object.keys(patch(second)).map((key) => [key, before[key] ?? null]);
      await api.patch(app, Object.fromEntries(undo));
    }
    expect((await cloud.run("apply acme-erp")).exitCode).toBe(0);
  });

  test("an identity that all machines lost is not made up anew", async () => {
    const gone = { silo_incarnation: null, silo_gen_1: null };
    for (const app of appsOf("acme-erp")) await api.patch(app, gone);
    expect(await cloud.run("apply acme-erp")).toMatchObject({ exitCode: 4, writes: [] });
    await remove(kong);
    const without = await cloud.run("apply acme-erp");
    expect(without).toMatchObject({ exitCode: 4, writes: [] });
    expect(without.stdout).toContain("carries no silo record");
  });

  test("another incarnation on all machines does not fit the check value", async () => {
    for (const app of appsOf("acme-erp")) {
      await api.patch(app, { silo_incarnation: "00".repeat(16) });
    }
    expect(await cloud.run("restart acme-erp")).toMatchObject({ exitCode: 4, writes: [] });
  });

  test("one silo's conflict does not keep the others from being applied", async () => {
    cloud.files.write("silos/acme-crm.yml", specText({ app: "crm" }));
    await api.patch("devenv-acme-erp-pg", { silo_incarnation: "00".repeat(16) });
    const both = await cloud.run("apply");
    expect(both.exitCode).toBe(4);
    const statuses = JSON.parse((await cloud.run("status --format json")).stdout);
    const running = statuses.map((one: { silo_id: string; overall_status: string }) => [
      one.silo_id,
      one.overall_status,
    ]);
    expect(running).toContainEqual(["acme-crm-silo-001", "running"]);
  });

  test("the incarnation is in the metadata of machines and nowhere else", async () => {
    const runs = new Map<string, Run>();
    cloud.files.write("silos/acme-erp.yml", edited);
    for (const line of [
      "plan acme-erp",
      "plan acme-erp --format json --out plan.json",
      "plan acme-erp --format markdown",
      "apply acme-erp",
      "apply acme-erp --format json",
      "status acme-erp",
      "status acme-erp --format json",
      "why acme-erp",
      "render acme-erp --out rendered",
      "restart acme-erp",
    ]) {
      runs.set(line, await cloud.run(line));
    }
    const { incarnation } = (await siloSecrets(cloud)).identity;
    for (const [line, { stdout, stderr }] of runs) {
      expect(stdout + stderr, line).not.toContain(incarnation);
    }
    for (const [path, text] of cloud.files.content) expect(text, path).not.toContain(incarnation);
    expect(cloud.files.content.has("silos/status/acme-erp.json")).toBe(true);
    const carriers = spy.sent.filter(({ text }) => text.includes(incarnation));
    expect(carriers).not.toEqual([]);
    for (const { method, path, body } of carriers) {
      expect(`${method} ${path}`).toMatch(/^POST \/v1\/apps\/[\w-]+\/machines(\/\w+)?$/);
      const { metadata, ...config } = JSON.parse(body).config;
      expect(metadata.silo_incarnation).toBe(incarnation);
      expect(JSON.stringify(config)).not.toContain(incarnation);
    }
    expect(spy.sent.filter(isSecretSet).some(({ text }) => text.includes(incarnation))).toBe(false);
    expect(testMasterKey).not.toContain(incarnation);
  });
});
