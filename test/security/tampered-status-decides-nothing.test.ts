/** Whatever somebody writes into a status file: what is planned, byte by byte, is the same. */

import { expect, test } from "vitest";
import { aRepo, cloudWith, hubOf, repo } from "../scenarios/handed-out.ts";
import { aCloud, type Cloud } from "../support/a-cloud.ts";
import { specText } from "../support/spec-text.ts";

const path = "silos/status/acme-erp.json";
const files = { "silos/acme-erp.yml": specText({ devenv: "  prevent_destroy: false" }) };

type Key = string | number;

/** Every place of a document, the whole first. */
function placesOf(value: unknown, at: readonly Key[] = []): readonly (readonly Key[])[] {
  if (typeof value !== "object" || value === null) return [at];
  const keys: Key[] = Array.isArray(value) ? [...value.keys()] : Object.keys(value);
  return [
    at,
    ...keys.flatMap((key) => placesOf((value as Record<Key, unknown>)[key], [...at, key])),
  ];
}

function replaced(value: unknown, [key, ...rest]: readonly Key[], by: unknown): unknown {
  if (key === undefined) return by;
  const inner = (value as Record<Key, unknown>)[key];
  const entry = replaced(inner, rest, by);
  if (Array.isArray(value)) return value.map((one, index) => (index === key ? entry : one));
  return { ...(value as object), [key]: entry };
}

/** `undefined` leaves the field out. */
const lies: readonly unknown[] = [
  undefined,
  null,
  "stopped",
  "destroying",
  "acme-crm-silo-001",
  "2000-01-01T00:00:00Z",
  "00".repeat(16),
  -1,
  1e21,
  true,
  false,
  [],
  {},
  [{ kind: "machine-stop" }],
  { generation: 99, proven_at: "2099-01-01T00:00:00Z", fingerprint: "0".repeat(32) },
];

/** Each place with some of the lies in turn, and some of what is no status at all. */
function tampered(text: string, liesAPlace: number): readonly string[] {
  const document = JSON.parse(text);
  const places = placesOf(document);
  expect(places.length).toBeGreaterThan(60);
  return [
    ...places.flatMap((at, place) =>
      Array.from({ length: liesAPlace }, (_, turn) => {
        const lie = lies[(place * liesAPlace + turn) % lies.length];
        return JSON.stringify(replaced(document, at, lie)) ?? "";
      }),
    ),
    "",
    "{",
    "\u0000",
  ];
}

async function plansOf(cloud: Cloud): Promise<string> {
  const plan = await cloud.run("plan --format json");
  const destroy = await cloud.run("destroy acme-erp --format json");
  return JSON.stringify([plan.exitCode, plan.stdout, destroy.exitCode, destroy.stderr]);
}

test("of the working tree", async () => {
  const cloud = aCloud({ files });
  expect(await cloud.run("apply")).toMatchObject({ exitCode: 0 });
  await cloud.clock.sleep(60_000);
  // Something is due, so that there is something to decide.
  cloud.files.write(
    "silos/acme-erp.yml",
    specText({
      devenv: "  prevent_destroy: false",
      services: "    storage: { volume_gb: 9, memory_mb: 1024 }",
    }),
  );
  const honest = cloud.files.content.get(path) ?? "";
  const plan = await plansOf(cloud);
  expect(plan).toContain("volume-extend");
  for (const text of tampered(honest, 2)) {
    cloud.files.write(path, text);
    expect(await plansOf(cloud), text.slice(0, 300)).toBe(plan);
  }
  cloud.files.content.delete(path);
  expect(await plansOf(cloud)).toBe(plan);
});

test("of the branch, and what is handed out, too", async () => {
  const cloud = cloudWith(aRepo(), { files });
  expect(await cloud.run("apply")).toMatchObject({ exitCode: 0 });
  await cloud.clock.sleep(5_000);
  hubOf(cloud).setSecret(repo, "repository", {
    name: "SILO_ACME_ERP_SUPABASE_ANON_KEY",
    value: "stolen",
  });
  const honest = hubOf(cloud).files(repo, "silo-status")?.get(path) ?? "";
  const plan = await plansOf(cloud);
  expect(plan).toContain("changed or removed by hand");
  for (const text of [...tampered(honest, 1), null]) {
    hubOf(cloud).push(repo, "silo-status", { [path]: text });
    expect(await plansOf(cloud), text?.slice(0, 300)).toBe(plan);
  }
});
