/** What people and clocks ask for after a merge: power, the end of a silo, and runs that are cut off. */

import { afterAll, beforeAll, expect, test } from "vitest";
import { aWorkshop, repository, secrets } from "../support/a-workshop.ts";
import { specText } from "../support/spec-text.ts";
import { stable } from "../support/stable.ts";
import { dispatch } from "../support/trigger-events.ts";

const shop = await aWorkshop({ files: { "silos/acme-erp.yml": specText() } });
afterAll(() => shop.close());

const all = { ...secrets, "secrets-token": "app:secrets" };
const options = (given: Readonly<Record<string, string>>) => ({
  event: dispatch(shop.github),
  checkout: "main",
  with: given,
});
const job = (given: Readonly<Record<string, string>>) => shop.job(options({ ...all, ...given }));
const started = async () =>
  (await shop.machines()).filter(({ state }) => state === "started").length;

beforeAll(async () => {
  const killed = shop.start(options({ command: "apply", ...all }));
  // In the middle of it: some machines are made, none is started.
  await shop.whenCalled(({ method, path }) => method === "POST" && path.endsWith("/machines"), 4);
  killed.cancel("kill");
  const end = await killed.ended;
  expect(end.signal).toBe("SIGKILL");
  expect(end.post.log).toContain("The lock on devenv-acme-erp-kong was given back");
});

test("a cancelled apply is finished by the next run, which need not wait for its lock", async () => {
  const run = await job({ command: "apply" });
  expect(run.exitCode, run.log).toBe(0);
  expect(run.log).not.toContain("is being changed by");
  expect(await started()).toBe(6);
});

test("a run that is asked to stop lets go in time", async () => {
  const running = shop.start(options({ command: "restart", silos: "acme-erp", ...all }));
  await shop.whenCalled(({ path }) => path.endsWith("/stop"));
  running.cancel();
  const end = await running.ended;
  expect([end.exitCode, end.signal]).toEqual([130, null]);
  expect(end.annotations.at(-1)?.message).toMatch(/^Cancelled; the same run continues/);
  const again = await job({ command: "start", silos: "acme-erp" });
  expect(again.exitCode, again.log).toBe(0);
  expect(await started()).toBe(6);
});

test("two runs at once on one silo do not both write", async () => {
  const [lunch, night] = await Promise.all([
    job({ command: "stop", silos: "acme-erp", reason: "lunch" }),
    job({ command: "stop", silos: "acme-erp", reason: "night" }),
  ]);
  const ending = /^acme-erp {2}(stopped|nothing to do|refused|failed)/m;
  const results = [lunch.log, night.log].map((log) => ending.exec(log)?.[1]);
  // The second one waits for the lock, looks again, and has nothing to do or to say.
  expect(results).toContain("stopped");
  expect(results).not.toContain("failed");
  expect(await started()).toBe(0);
  const stops = shop.fly.requests.filter(({ path }) => path.endsWith("/stop"));
  expect(new Set(stops.map(({ path }) => path)).size).toBe(6);
});

test("a dispatched start brings it back", async () => {
  const run = await job({ command: "start", silos: "acme-erp", reason: "demo at 10" });
  expect(run.exitCode, run.log).toBe(0);
  expect(await started()).toBe(6);
  const why = await job({ command: "why", silos: "acme-erp" });
  expect(why.log).toContain("demo at 10");
});

test("its keys go to later steps of the same job, hidden", async () => {
  const run = await job({ command: "context", silos: "acme-erp", role: "devops" });
  expect(run.exitCode, run.log).toBe(0);
  const { outputs, masks } = run;
  expect(outputs["supabase-url"]).toBe("https://devenv-acme-erp-kong.fly.dev");
  for (const name of ["supabase-anon-key", "supabase-service-role-key", "db-password"]) {
    expect(masks).toContain(outputs[name]);
    expect(run.raw.replace(/^::add-mask::.*$/gm, "")).not.toContain(outputs[name]);
  }
  expect(masks).not.toContain(outputs["supabase-url"]);
});

test("a destruction is shown, waits, and runs exactly as it was shown", async () => {
  const destroy = { command: "destroy", silos: "acme-erp", "allow-destroy": "true" };
  const protectedYet = await job({ ...destroy, "dry-run": "true" });
  expect(protectedYet.exitCode).toBe(4);
  expect(protectedYet.annotations.at(-1)?.message).toContain("prevent_destroy");

  const devenv = "  prevent_destroy: false";
  shop.github.push(repository, "main", { "silos/acme-erp.yml": specText({ devenv }) });
  expect((await job({ command: "apply" })).exitCode).toBe(0);

  const shown = await job({ ...destroy, "dry-run": "true" });
  expect(shown.exitCode, shown.log).toBe(0);
  expect(shown.outputs.changed).toBe("true");
  expect(stable(shown.summary)).toMatchSnapshot("what is shown");

  const machines = await shop.machines();
  const other = await job({ ...destroy, plan: "0".repeat(32) });
  expect(other.exitCode).toBe(4);
  expect(await shop.machines()).toEqual(machines);

  const run = await job({ ...destroy, plan: shown.outputs.plan ?? "" });
  expect(run.exitCode, run.log).toBe(0);
  // Its volumes, which somebody may want back, keep the machines that they are on.
  expect(
    (await shop.machines()).map(({ app_name, state }) => `${app_name} ${state}`).sort(),
  ).toEqual(["devenv-acme-erp-pg stopped", "devenv-acme-erp-storage stopped"]);
});

test("the clock ends weaker modes of row level security, without the master key", async () => {
  const run = await shop.job(
    options({ command: "end-rls", "fly-api-token": secrets["fly-api-token"] }),
  );
  expect(run.exitCode, run.log).toBe(0);
});

test("every call is one that GitHub and Fly know", () => {
  expect(shop.violations()).toEqual([]);
});
