/** `silo cost`: needs no account, and shows its sum so that anybody can do it again. */

import { expect, test } from "vitest";
import { aCloud } from "../support/a-cloud.ts";
import { specText } from "../support/spec-text.ts";

const files = {
  "silos/acme-erp.yml": specText(),
  "silos/zeta-crm.yml": specText({ client: "zeta", app: "crm", org: "zeta" }),
};

test("of the example silo is, to the cent, what a hand calculation gives, with the formula", async () => {
  const { stdout, calls } = await aCloud({ files }).run("cost acme-erp");
  expect(calls).toEqual([]);
  expect(stdout).toContain(
    "machines  (6 shared CPU × $0.695 + 3.5 GB × $5) × 1.1154 for yyz = $24.1707",
  );
  expect(stdout).toContain("volumes   15 GB × $0.15 = $2.25");
  expect(stdout).toContain("addresses 1 dedicated IPv4 = $2.00");
  const byHand = (6 * 0.695 + 3.5 * 5) * 1.1154 + 15 * 0.15 + 2;
  expect(stdout).toContain(`always on $${byHand.toFixed(2)} for 730 h`);
  expect(stdout).toMatch(/^a month +\$28\.42 +\$12\.84 +\$5\.06$/m);
});

test("of many is shown by silo, client and organisation, and each adds up", async () => {
  const { stdout } = await aCloud({ files }).run("cost");
  expect(stdout).toMatch(/^zeta-crm +\$28\.42/m);
  expect(stdout).toMatch(/^acme +\$28\.42/m);
  expect(stdout).toMatch(/^2 silos +\$56\.84 +\$25\.68 +\$10\.12$/m);
});

test("as JSON has every part, and the parts add up", async () => {
  const { stdout } = await aCloud({ files }).run("cost acme-erp --format json");
  const { prices_as_of, silos } = JSON.parse(stdout);
  expect(prices_as_of).toMatch(/^\d{4}-\d{2}$/);
  const [{ lines, monthly_usd }] = silos;
  for (const way of ["always_on", "scheduled_8h", "stopped"]) {
    const sum = lines.reduce(
      (total: number, line: { monthly_usd: Record<string, number> }) =>
        total + (line.monthly_usd[way] ?? 0),
      0,
    );
    expect(sum).toBeCloseTo(monthly_usd[way], 2);
  }
});
