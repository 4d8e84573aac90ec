/** `command: chat`: what a comment asks for is done, if its author may ask for it, and answered. */

import { readSpecs } from "#commands/specs.ts";
import type { CommandContext, ExitCode, GitHubConnection } from "#commands/types.ts";
import { run as runWhy } from "#commands/why.ts";
import { escaped } from "#render/markdown.ts";
import { Refused } from "#silo/errors.ts";
import { loadConfig } from "#spec/load-config.ts";
import type { GitHubReaction } from "#world/github.ts";
import { planContext } from "../plan-status.ts";
import type { Step } from "../step.ts";
import { type Asked, askedIn, usage } from "./asked.ts";
import { type AskingComment, commentOf } from "./comment.ts";
import { roleThatMay } from "./who-may.ts";

interface Answer {
  readonly reaction: GitHubReaction;
  readonly text: string;
}

/** Does whatever is about power, in jobs that have what it takes. */
const operateWorkflow = "silo-operate.yml";

export async function chat(step: Step, context: CommandContext): Promise<ExitCode> {
  const { runner, event } = step;
  const comment = commentOf(event);
  const asked = comment && askedIn(comment.body);
  runner.output("needs-fly", "false");
  if (!comment || asked === undefined) {
    context.output.note("The comment asks for nothing\n");
    return 0;
  }
  const connection = await step.github();
  const answer =
    asked === "unclear"
      ? no(`That is not clear to me. There are ${usage}.`)
      : await answerTo(step, context, connection, comment, asked);
  if (!answer) {
    runner.output("needs-fly", "true");
    return 0;
  }
  const { github, repository } = connection;
  await github.react(repository, comment.id, answer.reaction);
  await github.createComment(repository, comment.issue, `@${comment.author.login} ${answer.text}`);
  context.output.note(`${answer.text}\n`);
  return answer.reaction === "-1" ? 4 : 0;
}

const no = (text: string): Answer => ({ reaction: "-1", text });

/** What a person has to be allowed to: a plan tells of silos what their status tells. */
const actionOf = ({ command }: Asked): string => (command === "plan" ? "status" : command);

/** `undefined`: yes, but only a job with a token for Fly can tell. */
async function answerTo(
  step: Step,
  context: CommandContext,
  connection: GitHubConnection,
  comment: AskingComment,
  asked: Asked,
): Promise<Answer | undefined> {
  const { configFile } = step.inputs;
  const map = loadConfig(context.files, configFile).config.chat.roles;
  const role = await roleThatMay(connection, map, comment.author, actionOf(asked));
  if (!role) {
    return no(`You may not ask for that; \`chat.roles\` in \`${configFile}\` says who may.`);
  }
  if (asked.command === "plan") return planOf(connection, comment);
  try {
    // Its spec on the default branch, which is what is checked out.
    readSpecs({ ...context, operands: [asked.silo] });
  } catch (error) {
    if (error instanceof Refused) return no(escaped(`${error.message}; ${error.fix ?? ""}`));
    throw error;
  }
  return asked.command === "why" ? why(context, asked) : dispatch(step, connection, comment, asked);
}

/** By its head, and from what its own run has told: none of its code runs here. */
async function planOf(
  { github, repository }: GitHubConnection,
  { issue, isPull }: AskingComment,
): Promise<Answer> {
  if (!isPull) return no("This is no pull request, so it has no plan.");
  const { headSha } = await github.getPull(repository, issue);
  const statuses = await github.listCommitStatuses(repository, headSha);
  const status = statuses.find(({ context }) => context === planContext);
  const text = status
    ? `The plan of ${headSha}: ${escaped(`${status.state}, ${status.description}`)}`
    : `There is no plan of ${headSha} yet.`;
  return { reaction: "+1", text };
}

async function why(context: CommandContext, { silo }: Asked): Promise<Answer | undefined> {
  if (!context.variable("FLY_API_TOKEN")) return undefined;
  const written: string[] = [];
  const output = { ...context.output, write: (text: string) => void written.push(text) };
  await runWhy({ ...context, operands: [silo], output });
  return { reaction: "+1", text: escaped(written.join("").trim()) };
}

async function dispatch(
  { event, runner }: Step,
  { github, repository }: GitHubConnection,
  { id, issue, author }: AskingComment,
  { command, silo, duration }: Asked,
): Promise<Answer> {
  const ref = event.defaultBranch ?? "main";
  await github.dispatchWorkflow(repository, operateWorkflow, {
    ref,
    inputs: {
      ...{ command, silo, "comment-id": String(id) },
      reason: `asked by @${author.login} in #${issue}`,
      ...(duration !== undefined && { for: duration }),
    },
  });
  runner.log(`${operateWorkflow} was started on ${ref}\n`);
  const runs = event.runUrl.replace(/\/runs\/\d+$/, `/workflows/${operateWorkflow}`);
  return { reaction: "+1", text: `\`${command} ${silo}\` is [under way](${runs}).` };
}
