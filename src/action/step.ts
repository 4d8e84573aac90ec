import type { GitHubConnection, Shown } from "#commands/types.ts";
import type { Event } from "./event.ts";
import type { Inputs } from "./inputs.ts";
import type { Runner } from "./runner.ts";

/** One use of the action in a job. */
export interface Step {
  readonly runner: Runner;
  readonly event: Event;
  readonly inputs: Inputs;
  /** Throws `Refused` without a token. */
  readonly github: () => Promise<GitHubConnection>;
  /** Markdown that is said before everything else; commands add to it. */
  readonly preface: string[];
}

/** What a command found, by its kind; the last one of a kind counts. */
export type Found = { readonly [K in Shown["kind"]]?: Extract<Shown, { kind: K }> };
