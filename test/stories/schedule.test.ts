/** The clock stops a silo that nobody uses and leaves one that somebody does; a dispatch starts it again. */

import { afterAll, beforeAll, expect, test } from "vitest";
import { aWorkshop, repository, secrets } from "../support/a-workshop.ts";
import { derivedCredentials } from "../support/derived.ts";
import { specText } from "../support/spec-text.ts";
import { dispatch, schedule } from "../support/trigger-events.ts";

const shop = await aWorkshop({
  files: { "silos/acme-erp.yml": specText(), "silos/acme-crm.yml": specText({ app: "crm" }) },
});
afterAll(() => shop.close());

const minute = 60_000;
let ahead = 0;
const later = (minutes: number) => {
  ahead += minutes * minute;
  shop.jump(minutes * minute);
};
/** The clock of the job's machine goes with that of the emulators. */
const environment = () => ({
  NODE_OPTIONS: `--import=data:text/javascript,const{now}=Date;Date.now=()=>now()+${ahead}`,
});

const tick = () =>
  shop.job({
    environment: environment(),
    event: schedule(shop.github, "7,37 * * * *"),
    checkout: "main",
    // As silo-operate has it: no master key.
    with: {
      command: "auto-stop",
      "fly-api-token": secrets["fly-api-token"],
      "secrets-token": "app:secrets",
    },
  });
const job = (given: Readonly<Record<string, string>>) =>
  shop.job({
    environment: environment(),
    event: dispatch(shop.github),
    checkout: "main",
    with: { ...secrets, "secrets-token": "app:secrets", ...given },
  });

const startedOf = async (slug: string) =>
  (await shop.machines()).filter(
    ({ app_name, state }) => app_name.startsWith(`devenv-${slug}-`) && state === "started",
  ).length;

const anonKeyOf = (slug: string) => {
  const name = `SILO_${slug.replace("-", "_").toUpperCase()}_SUPABASE_ANON_KEY`;
  return shop.github.reveal(repository, "repository").secrets.get(name);
};

beforeAll(async () => {
  const run = await job({ command: "apply" });
  expect(run.exitCode, run.log).toBe(0);
}, 60_000);

// The last look waits, in real time, until the metrics reach the first one.
test("the schedule stops the idle silo and leaves the busy one", { timeout: 150_000 }, async () => {
  const { anonKey } = await derivedCredentials(shop, "acme-crm");
  for (let at = 0; at < 4; at++) {
    later(12);
    const visit = await shop.fly.proxy("https://devenv-acme-crm-kong.fly.dev/rest/v1/", {
      headers: { apikey: anonKey.reveal() },
    });
    expect(visit.status).toBe(200);
    // A bot at the door of the other one is no use of it.
    await shop.fly.proxy("https://devenv-acme-erp-kong.fly.dev/wp-login.php");
  }
  later(2);
  const run = await tick();
  expect(run.exitCode, run.log).toBe(0);
  expect(run.log).toMatch(/^acme-erp {2}stopped/m);
  expect(run.log).not.toMatch(/acme-crm {2}stopped/);
  expect([await startedOf("acme-erp"), await startedOf("acme-crm")]).toEqual([0, 6]);
  expect(anonKeyOf("acme-erp")).toBeUndefined();
  expect(anonKeyOf("acme-crm")).toBeDefined();
});

test("a tick more stops nothing", async () => {
  const run = await tick();
  expect(run.exitCode, run.log).toBe(0);
  expect(run.requests.filter(({ path }) => path.endsWith("/stop"))).toEqual([]);
  expect(await startedOf("acme-crm")).toBe(6);
});

test("a dispatched start brings it back, with the keys it had", async () => {
  const { anonKey } = await derivedCredentials(shop, "acme-erp");
  const run = await job({ command: "start", silos: "acme-erp", reason: "back from lunch" });
  expect(run.exitCode, run.log).toBe(0);
  expect(await startedOf("acme-erp")).toBe(6);
  expect(anonKeyOf("acme-erp")).toBe(anonKey.reveal());
});

test("every call is one that GitHub and Fly know", () => {
  expect(shop.violations()).toEqual([]);
});
