import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, test } from "vitest";
import { type AccessPhase, grantOf, phases, type Role, roles } from "#silo/access.ts";
import { serviceNames } from "#silo/names.ts";
import { keys } from "#silo/record.ts";
import { Secret } from "#silo/secret.ts";
import type { ConnectionInfo } from "#state/connection-info.ts";
import { contextOf } from "#state/context.ts";
import { phaseOf } from "#state/phase.ts";
import { aSilo } from "../support/a-silo.ts";
import { aMachine, anObserved, aRecord } from "./an-observed.ts";

const silo = aSilo();
const info: Required<ConnectionInfo> = {
  supabase_url: "https://devenv-acme-erp-kong.fly.dev",
  supabase_anon_key: new Secret("secret-anon"),
  supabase_service_role_key: new Secret("secret-service"),
  db_connection_string: new Secret("secret-dsn"),
  db_connection_string_masked: "dsn ***",
  db_password: new Secret("secret-password"),
  db_host: "devenv-acme-erp-pg.fly.dev",
  studio_url: "https://devenv-acme-erp-studio.fly.dev",
  studio_username: "supabase",
  studio_password: new Secret("secret-studio"),
  silo_preview_url: "https://prod--silo-acme-erp.netlify.app",
};

function inPhase(phase: AccessPhase) {
  if (phase === "absent") return anObserved(silo);
  const state = phase === "stopped" ? "stopped" : "started";
  const machines = Object.fromEntries(
    serviceNames.map((name) => [
      name,
      {
        machines: [
          aMachine({
            state: phase === "degraded" && name === "gotrue" ? "stopped" : state,
            metadata: { [keys.service]: name },
          }),
        ],
      },
    ]),
  );
  const moving = phase === "provisioning" || phase === "stopping" || phase === "destroying";
  const observed = anObserved(
    silo,
    machines,
    aRecord({
      phase: moving ? phase : undefined,
      power: {
        desired: phase === "stopped" ? "stopped" : "running",
        by: "spec",
        reason: "",
        at: "",
      },
    }),
  );
  return phase === "degraded" ? { ...observed, failedTwice: ["gotrue"] as const } : observed;
}

/** The matrix in the words of the design, written again by hand. */
const seen: Record<AccessPhase, Partial<Record<Role, readonly string[]>>> = {
  absent: {},
  provisioning: { devops: ["supabase_url", "studio_url", "db_host"] },
  running: {
    "dev-worker": ["supabase_url", "supabase_anon_key", "silo_preview_url"],
    "dev-orchestrator": ["supabase_url", "supabase_anon_key", "silo_preview_url"],
    devops: [
      "supabase_url",
      "supabase_anon_key",
      "supabase_service_role_key",
      "db_connection_string",
      "db_password",
      "studio_url",
      "studio_username",
      "studio_password",
      "silo_preview_url",
    ],
    "security-auditor": ["db_connection_string"],
  },
  degraded: {
    devops: [
      "supabase_url",
      "supabase_anon_key",
      "supabase_service_role_key",
      "db_connection_string",
      "db_password",
      "studio_url",
      "studio_username",
      "studio_password",
      "silo_preview_url",
    ],
    "security-auditor": ["db_connection_string"],
  },
  stopping: {},
  stopped: {},
  destroying: {},
};

const isContext = new Ajv2020({ strict: false }).compile(
  JSON.parse(readFileSync(new URL("../../schemas/context.schema.json", import.meta.url), "utf8")),
);

describe.each(phases)("in the phase %s", (phase) => {
  test.each(roles)("%s sees exactly its row", async (role) => {
    const observed = inPhase(phase);
    expect(phaseOf(observed)).toBe(phase);
    let wasAsked = false;
    const document = await contextOf(silo, observed, role, async () => {
      wasAsked = true;
      return info;
    });
    const isFlat = role !== "devops" && role !== "security-auditor";
    const shown = isFlat ? document : document.connection_info;
    const expected = seen[phase][role] ?? [];
    expect(Object.keys(shown as object).sort()).toEqual([...expected].sort());
    expect(wasAsked).toBe(expected.length > 0);
    expect(document.unsafe).toBe(
      phase === "degraded" && grantOf(phase, role).fields.length > 0 ? true : undefined,
    );
    if (role === "security-auditor" && expected.length > 0) {
      expect(JSON.stringify(document)).toContain("dsn ***");
      expect(JSON.stringify(document)).not.toContain("secret-");
    }
    expect(isContext(document)).toBe(true);
  });
});
