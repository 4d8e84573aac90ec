/**
 * How a start, stop, hold or release is carried out: by the workflow of the repository, so that git
 * and its reviews stay the one way; beside the local cloud, which has no runner, in this process.
 */

import { commands } from "#commands/catalogue.ts";
import { runWords } from "#commands/run-words.ts";
import type { CommandContext, GitHubConnection } from "#commands/types.ts";
import { plainText } from "#silo/plain-text.ts";
import type { Begun, Ending, PowerAction } from "./operations.ts";

export interface PowerRequest {
  readonly action: PowerAction;
  readonly silo: string;
  /** Name of the caller. */
  readonly by: string;
  readonly reason: string | undefined;
  /** Of a hold. */
  readonly lasting: string | undefined;
}

export interface PowerDoor {
  begin(request: PowerRequest): Promise<Begun>;
  /** Where its runs are to be seen. */
  readonly runUrl: string | undefined;
}

const workflow = "silo-operate.yml";

export function byWorkflow({ github, repository }: GitHubConnection, serverUrl: string): PowerDoor {
  return {
    runUrl: `${serverUrl}/${repository}/actions/workflows/${workflow}`,
    async begin({ action, silo, by, reason, lasting }) {
      const { defaultBranch } = await github.repository(repository);
      await github.dispatchWorkflow(repository, workflow, {
        ref: defaultBranch,
        inputs: {
          command: action,
          silo,
          reason: reasonText(by, reason),
          ...(lasting !== undefined && { for: lasting }),
        },
      });
      return {};
    },
  };
}

/** Told through a workflow its actor is the desk's own token, so who asked stands in the reason. */
const reasonText = (by: string, reason: string | undefined): string =>
  reason ? `${reason} (${by}, by the desk)` : `${by}, by the desk`;

/** The same commands that a person would type, one silo at a time. */
export function inProcess(context: CommandContext): PowerDoor {
  const { options } = context;
  return {
    runUrl: undefined,
    begin: async (request) => ({ rest: runHere(context, wordsOf(request, options), request.by) }),
  };
}

function wordsOf(
  { action, silo, reason, lasting }: PowerRequest,
  { silosDir, configFile }: CommandContext["options"],
): readonly string[] {
  const takesReason = action !== "release";
  return [
    action,
    silo,
    ...(lasting === undefined ? [] : [lasting]),
    ...(takesReason && reason ? [`--reason=${reason}`] : []),
    ...(action === "release" ? ["--all"] : []),
    `--silos-dir=${silosDir}`,
    `--config=${configFile}`,
    "--no-color",
  ];
}

async function runHere(
  { operands, options, output, ...effects }: CommandContext,
  words: readonly string[],
  by: string,
): Promise<Ending> {
  const notes: string[] = [];
  const exitCode = await runWords(words, commands, {
    ...effects,
    variable: (name) => (name === "GITHUB_TRIGGERING_ACTOR" ? by : effects.variable(name)),
    version: async () => "",
    output: () => ({
      ...output,
      write: () => {},
      note: (text) => void notes.push(text),
      redraw: undefined,
    }),
  }).catch((error: unknown) => {
    notes.push(error instanceof Error ? error.message : String(error));
    return 1;
  });
  return { ok: exitCode === 0, detail: exitCode === 0 ? "done" : lastLine(notes) };
}

const lastLine = (notes: readonly string[]): string =>
  plainText(notes.join("").trim().split("\n").slice(-3).join(" "));
