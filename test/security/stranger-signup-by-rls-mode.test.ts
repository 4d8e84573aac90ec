/** A stranger who holds the public key cannot sign up while that would show them the data. */

import { beforeAll, expect, test } from "vitest";
import type { RlsMode } from "#state/rls.ts";
import { resumeCloud, runningSilo, type SavedCloud } from "../scenarios/stacks.ts";
import type { Cloud } from "../support/a-cloud.ts";
import { derivedCredentials } from "../support/derived.ts";
import { specText } from "../support/spec-text.ts";

const file = "silos/acme-erp.yml";
let running: SavedCloud;

beforeAll(async () => {
  running = await runningSilo();
});

const specOf = (mode: RlsMode, more = "") =>
  specText({
    devenv: [
      ...(mode === "production" ? [] : [`  rls_mode: ${mode}`, "  rls_until: 2027-03-01"]),
      "  auth: { signup: true }",
      ...(more ? [more] : []),
    ].join("\n"),
  });

let strangers = 0;

async function signUp(cloud: Cloud): Promise<number> {
  const { anonKey } = await derivedCredentials(cloud, "acme-erp");
  const response = await cloud.fly.proxy("https://devenv-acme-erp-kong.fly.dev/auth/v1/signup", {
    method: "POST",
    headers: { apikey: anonKey.reveal(), "content-type": "application/json" },
    body: JSON.stringify({
      email: `stranger-${strangers++}@example.com`,
      password: "not a secret",
    }),
  });
  return response.status;
}

test.each([
  ["production", 200],
  ["permissive", 403],
  ["disabled", 403],
] as const)("stranger-signup-by-rls-mode: %s answers %i", async (mode, status) => {
  const cloud = await resumeCloud(running);
  cloud.files.write(file, specOf(mode));
  const applied = await cloud.run("apply acme-erp");
  expect(applied, applied.stdout).toMatchObject({ exitCode: 0 });
  expect(await signUp(cloud)).toBe(status);
  cloud.files.write(file, specOf("production"));
  await cloud.run("apply acme-erp");
  expect(await signUp(cloud)).toBe(200);
});

test("at no call of an apply is sign-up open while the data is", async () => {
  let look: (() => Promise<void>) | undefined;
  const seen: string[] = [];
  const cloud = await resumeCloud(running, {
    wrap: (fetch) => async (input, init) => {
      const response = await fetch(input, init);
      if (look && init?.method !== "GET") await look();
      return response;
    },
  });
  const auth = cloud.fly;
  look = async () => {
    const { machines } = auth.save() as unknown as {
      machines: {
        app: string;
        state: string;
        versions: { config: { env?: Record<string, string> } }[];
      }[];
    };
    const gotrue = machines.find(({ app }) => app === "devenv-acme-erp-auth");
    const isOpen = gotrue?.versions.at(-1)?.config.env?.GOTRUE_DISABLE_SIGNUP !== "true";
    const volumes = JSON.stringify(auth.save());
    const isWeak = /authenticated[^}]*bypassrls\W+true/.test(volumes.replaceAll("\\", ""));
    seen.push(`${isOpen ? "open" : "shut"} ${isWeak ? "weak" : "strict"}`);
  };
  for (const mode of [
    "disabled",
    "permissive",
    "production",
    "permissive",
    "production",
  ] as const) {
    cloud.files.write(file, specOf(mode));
    expect(await cloud.run("apply acme-erp")).toMatchObject({ exitCode: 0 });
  }
  expect(seen).toContain("shut weak");
  expect(seen).toContain("open strict");
  expect(seen).not.toContain("open weak");
});

test("a weaker mode without an end is refused, and env cannot open sign-up again", async () => {
  const cloud = await resumeCloud(running);
  cloud.files.write(file, specText({ devenv: "  rls_mode: disabled" }));
  const endless = await cloud.run("apply acme-erp");
  expect(endless).toMatchObject({ exitCode: 2, writes: [] });
  expect(endless.stderr + endless.stdout).toContain("RLS_UNTIL_MISSING");
  cloud.files.write(
    file,
    specText({
      devenv: "  rls_mode: disabled\n  rls_until: 2027-03-01",
      services: '    gotrue: { env: { GOTRUE_DISABLE_SIGNUP: "false" } }',
    }),
  );
  expect(await cloud.run("apply acme-erp")).toMatchObject({ exitCode: 2, writes: [] });
});
