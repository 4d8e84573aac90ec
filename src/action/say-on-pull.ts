/** A plan where its pull request is talked about: one comment, and the digest as a commit status. */

import type { ExitCode } from "#commands/types.ts";
import { bytesOf } from "#render/limited.ts";
import { proposedSha } from "./event.ts";
import { planContext, planStatus } from "./plan-status.ts";
import { markdownOf } from "./report.ts";
import { sealPlan } from "./sealed-plan.ts";
import type { Found, Step } from "./step.ts";
import { keepComment, markerOf, mostCommentBytes } from "./sticky-comment.ts";

/** A plan that seals to more leaves too little room for what people read. */
const mostSealedBytes = 40_000;
const sealedStart = "<!-- silo-manager:sealed ";

export const sealedIn = (body: string): string | undefined =>
  new RegExp(`^${sealedStart}([A-Za-z0-9+/=]+) -->\\s*$`, "m").exec(body)?.[1];

export async function sayOnPull(step: Step, found: Found, exitCode: ExitCode): Promise<void> {
  const { runner, event } = step;
  const connection = await step.github();
  const attempt = async (what: string, work: () => Promise<void>) => {
    try {
      await work();
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      runner.annotate("warning", `${what}: ${why}`);
    }
  };
  await attempt("The comment was not written", async () => {
    if (!event.pull) return;
    const place = { ...connection, issue: event.pull.number };
    const how = await keepComment(
      place,
      markerOf(step.inputs.silosDir),
      await commentOf(step, found),
    );
    if (how === "forbidden") {
      runner.annotate(
        "notice",
        "This run may not write comments (a fork's may not): the plan is in the summary of the job",
      );
    } else runner.log(`The comment of #${event.pull.number} was ${how}\n`);
  });
  await attempt(`The status ${planContext} was not set`, () =>
    connection.github.setCommitStatus(connection.repository, proposedSha(event), {
      context: planContext,
      targetUrl: event.runUrl,
      ...(found.plan && exitCode !== 1 && exitCode !== 2
        ? planStatus(found.plan.plan)
        : { state: "failure", description: "There is no plan: see the run" }),
    }),
  );
}

export async function commentOf(
  step: Pick<Step, "preface" | "event">,
  found: Found,
): Promise<string> {
  const sealed = found.plan && (await sealPlan(found.plan.plan));
  const foot = [
    `<sub>[run](${step.event.runUrl})</sub>`,
    ...(sealed && sealed.length <= mostSealedBytes ? [`${sealedStart}${sealed} -->`] : []),
  ].join("\n\n");
  const text = markdownOf(step, found, mostCommentBytes - bytesOf(foot) - 200);
  return `${text.trimEnd() || "There is no plan: the run ended before it was made."}\n\n${foot}\n`;
}
