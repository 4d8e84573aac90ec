import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ApprovedPlan } from "#engine/moved.ts";
import { planDigestOf } from "#engine/plan.ts";
import { type Evidence, verifyReceipt, worstOf } from "#engine/verify-receipt.ts";
import { digestOf } from "#silo/canonical-json.ts";
import { sealed } from "#silo/receipt.ts";
import type { Receipt, WorldFacts } from "#silo/status.generated.ts";
import { receipt as isReceipt } from "#spec/receipt-validator.generated.js";

const key = "ab".repeat(32);
const world: WorldFacts = {
  record: {
    phase: null,
    power: "running",
    generation: 2,
    prevent_destroy: true,
    rls_mode: "production",
  },
  services: {
    kong: {
      app: "devenv-acme-erp-kong",
      ownership: "ours",
      machines: [{ id: "1", state: "started", digest: "a" }],
      volumes: [],
    },
    postgres: {
      app: "devenv-acme-erp-pg",
      ownership: "ours",
      machines: [{ id: "2", state: "started", digest: null }],
      volumes: [{ name: "pg_data", size_gb: 10 }],
    },
  },
};

function aReceipt(changes: Partial<Receipt> = {}): Receipt {
  return {
    command: "apply",
    result: "done",
    at: "2026-11-24T10:00:00.000Z",
    plan_digest: "0".repeat(32),
    changes: ["Start devenv-acme-erp-kong"],
    world_before: "1".repeat(32),
    world_after: digestOf(world),
    world,
    commit: "c0ffee",
    run_url: "https://github.com/somtech/silos/actions/runs/1",
    ...changes,
  };
}

const evidence = (more: Partial<Evidence> = {}): Evidence => ({
  key: { value: key },
  world,
  plan: undefined,
  ...more,
});
const verdictOf = (receipt: Receipt, more: Partial<Evidence> = {}) =>
  worstOf(verifyReceipt(receipt, evidence(more)));

/** Every place in a document where a value stands. */
const placesIn = (value: unknown, path: readonly string[] = []): readonly (readonly string[])[] =>
  typeof value === "object" && value !== null
    ? Object.entries(value).flatMap(([name, each]) => placesIn(each, [...path, name]))
    : [path];

function changedAt<T>(document: T, path: readonly string[], value: unknown): T {
  const copy = structuredClone(document);
  const parent = path
    .slice(0, -1)
    .reduce<unknown>((at, name) => Reflect.get(Object(at), name), copy);
  Reflect.set(Object(parent), path.at(-1) ?? "", value);
  return copy;
}

describe("the seal", () => {
  test("is the same whatever the order of the fields, and after the way through a file", () => {
    const receipt = sealed(aReceipt(), key);
    const turned = Object.fromEntries(Object.entries(receipt).reverse());
    const read: unknown = JSON.parse(JSON.stringify(turned));
    expect(isReceipt(read) && verdictOf(read)).toBe("verified");
  });

  test("breaks when any field is changed, and under any other key", () => {
    const receipt = sealed(aReceipt(), key);
    const values = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null));
    fc.assert(
      fc.property(fc.constantFrom(...placesIn(receipt)), values, (path, value) => {
        const forged = changedAt(receipt, path, value);
        fc.pre(JSON.stringify(forged) !== JSON.stringify(receipt));
        expect(isReceipt(forged) ? verdictOf(forged) : "forged").toBe("forged");
      }),
      { numRuns: 500 },
    );
    expect(verdictOf(receipt, { key: { value: "ac".repeat(32) } })).toBe("forged");
  });

  test("is missing from no run that has the master key", () => {
    for (const command of ["apply", "start", "restart", "rotate", "rotate-master"]) {
      expect(verdictOf(aReceipt({ command })), command).toBe("forged");
      expect(verdictOf(aReceipt({ command }), { key: { unknown: "it is not set" } })).toBe(
        "forged",
      );
    }
    for (const command of ["stop", "destroy"]) {
      expect(verdictOf(aReceipt({ command })), command).toBe("unproven");
    }
  });

  test("is not vouched for without a key, but a receipt that contradicts itself is found", () => {
    const unknown = { key: { unknown: "SILO_MASTER_KEY is not set" } };
    const receipt = sealed(aReceipt(), key);
    expect(verdictOf(receipt, unknown)).toBe("unproven");
    const forged = changedAt(receipt, ["world", "record", "prevent_destroy"], false);
    expect(verdictOf(forged, unknown)).toBe("forged");
  });
});

describe("the world", () => {
  test("has moved when any fact of it has, and the fact's app is named", () => {
    const receipt = sealed(aReceipt(), key);
    // Which app a service has is no fact of the world: it follows from the slugs.
    for (const path of placesIn(world).filter((one) => one.at(-1) !== "app")) {
      const now = changedAt(world, path, path.at(-1) === "ownership" ? "foreign" : "other");
      const findings = verifyReceipt(receipt, evidence({ world: now }));
      expect(worstOf(findings), path.join(".")).toBe("moved");
      const { text } = findings.find(({ verdict }) => verdict === "moved") ?? { text: "" };
      const [, service = ""] = path;
      expect(text, path.join(".")).toMatch(
        path[0] === "record" ? /^record: / : `${world.services[service]?.app}`.slice(0, 10),
      );
    }
  });

  test("is told in words", () => {
    const now = structuredClone(world) as { services: Record<string, unknown> };
    now.services.kong = {
      ...world.services.kong,
      machines: [{ id: "1", state: "stopped", digest: "b" }],
    };
    now.services.postgres = {
      ...world.services.postgres,
      machines: [{ id: "3", state: "started", digest: null }],
      volumes: [],
    };
    const findings = verifyReceipt(
      sealed(aReceipt(), key),
      evidence({ world: now as unknown as WorldFacts }),
    );
    expect(findings.filter(({ about }) => about === "world").map(({ text }) => text)).toEqual([
      "devenv-acme-erp-kong: machine 1 was started, is stopped",
      "devenv-acme-erp-kong: machine 1 is made of something else",
      "devenv-acme-erp-pg: machine 2 is gone",
      "devenv-acme-erp-pg: machine 3 is new (started)",
      "devenv-acme-erp-pg: volumes: pg_data 10 GB → none",
    ]);
  });
});

describe("the plan", () => {
  const step = (text: string) =>
    ({ key: text, effect: "power", text, changes: [{ field: "a", from: "1", to: "2" }] }) as const;
  const content = {
    silo: "acme-erp",
    intent: "apply",
    specDigest: "s",
    worldDigest: "w",
    cost: { beforeUsd: 1, afterUsd: 2 },
    steps: [step("Do this"), step("Do that")],
  } as const;
  const approved: ApprovedPlan = { ...content, digest: planDigestOf(content) };
  const verdictBy = (changes: Partial<Receipt>, plan: ApprovedPlan = approved) =>
    verdictOf(sealed(aReceipt(changes), key), { plan: { name: "plan.json", approved: plan } });

  test("is the one that was approved, or less than it", () => {
    expect(verdictBy({ plan_digest: approved.digest })).toBe("verified");
    expect(verdictBy({ changes: ["Do that (a: 1 → 2)"] })).toBe("verified");
    expect(verdictBy({ changes: ["Do that (a: 1 → 3)"] })).toBe("forged");
    expect(verdictBy({ changes: [], command: "start" })).toBe("forged");
  });

  test("is worth nothing when it was altered itself", () => {
    const altered = { ...approved, cost: { beforeUsd: 1, afterUsd: 1 } };
    expect(verdictBy({ plan_digest: approved.digest }, altered)).toBe("forged");
  });
});
