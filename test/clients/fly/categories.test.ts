/** What a refusal means, by the words it was seen in. */

import { describe, expect, it } from "vitest";
import { type ApiErrorCategory, isApiError } from "#silo/errors.ts";
import { failureOf, json, refusal, scripted } from "../scripted-fetch.ts";

const machine = {
  name: "pg-yyz",
  region: "yyz",
  config: { image: "a", guest: { cpu_kind: "shared", cpus: 1, memory_mb: 256 } },
} as const;

type Row = readonly [ApiErrorCategory, number, string, string?];
const rows: readonly Row[] = [
  ["name_taken", 422, "Validation failed: Name has already been taken", "name_taken"],
  ["name_taken", 409, "Validation failed: Name has already been taken"],
  [
    "already_exists",
    409,
    "already_exists: unique machine name violation, machine ID 4d891 already exists with name pg-yyz",
  ],
  [
    "lease_held",
    409,
    "machine ID 2879325b42d318 lease currently held by x@tokens.fly.io, expires at 2026-05-14T10:41:08Z",
  ],
  ["version_mismatch", 409, "aborted: machine update failed due to concurrent update"],
  ["version_mismatch", 409, "failed_precondition: current_version 01A does not match 01B"],
  ["secrets_version", 412, "min_secrets_version 4 is not yet available"],
  ["volume_claimed", 412, "failed_precondition: volume vol_1 is already claimed by machine 4d891"],
  ["busy", 412, "failed_precondition: machine getting replaced, refusing to start"],
  ["busy", 412, "failed_precondition: unable to start machine from current state: 'created'"],
  ["busy", 400, "unable to start machine from current state: 'created'"],
  ["capacity", 503, "out of capacity", "insufficient_capacity"],
  ["capacity", 422, "could not find a candidate host", "insufficient_capacity"],
  ["capacity", 422, "no room", "volume_placement_capacity"],
  [
    "capacity",
    409,
    "aborted: could not reserve resource for machine: insufficient memory available to fulfill request",
  ],
  ["capacity", 409, "aborted: no capacity"],
  ["capacity", 412, "insufficient resources to create new machine with existing volume 'vol_x'"],
  [
    "quota",
    403,
    'organization "x" is using 65536 MB of memory in dfw which is over the allowed quota of 65536 MB',
  ],
  ["quota", 403, "your organization needs a credit card on file"],
  ["forbidden", 403, "unauthorized"],
  ["unauthorized", 401, "unauthorized"],
  [
    "region_retired",
    422,
    "Region yul is deprecated and cannot have new resources provisioned. Please consider using an alternate region such as yyz",
  ],
  ["not_found", 404, "machine not found"],
  ["not_found", 400, "invalid_argument: volume does not exist"],
  ["invalid", 400, "Mounts source volume vol_1 is in the wrong region"],
  ["throttled", 429, "rate limit exceeded"],
  ["timeout", 408, "deadline_exceeded: request timed out"],
  ["transient", 500, "internal server error"],
  ["transient", 502, "unavailable: lease service is down"],
  ["conflict", 409, ""],
  ["conflict", 412, "failed_precondition: something else"],
  [
    "invalid",
    422,
    "Validation failed: Name under 63 chars using numbers, lowercase letters and dashes",
  ],
  ["transient", 500, "retry gave up after: insufficient CPUs available to fulfill request"],
  [
    "capacity",
    503,
    "retry gave up after: Validation failed: Name has already been taken",
    "insufficient_capacity",
  ],
];

describe("categories", () => {
  it.each(rows.map((row) => ({ row, title: row.slice(0, 3).join(" ") })))(
    "$title",
    async ({ row }) => {
      const [category, status, words, code] = row;
      const { client } = scripted(() => refusal(status, words, code));
      const error = await failureOf(client.createMachine("devenv-a-b-pg", machine));
      expect(isApiError(error, category), String(error)).toBe(true);
    },
  );

  it("reads bare text and nested messages as well", async () => {
    for (const body of [
      new Response("aborted: no capacity", { status: 409 }),
      json(409, { message: "aborted: no capacity" }),
      json(409, { error: { message: "aborted: no capacity" } }),
    ]) {
      const error = await failureOf(scripted(() => body).client.createMachine("app", machine));
      expect(isApiError(error, "capacity"), String(error)).toBe(true);
    }
  });

  it("names the machine that has the name, the request id and what was tried", async () => {
    const words = "already_exists: unique machine name violation, machine ID 4d891 already exists";
    const { client } = scripted(() => json(409, { error: words }, { "fly-request-id": "01REQ" }));
    const error = await failureOf(client.createMachine("devenv-a-b-pg", machine));
    expect(error).toMatchObject({
      message: `Cannot create machine pg-yyz in devenv-a-b-pg: ${words} (409, already_exists, fly-request-id 01REQ)`,
      facts: { existingId: "4d891", requestId: "01REQ", status: 409, ambiguous: false },
    });
  });

  it("takes a failed precondition of metadata for a version that moved", async () => {
    const { client } = scripted(() => refusal(412, "precondition failed"));
    const error = await failureOf(client.patchMetadata("app", "m", { a: "1" }, "v1"));
    expect(isApiError(error, "version_mismatch")).toBe(true);
  });

  it("finds an error in a 200 of start", async () => {
    const words = "could not find capacity for machine 4d891";
    const { client } = scripted(() => json(200, { status: "error", message: words }));
    const error = await failureOf(client.startMachine("app", "m"));
    expect(error).toMatchObject({ facts: { category: "capacity", ambiguous: false } });
  });

  it("does not take a proxy's 404 page for an absent app", async () => {
    for (const body of ["<!DOCTYPE html><html>not here</html>", "404 page not found"]) {
      const { client } = scripted(() => new Response(body, { status: 404 }));
      expect(isApiError(await failureOf(client.listMachines("app")), "unknown")).toBe(true);
      expect(isApiError(await failureOf(client.getApp("app")), "unknown")).toBe(true);
    }
  });

  it("takes a 403 page for a lack of permission", async () => {
    const { client } = scripted(() => new Response("<html>denied</html>", { status: 403 }));
    const error = await failureOf(client.createMachine("app", machine));
    expect(isApiError(error, "forbidden")).toBe(true);
    expect(String(error)).not.toContain("<html>");
  });
});
