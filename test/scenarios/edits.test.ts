import fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import { specText } from "../support/spec-text.ts";
import {
  expectSettled,
  expectWhole,
  factsByApp,
  resumeCloud,
  runningSilo,
  type SavedCloud,
  saveCloud,
  stackOf,
  type Whole,
} from "./stacks.ts";

/** One line of a spec changed, and the apps that may differ afterwards. */
interface Edit {
  readonly text: string;
  readonly apps: readonly string[];
  readonly whole?: Whole;
}

const services = ["postgres", "postgrest", "gotrue", "kong", "storage", "studio"] as const;
const suffixes = { postgres: "pg", postgrest: "rest", gotrue: "auth" } as const;
const suffixOf = (service: string) =>
  service in suffixes ? suffixes[service as keyof typeof suffixes] : service;

const ofService = (service: string, line: string, whole?: Whole): Edit => ({
  text: specText({ services: `    ${service}: { ${line} }` }),
  apps: [suffixOf(service)],
  ...(whole && { whole }),
});

const anyService = fc.constantFrom(...services);
const edits: fc.Arbitrary<Edit> = fc.oneof(
  fc
    .tuple(anyService, fc.constantFrom(2048, 1536, 1280))
    .map(([service, memory]) => ofService(service, `memory_mb: ${memory}`)),
  anyService.map((service) => ofService(service, "cpus: 2, memory_mb: 2048")),
  fc
    .tuple(
      fc.constantFrom(
        ["postgres", "supabase/postgres:15.1.1.61"],
        ["postgrest", "postgrest/postgrest:v12.0.2"],
        ["gotrue", "supabase/gotrue:v2.145.0"],
        ["storage", "supabase/storage-api:v0.46.4"],
        ["studio", "supabase/studio:20240326-5e5586d"],
      ),
    )
    .map(([[service = "", image]]) => ofService(service, `image: "${image}"`)),
  fc
    .tuple(
      fc.constantFrom("gotrue", "storage", "postgrest", "kong"),
      fc.stringMatching(/^[a-z]{1,9}$/),
    )
    .map(([service, value]) => ofService(service, `env: { MADE_UP: "${value}" }`)),
  fc.integer({ min: 11, max: 60 }).map((size) => ofService("postgres", `volume_gb: ${size}`)),
  fc.integer({ min: 6, max: 60 }).map((size) => ofService("storage", `volume_gb: ${size}`)),
  fc.constant(ofService("postgres", "public: false", { privatePostgres: true })),
  fc.constant(ofService("studio", "enabled: false", { without: ["studio"] })),
  // Studio's gateway is a Kong of the same image.
  fc.constant({ ...ofService("kong", 'image: "kong:3.4.1"'), apps: ["kong", "studio"] }),
  // Studio shows the schemas that PostgREST serves.
  fc.constant({
    ...ofService("postgrest", "schemas: [public, api]"),
    apps: ["rest", "studio"],
  }),
  fc.constant({
    text: specText({ devenv: "  auth: { redirect_urls: [https://erp.example.com] }" }),
    apps: ["auth"],
  }),
  fc.constant({ text: specText({ devenv: "  auth: { signup: false }" }), apps: ["auth"] }),
  fc.constant({
    text: specText({ devenv: "  auth: { site_url: https://a.example.com }" }),
    apps: ["auth"],
  }),
  // These change nothing on Fly.
  fc.constantFrom("auto_stop_minutes: 60", "monthly_budget_usd: 500").map((line) => ({
    text: specText({ devenv: `  ${line}` }),
    apps: [],
  })),
);

const file = "silos/acme-erp.yml";
let running: SavedCloud;
let stopped: SavedCloud;

beforeAll(async () => {
  running = await runningSilo();
  const cloud = await resumeCloud(running);
  expect(await cloud.run("stop acme-erp")).toMatchObject({ exitCode: 0 });
  stopped = saveCloud(cloud);
});

const changedApps = (
  before: Record<string, readonly string[]>,
  after: Record<string, readonly string[]>,
) =>
  Object.keys(before)
    .filter((app) => before[app]?.join() !== after[app]?.join())
    .map((app) => app.slice("devenv-acme-erp-".length))
    .sort();

test("an edit changes the service it names and nothing else", async () => {
  await fc.assert(
    fc.asyncProperty(edits, async ({ text, apps, whole }) => {
      const cloud = await resumeCloud(running, { files: { [file]: text } });
      const before = factsByApp(await stackOf(cloud));
      const run = await cloud.run("apply acme-erp");
      expect(run.exitCode, run.stdout).toBe(0);
      const after = factsByApp(await stackOf(cloud));
      expect(changedApps(before, after)).toEqual(apps);
      await expectWhole(cloud, whole);
      await expectSettled(cloud);
      expect(cloud.violations()).toEqual([]);
    }),
    { numRuns: 60 },
  );
});

test("a stopped silo stays stopped under every edit, and has it when it is started", async () => {
  await fc.assert(
    fc.asyncProperty(edits, async ({ text, whole }) => {
      const cloud = await resumeCloud(stopped, { files: { [file]: text } });
      const run = await cloud.run("apply acme-erp");
      expect(run.exitCode, run.stdout).toBe(0);
      expect(cloud.fly.requests.filter(({ path }) => path.endsWith("/start"))).toEqual([]);
      await expectWhole(cloud, { ...whole, state: "stopped" });
      await expectSettled(cloud);
      const edited = factsByApp(await stackOf(cloud));
      expect(await cloud.run("start acme-erp")).toMatchObject({ exitCode: 0 });
      await expectWhole(cloud, whole);
      // Started as it was edited: not one machine is of another version.
      const up = factsByApp(await stackOf(cloud));
      expect(JSON.stringify(up).replaceAll(" started", " stopped")).toBe(JSON.stringify(edited));
      await expectSettled(cloud);
    }),
    { numRuns: 40 },
  );
});

test("switched off and on again by the spec", async () => {
  const cloud = await resumeCloud(running);
  const before = factsByApp(await stackOf(cloud));
  cloud.files.write(file, specText({ devenv: "  devenv_enabled: false" }));
  expect(await cloud.run("apply")).toMatchObject({ exitCode: 0 });
  await expectWhole(cloud, { state: "stopped" });
  await expectSettled(cloud);
  const refused = await cloud.run("start acme-erp");
  expect(refused.exitCode).toBe(4);
  expect(refused.stdout).toContain("acme-erp is switched off by its spec");
  expect(refused.stdout).toContain("set devenv_enabled: true in silos/acme-erp.yml");
  cloud.files.write(file, specText());
  expect(await cloud.run("apply")).toMatchObject({ exitCode: 0 });
  await expectWhole(cloud);
  expect(factsByApp(await stackOf(cloud))).toEqual(before);
});

test("a stopped silo that is switched off by its spec as well", async () => {
  const cloud = await resumeCloud(stopped);
  cloud.files.write(file, specText({ devenv: "  devenv_enabled: false" }));
  expect(await cloud.run("apply")).toMatchObject({ exitCode: 0 });
  await expectWhole(cloud, { state: "stopped" });
});

test("studio comes back as it was made", async () => {
  const cloud = await resumeCloud(running);
  cloud.files.write(file, specText({ services: "    studio: { enabled: false }" }));
  expect(await cloud.run("apply")).toMatchObject({ exitCode: 0 });
  await expectWhole(cloud, { without: ["studio"] });
  cloud.files.write(file, specText());
  expect(await cloud.run("apply")).toMatchObject({ exitCode: 0 });
  await expectWhole(cloud);
  await expectSettled(cloud);
});
