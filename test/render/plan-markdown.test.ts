import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { SiloPlan } from "#engine/plan.ts";
import { bytesOf } from "#render/limited.ts";
import { planMarkdown } from "#render/plan-markdown.ts";
import type { Step } from "#steps/types.ts";

function aStep(part: Partial<Step> = {}): Step {
  return {
    key: "acme-erp/kong/machine-update",
    kind: "machine-update",
    silo: "acme-erp",
    service: "kong",
    after: [],
    afterEnd: [],
    effect: "update",
    text: "Update machine kong-yyz in place",
    changes: [],
    stage: "main",
    timeoutMs: 1,
    run: async () => undefined,
    ...part,
  };
}

function aPlan(silo: string, part: Partial<SiloPlan> = {}): SiloPlan {
  return {
    silo,
    intent: "apply",
    steps: [aStep()],
    refusals: [],
    cost: { beforeUsd: 20, afterUsd: 30 },
    specDigest: "s",
    worldDigest: "w",
    digest: "d",
    ...part,
  };
}

const shown = (silos: readonly SiloPlan[], mostBytes?: number) =>
  planMarkdown({ version: 1, silos, digest: "abc" }, mostBytes);
const refusal = { silo: "acme-b", message: "It shrinks", fix: "let it grow" };

describe("a plan in Markdown", () => {
  it("begins with the bill of all silos, to which what is refused adds nothing", () => {
    const text = shown([
      aPlan("acme-a"),
      aPlan("acme-b", { steps: [], refusals: [refusal] }),
      aPlan("acme-c", { steps: [], cost: { beforeUsd: 5, afterUsd: 5 } }),
    ]);
    expect(text.split("\n\n")[1]).toBe(
      "**$45.00 → $55.00** a month for all 3, if awake all the time",
    );
    expect(text).toContain("<b>acme-b</b> · <b>refused</b> · $20.00 a month");
    expect(text).not.toContain("acme-c");
  });

  it("has first what somebody must look at, open, and the rest closed", () => {
    const text = shown([
      aPlan("acme-a"),
      aPlan("acme-b", { steps: [aStep({ needsApproval: "it weakens row level security" })] }),
      aPlan("acme-c", { steps: [aStep({ effect: "destroy" })] }),
      aPlan("acme-d", { refusals: [refusal] }),
    ]);
    const titles = [...text.matchAll(/^(<details.*?>)?(?:<summary>)?<b>(acme-.)<\/b>.*$/gm)];
    expect(titles.map(([, details, silo]) => [silo, details])).toEqual([
      ["acme-d", undefined],
      ["acme-c", "<details open>"],
      ["acme-b", "<details open>"],
      ["acme-a", "<details>"],
    ]);
    expect(text).toContain("1 step, <b>destroys</b>");
    expect(text).toContain("1 step, <b>waits for approval</b>");
  });

  it("folds what is more than 20 silos, and keeps their steps where there is room", () => {
    const silos = Array.from({ length: 200 }, (_, at) => aPlan(`acme-${at}`));
    const summary = shown(silos);
    expect(summary).toContain("<details><summary>180 more silos</summary>");
    expect(summary.match(/Update machine/g)).toHaveLength(200);
    expect(summary.match(/<details/g)).toHaveLength(201);
    expect(summary.match(/<\/details>/g)).toHaveLength(201);
    const comment = shown(silos, 30_000);
    expect(comment.match(/^- <b>acme-/gm)?.length).toBeGreaterThanOrEqual(180);
    expect(silos.filter(({ silo }) => !comment.includes(`<b>${silo}</b>`))).toEqual([]);
  });

  it("shows foreign text as text", () => {
    const text = shown([aPlan("acme-a", { steps: [aStep({ text: "</details> | @all **x**" })] })]);
    expect(text).not.toMatch(/<\/details> \||@all|\*\*x/);
  });

  const anyPlan = fc
    .record({
      name: fc.stringMatching(/^[a-z]{1,40}$/),
      texts: fc.array(fc.string({ maxLength: 300 }), { maxLength: 30 }),
      isLoud: fc.boolean(),
      isRefused: fc.boolean(),
    })
    .map(({ name, texts, isLoud, isRefused }) =>
      aPlan(name, {
        steps: texts.map((text) => aStep({ text, ...(isLoud && { effect: "destroy" as const }) })),
        refusals: isRefused ? [{ silo: name, message: texts.join(" "), fix: "x" }] : [],
      }),
    );

  it("stays below its limit, and closes what it opens", () => {
    fc.assert(
      fc.property(
        fc.array(anyPlan, { maxLength: 120 }),
        fc.integer({ min: 2_000, max: 60_000 }),
        (silos, most) => {
          const text = shown(silos, most);
          expect(bytesOf(text)).toBeLessThanOrEqual(most);
          expect(text.match(/<details/g)?.length).toBe(text.match(/<\/details>/g)?.length);
        },
      ),
      { numRuns: 60 },
    );
  });
});
