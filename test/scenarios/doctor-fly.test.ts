/** What doctor says of Fly: tokens, organisations, regions. Each once as it should be, once not. */

import { expect, test } from "vitest";
import { aDischarge, aMacaroon } from "../support/fly-macaroon.ts";
import { specText } from "../support/spec-text.ts";
import { aSoundCloud, diagnose } from "./doctor.ts";

const daySeconds = 86_400;
/** Of a new virtual clock. */
const now = Math.floor(aSoundCloud().clock.now() / 1_000);

const withToken = (token: string, more: Parameters<typeof aSoundCloud>[0] = {}) =>
  aSoundCloud({ ...more, environment: { FLY_API_TOKEN: token } });

const expiring = (days: number) => aMacaroon({ notAfter: [now + days * daySeconds] });

test("a token of an organisation for 90 days", async () => {
  const { of } = await diagnose(withToken(`${expiring(90)},${aDischarge()}`));
  expect(of("fly-token")).toEqual([
    "ok FLY_API_TOKEN: is a token of an organisation, nobody's own",
    expect.stringMatching(/^ok FLY_API_TOKEN: ends on \d{4}-\d\d-\d\d$/),
  ]);
});

test.each([
  ["for 20 years", expiring(7300), 0, /^warning .* 20 years/],
  ["near its end", expiring(5), 0, /^warning .* in 5 days/],
  ["that has ended", expiring(-1), 1, /^failed .* ended on/],
  ["that is a person's", "fo1_abc", 0, /^warning .* is a person's/],
  ["for one app", aMacaroon({ apps: true }), 1, /^failed .* one app only/],
  ["that says nothing", "local", 0, /^unknown .* does not say when it ends/],
  ["that only reads", aMacaroon({ masks: [31, 1] }), 0, /^ok .* enough for plan/],
])("a token %s", async (_what, token, exitCode, expected) => {
  const diagnosis = await diagnose(withToken(token));
  expect(diagnosis.of("fly-token")).toContainEqual(expect.stringMatching(expected));
  const failed = diagnosis.findings.filter(
    ({ verdict, check }) => verdict === "failed" && check === "fly-token",
  );
  expect(failed.length).toBe(exitCode);
});

test("the API says whose a token is that does not say so itself", async () => {
  const tokens = [{ token: "t", orgs: ["acme-erp"], access: "write" as const, user: "u1" }];
  const { of } = await diagnose(withToken("t", { tokens }));
  expect(of("fly-token")).toContainEqual(expect.stringMatching(/^warning .* is a person's/));
});

test("no token at all", async () => {
  const cloud = aSoundCloud({ environment: { FLY_API_TOKEN: "" } });
  const { of, exitCode } = await diagnose(cloud);
  expect(exitCode).not.toBe(0);
  expect(of("fly-token")).toEqual(["failed FLY_API_TOKEN: is not set"]);
});

test("a token that has ended, by the API's word", async () => {
  const tokens = [
    { token: "t", orgs: ["acme-erp"], access: "write" as const, expiresAtMs: now * 1_000 - 1 },
  ];
  const { of } = await diagnose(withToken("t", { tokens }));
  expect(of("fly-token")).toEqual([
    expect.stringMatching(/could not be looked at: .*unauthorized/),
  ]);
});

test("organisations that a token reaches, lacks, and reaches for nothing", async () => {
  const sound = await diagnose(withToken("org:acme-erp"));
  expect(sound.of("fly-organisations")).toEqual([
    "ok acme-erp: can be read with the token",
    "ok acme-erp: has 0 machines and is to have 6",
  ]);
  const lacking = await diagnose(withToken("org:globex"));
  expect(lacking.of("fly-organisations")).toEqual([
    expect.stringMatching(/^failed acme-erp: no token/),
    expect.stringMatching(/^warning globex: .* no spec names it/),
  ]);
});

test("room in an organisation: what is there, what Fly does not tell, what is a lot", async () => {
  const apps = (count: number) =>
    Object.fromEntries(
      Array.from({ length: count }, (_, at) => [
        `silos/acme-a${at}.yml`,
        specText({ app: `a${at}` }),
      ]),
    );
  const two = await diagnose(aSoundCloud({ files: apps(2) }));
  expect(two.of("fly-organisations")[1]).toMatch(/^unknown acme-erp: .* is to have 12; Fly tells/);
  const nine = await diagnose(aSoundCloud({ files: apps(9) }));
  expect(nine.of("fly-organisations")[1]).toMatch(/^warning acme-erp: .* is to have 54/);
  const made = aSoundCloud();
  await made.run("apply");
  expect((await diagnose(made)).of("fly-organisations")[1]).toMatch(/^ok acme-erp: has room/);
});

test("a list that is partial is said to be", async () => {
  const faults = [
    { match: { path: "/v1/orgs/*/machines" }, answer: "partial" as const, regions: ["yyz"] },
  ];
  const { of } = await diagnose(aSoundCloud({ faults }));
  expect(of("fly-organisations")).toContainEqual(expect.stringMatching(/^warning .* yyz/));
});

test("a region that is open, and one that Fly does not know", async () => {
  expect((await diagnose(aSoundCloud())).of("fly-regions")).toEqual(["ok yyz: is open (acme-erp)"]);
  const files = {
    "silo.config.yml": "regions: { additional: [zzz] }\n",
    "silos/acme-erp.yml": specText({ devenv: "  fly_region: zzz" }),
  };
  const { of, exitCode } = await diagnose(aSoundCloud({ files }));
  expect(of("fly-regions")).toEqual([expect.stringMatching(/^failed zzz: Fly does not know it/)]);
  expect(exitCode).not.toBe(0);
});
