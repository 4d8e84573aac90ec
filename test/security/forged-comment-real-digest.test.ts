/**
 * A comment may be edited by whoever may write, and a status be set by them: a plan that nobody has
 * seen is not taken for the approved one, whatever says so.
 */

import { expect, test } from "vitest";
import { approvedPlans } from "#action/approved-plans.ts";
import { readEvent } from "#action/event.ts";
import { planContext, planStatus } from "#action/plan-status.ts";
import { sealPlan } from "#action/sealed-plan.ts";
import { keepComment, markerOf } from "#action/sticky-comment.ts";
import { createGitHubClient } from "#clients/github/client.ts";
import { createGitHubEmulator } from "#emulators/github/emulator.ts";
import { VirtualClock } from "#emulators/virtual-clock.ts";
import { joinPlans, planDigestOf, type SiloPlan } from "#engine/plan.ts";
import { Secret } from "#silo/secret.ts";
import type { Step } from "#steps/types.ts";
import { push } from "../support/trigger-events.ts";

const repository = "acme/silos";

function aPlan(text: string) {
  const step = { key: "acme-erp/kong/app-create", effect: "create", text, changes: [] };
  const content = {
    silo: "acme-erp",
    intent: "apply" as const,
    specDigest: "s",
    worldDigest: "w",
    cost: { beforeUsd: 0, afterUsd: 1 },
    steps: [step as unknown as Step],
  };
  const plan: SiloPlan = { ...content, refusals: [], digest: planDigestOf(content) };
  return joinPlans([plan]);
}

const seen = aPlan("Create app devenv-acme-erp-kong");
const forged = aPlan("Hand everything to a stranger");

const bodyOf = async (plan: typeof seen) =>
  `A plan\n\n<!-- silo-manager:sealed ${await sealPlan(plan)} -->`;

async function merged(by: (hub: Awaited<ReturnType<typeof aHub>>) => Promise<void>) {
  const hub = await aHub();
  await keepComment({ ...hub.workflow, issue: 1 }, markerOf("silos"), await bodyOf(seen));
  await hub.workflow.github.setCommitStatus(repository, hub.head, {
    context: planContext,
    ...planStatus(seen),
  });
  await by(hub);
  const before = hub.emulator.head(repository, "main");
  hub.emulator.merge(repository, 1);
  const event = push(before, hub.emulator.head(repository, "main"));
  const context = { eventName: event.name, runId: 1, serverUrl: "", ...event };
  const payload = event.payload as Readonly<Record<string, unknown>>;
  const read = readEvent({ ...context, payload }, repository);
  return (await approvedPlans(hub.workflow, read, "silos")).plans.get("acme-erp")?.digest;
}

async function aHub() {
  const clock = new VirtualClock();
  const emulator = createGitHubEmulator({
    clock,
    limits: "off",
    repositories: [
      { name: repository, pulls: [{ title: "Add", head: "erp", files: { "silos/a.yml": "a" } }] },
    ],
  });
  let count = 0;
  const random = { bytes: (length: number) => new Uint8Array(length).fill(count++) };
  const as = (token: string) => ({
    repository,
    github: createGitHubClient({
      fetch: emulator.fetch,
      clock,
      random,
      token: new Secret(token),
      writeEveryMs: 1,
    }),
  });
  const head = emulator.head(repository, "erp");
  return { emulator, head, workflow: as("github_token:1"), person: as("pat:mallory") };
}

test("what the workflow said is believed", async () => {
  expect(await merged(async () => undefined)).toBe(seen.silos[0]?.digest);
});

test("an edited comment is not, though the digest is the real one", async () => {
  const digest = await merged(async ({ person }) => {
    const [comment] = await person.github.listComments(repository, 1);
    const body = `${markerOf("silos")}\n${await bodyOf(forged)}`;
    await person.github.updateComment(repository, comment?.id ?? 0, body);
  });
  expect(digest).toBeUndefined();
});

test("nor is a person's comment with our marker, nor a person's status", async () => {
  const digest = await merged(async ({ person, head }) => {
    await person.github.createComment(
      repository,
      1,
      `${markerOf("silos")}\n${await bodyOf(forged)}`,
    );
    await person.github.setCommitStatus(repository, head, {
      context: planContext,
      ...planStatus(forged),
    });
  });
  expect(digest).toBe(seen.silos[0]?.digest);
});

test("nor is a plan whose check failed", async () => {
  const digest = await merged(async ({ workflow, head }) => {
    await workflow.github.setCommitStatus(repository, head, {
      context: planContext,
      state: "failure",
      description: "There is no plan: see the run",
    });
  });
  expect(digest).toBeUndefined();
});
