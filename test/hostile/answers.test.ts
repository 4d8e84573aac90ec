/** APIs that answer what they should not: an error or a warning, never a crash, a command or a flood. */

import fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import { isApiError } from "#silo/errors.ts";
import { scripted as scriptedGitHub } from "../clients/github/scripted.ts";
import { scriptedNetlify, site } from "../clients/netlify/scripted-netlify.ts";
import { scripted as scriptedFly } from "../clients/scripted-fetch.ts";
import { aRepo, cloudWith } from "../scenarios/handed-out.ts";
import { resumeCloud, type SavedCloud, saveCloud } from "../scenarios/stacks.ts";
import { budget, tally } from "./budget.ts";
import { ambush, ambushed, evil } from "./evil-answers.ts";
import { expectHarmless, expectOwnMarkup } from "./harmless.ts";

const cases = tally("answers");
let running: SavedCloud;

beforeAll(async () => {
  const cloud = cloudWith(aRepo(), { isHeldToContract: false });
  expect(await cloud.run("apply acme-erp")).toMatchObject({ exitCode: 0 });
  running = saveCloud(cloud);
});

const lines = [
  "plan",
  "plan --format markdown",
  "plan acme-erp --format json",
  "status",
  "status --format json",
  "why acme-erp --verbose",
  "drift",
  "drift --heal --format markdown",
  "inventory",
  "inventory --format markdown",
  "cost",
  "doctor",
  "apply acme-erp",
  "stop acme-erp",
  "restart acme-erp",
  "rotate acme-erp",
  "auto-stop",
  "logs acme-erp kong",
  "regions",
  "verify",
];

test.each(["Fly", "GitHub"] as const)("of %s, under any command", async (who) => {
  await fc.assert(
    fc.asyncProperty(ambush, fc.constantFrom(...lines), async (what, line) => {
      cases.count();
      const wrap = ambushed(what);
      const cloud = await resumeCloud(running, {
        isHeldToContract: false,
        ...(who === "Fly" ? { wrap } : { wrapGitHub: wrap }),
      });
      const run = await cloud.run(line);
      expectHarmless(run);
      if (line.endsWith("markdown")) expectOwnMarkup(run.stdout);
      expect(run.calls.length).toBeLessThan(2_000);
      expect(run.ms).toBeLessThan(6 * 3_600_000);
    }),
    budget(150),
  );
});

/** Whatever a client says of it may be printed. */
async function expectApiError(call: Promise<unknown>): Promise<void> {
  cases.count();
  const error = await call.then(
    () => undefined,
    (caught: unknown) => caught,
  );
  if (error === undefined) return;
  expect(isApiError(error), String(error)).toBe(true);
}

const honest = () =>
  Response.json([{ id: "1", name: "x", state: "started", config: { image: "a" } }]);

test("no client throws anything but an ApiError", async () => {
  await fc.assert(
    fc.asyncProperty(evil, async (change) => {
      const answer = async () => change(honest());
      const { client: fly } = scriptedFly(answer, { maxAttempts: 1 });
      await expectApiError(fly.listMachines("app"));
      await expectApiError(fly.listOrgMachines("acme"));
      await expectApiError(fly.assignIp("app", { type: "v4" }));
      const { client: github } = scriptedGitHub(answer);
      await expectApiError(github.listSecrets("acme/erp", { kind: "repository" }));
      await expectApiError(github.getEnvironment("acme/erp", "silo"));
      const { client: netlify } = scriptedNetlify(answer);
      await expectApiError(netlify.listValues(site, "KEY"));
    }),
    budget(150),
  );
});
