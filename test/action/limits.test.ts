/** What GitHub refuses or drops when it is too long is never too long, and says what it left out. */

import { expect, test } from "vitest";
import { annotateFindings } from "#action/annotations.ts";
import { readEvent } from "#action/event.ts";
import { matrixOf } from "#action/matrix.ts";
import { markdownOf } from "#action/report.ts";
import { commentOf, sealedIn } from "#action/say-on-pull.ts";
import { openPlan } from "#action/sealed-plan.ts";
import { joinPlans, planDigestOf, type SiloPlan } from "#engine/plan.ts";
import { digestOf } from "#silo/canonical-json.ts";
import type { Finding } from "#spec/finding.ts";
import type { Step } from "#steps/types.ts";

const event = readEvent(
  {
    ...{ eventName: "pull_request", actor: "ana", ref: "refs/pull/1/merge", sha: "0".repeat(40) },
    ...{ runId: 42, serverUrl: "https://github.com", payload: {} },
  },
  "acme/silos",
);

/** As many steps as a silo has when it is made, no two texts alike. */
function aSilo(number: number): SiloPlan {
  const silo = `acme-app${number}`;
  const steps = Array.from({ length: 48 }, (_, at) => ({
    key: `${silo}/postgres/step-${at}`,
    effect: "create" as const,
    text: `Create machine ${at} of devenv-${silo}-pg, shared 1x 1024 MB, supabase/postgres:15`,
    changes: [{ field: "image", from: "none", to: `supabase/postgres:${at}` }],
  })) as unknown as readonly Step[];
  const digest = `${number}`.padStart(32, "0");
  const content = {
    ...{ silo, intent: "apply" as const, specDigest: digest, worldDigest: digest },
    ...{ cost: { beforeUsd: 0, afterUsd: 28.42 }, steps },
  };
  const refusal = { silo, message: "It is not this silo's", fix: "choose other slugs" };
  const refusals = number % 50 === 49 ? [refusal] : [];
  return { ...content, refusals, digest: planDigestOf(content) };
}

test.each([1, 10, 200, 2_000])("a plan of %i silos fits", async (count) => {
  const plan = joinPlans(Array.from({ length: count }, (_, number) => aSilo(number)));
  const found = { plan: { kind: "plan" as const, plan, notes: ["a note"] } };
  const comment = await commentOf({ preface: [], event }, found);
  const summary = markdownOf({ preface: [] }, found, 1_000_000);
  expect(Buffer.byteLength(comment)).toBeLessThanOrEqual(64_000);
  expect(Buffer.byteLength(summary)).toBeLessThanOrEqual(1_000_000);
  expect(comment).toContain("https://github.com/acme/silos/actions/runs/42");
  for (const { silo, refusals } of plan.silos.slice(0, 200)) {
    if (refusals.length > 0) expect(comment).toContain(silo);
  }
  const sealed = sealedIn(comment);
  if (count <= 200) expect(await openPlan(sealed ?? "", plan.digest)).toHaveLength(count);
  if (sealed === undefined) expect(count).toBe(2_000);
});

test("the plans of all shards fit into the outputs of one job", async () => {
  // Nothing that could be packed: as many different texts as there are silos.
  const silos = Array.from({ length: 500 }, (_, number) => {
    const text = Array.from({ length: 40 }, (_, at) => digestOf([number, at])).join("");
    const [step] = aSilo(number).steps;
    const content = { ...aSilo(number), steps: step ? [{ ...step, text }] : [], refusals: [] };
    return { ...content, digest: planDigestOf(content) };
  });
  const matrix = await matrixOf(silos);
  const { include } = matrix;
  expect(include).toHaveLength(20);
  expect(JSON.stringify(matrix).length * 2).toBeLessThan(1_000_000);
  const isWhole = ({ plan }: (typeof include)[number]) => plan.includes(".");
  expect(include.some(isWhole)).toBe(true);
  expect(include.filter((one) => !isWhole(one)).length).toBeGreaterThan(0);
});

test("ten annotations of a kind are all there is, and the rest is counted", () => {
  const findings = Array.from({ length: 30 }, (_, line): Finding => {
    const severity = line < 25 ? "error" : "warning";
    return { file: "silos/a.yml", line, column: 1, severity, code: "X", message: "m", fix: "f" };
  });
  const seen: string[] = [];
  annotateFindings(
    {
      annotate: (kind, message) => void seen.push(`${kind} ${message.split("\n")[0]}`),
    },
    findings,
  );
  expect(seen.filter((one) => one.startsWith("error"))).toHaveLength(9);
  expect(seen.filter((one) => one.startsWith("warning"))).toHaveLength(5);
  expect(seen).toContain("error 17 more: see the summary of the job");
});
