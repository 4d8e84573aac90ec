/** What the clock finds at night is kept in one issue a silo, until it is over. */

import { afterAll, beforeAll, expect, test } from "vitest";
import { aWorkshop, repository, secrets } from "../support/a-workshop.ts";
import { specText } from "../support/spec-text.ts";
import { dispatch } from "../support/trigger-events.ts";

const shop = await aWorkshop({ files: { "silos/acme-erp.yml": specText() } });
afterAll(() => shop.close());

const job = (given: Readonly<Record<string, string>>) =>
  shop.job({
    event: dispatch(shop.github),
    checkout: "main",
    with: { ...secrets, "secrets-token": "app:secrets", ...given },
  });

interface IssueSeen {
  readonly title: string;
  readonly body: string;
  readonly state: string;
}

async function issues(): Promise<readonly IssueSeen[]> {
  const response = await shop.github.fetch(
    `https://api.github.com/repos/${repository}/issues?state=all&labels=silo-manager`,
    { headers: { authorization: "Bearer local" } },
  );
  return (await response.json()) as IssueSeen[];
}

beforeAll(async () => {
  const applied = await job({ command: "apply" });
  expect(applied.exitCode, applied.log).toBe(0);
});

test("no issue is opened for a fleet that is as its specs say", async () => {
  const drift = await job({ command: "drift" });
  const inventory = await job({ command: "inventory" });
  expect([drift.exitCode, inventory.exitCode], drift.log + inventory.log).toEqual([0, 0]);
  expect(drift.outputs.changed).toBe("false");
  expect(await issues()).toEqual([]);
});

test("a secret that somebody removed opens one issue, which is kept, and closed once it is mended", {
  timeout: 120_000,
}, async () => {
  const gone = await shop.fly.fetch(
    "https://api.machines.dev/v1/apps/devenv-acme-erp-auth/secrets/GOTRUE_JWT_SECRET",
    { method: "DELETE", headers: { authorization: "Bearer local" } },
  );
  expect(gone.status).toBeLessThan(300);
  const first = await job({ command: "drift" });
  expect(first.exitCode, first.log).toBe(0);
  expect(first.outputs.changed).toBe("true");
  expect(first.log).toContain("acme-erp drifted: the issue was opened");
  const again = await job({ command: "drift" });
  expect(again.log).not.toContain("the issue was");
  const open = await issues();
  expect(open).toMatchObject([{ title: "acme-erp drifted", state: "open" }]);
  expect(open[0]?.body).toMatch(/Set \d+ secrets of devenv-acme-erp-auth/);
  const healed = await job({ command: "drift", heal: "true" });
  expect(healed.exitCode, healed.log).toBe(0);
  const over = await job({ command: "drift" });
  expect(over.log).toContain("acme-erp drifted: the issue was closed");
  expect(await issues()).toMatchObject([{ state: "closed" }]);
});

test("what is nobody's opens an issue of its own", async () => {
  shop.github.setSecret(repository, "repository", {
    name: "SILO_GONE_APP_SUPABASE_ANON_KEY",
    value: "left",
  });
  const run = await job({ command: "inventory" });
  expect(run.exitCode, run.log).toBe(0);
  const [issue] = await issues();
  expect(issue).toMatchObject({ title: "Things of silos that are nobody's", state: "open" });
  expect(issue?.body).toContain("gh secret delete SILO_GONE_APP_SUPABASE_ANON_KEY");
  expect(shop.violations()).toEqual([]);
});
