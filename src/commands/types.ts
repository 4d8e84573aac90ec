/** What a command is, and what it gets: effects as arguments, output as text. */

import type { SiloDrift } from "#engine/drift.ts";
import type { Plan } from "#engine/plan.ts";
import type { SiloRun } from "#engine/run-silo.ts";
import type { SiloConfig } from "#silo/config.generated.ts";
import type { SiloRecord } from "#silo/record.ts";
import type { Secret } from "#silo/secret.ts";
import type { Silo } from "#silo/silo.ts";
import type { Finding } from "#spec/finding.ts";
import type { SecretEnv } from "#state/desire.ts";
import type { Leftover } from "#state/github-leftovers.ts";
import type { Inventory } from "#state/inventory.ts";
import type { Intent } from "#state/situation.ts";
import type { StepWorld } from "#steps/types.ts";
import type { Clock, Files, Random } from "#world/effects.ts";
import type { FlyReads, FlyTokenFacts, FlyWrites, LoginAnswer } from "#world/fly.ts";
import type { GitHubWrites } from "#world/github.ts";
import type { NetlifyWrites } from "#world/netlify.ts";

export type ExitCode = 0 | 1 | 2 | 3 | 4 | 130 | 143;

export interface Option {
  readonly name: string;
  readonly short?: string;
  /** Absent: a switch. */
  readonly value?: string;
  readonly text: string;
}

export interface Command {
  readonly name: string;
  /** Operands, as shown in the usage line. */
  readonly operands: string;
  readonly summary: string;
  /** Further paragraphs of the help. */
  readonly details?: readonly string[];
  readonly options: readonly Option[];
  readonly examples: readonly { readonly line: string; readonly text: string }[];
  /** An interruption is its usual end, and no reason to hurry it. */
  readonly endsBySignal?: true;
  /** Loaded only when the command is run. */
  readonly load: () => Promise<{ readonly run: RunCommand }>;
}

export type RunCommand = (context: CommandContext) => Promise<ExitCode>;

export interface CommandContext {
  readonly operands: readonly string[];
  readonly options: CommandOptions;
  readonly output: Output;
  readonly files: Files;
  readonly clock: Clock;
  readonly random: Random;
  readonly variable: (name: string) => string | undefined;
  /** Loads the HTTP stack; throws `Refused` when a token is missing. */
  readonly connectFly: () => Promise<FlyConnection>;
  /** `undefined` where no repository is known, as on a laptop. */
  readonly connectGitHub: () => Promise<GitHubConnection | undefined>;
  /** `undefined` without a token. */
  readonly connectNetlify: () => Promise<NetlifyWrites | undefined>;
  /** POSTs JSON to an https address; throws in words that do not say it. */
  readonly postNotice: (address: Secret, body: string) => Promise<void>;
  readonly signal: AbortSignal;
  /** A branch of this run's own for its status files; somebody else collects those of many runs. */
  readonly handOverTo?: string;
  /** What git tells of specs that are gone; absent where nothing does, as on a laptop. */
  readonly formerSpecs?: FormerSpecs;
  /** Told what the output only says in words. */
  readonly tell?: (shown: Shown) => void;
}

/** What a command found, for whoever makes something else of it than text. */
export type Shown =
  | { readonly kind: "findings"; readonly findings: readonly Finding[] }
  | {
      readonly kind: "plan";
      readonly plan: Plan;
      readonly notes: readonly string[];
      /** Those in the plan whose spec is gone, and what there is to say about it. */
      readonly removed?: { readonly silos: readonly Silo[]; readonly notes: readonly string[] };
    }
  | { readonly kind: "drift"; readonly drifts: readonly SiloDrift[] }
  | {
      readonly kind: "inventory";
      readonly inventory: Inventory;
      readonly leftovers: readonly Leftover[];
    }
  | { readonly kind: "runs"; readonly runs: readonly SiloRun[]; readonly intent: Intent };

export interface FormerSpecs {
  /** Undefined: no merged change, nor this one, has removed it, or it is back. */
  of(slug: string): Promise<FormerSpec | undefined>;
}

export interface FormerSpec {
  /** Where it stood. */
  readonly file: string;
  readonly text: string;
  /** The commit that removed it, or words for a change that would. */
  readonly by: string;
  /** And not of an earlier one, whose removal was not finished. */
  readonly isOfThisChange: boolean;
}

export interface GitHubConnection {
  readonly github: GitHubWrites;
  /** `owner/name` of the repository that holds the silos. */
  readonly repository: string;
}

export interface FlyConnection {
  readonly fly: FlyWrites;
  /** The same client without its methods that write, for commands that only look. */
  readonly reads: FlyReads;
  readonly probe: StepWorld["probe"];
  /** What the tokens say of themselves. */
  readonly tokens: readonly FlyTokenFacts[];
  /** Tries to log in to a public Postgres with a password that is wrong. */
  readonly logInWrongly: (host: string) => Promise<LoginAnswer>;
  /** Says who holds a lock: the run's URL, or user and host. */
  readonly holder: string;
}

export interface CommandOptions {
  readonly format: "text" | "json" | "markdown" | "github";
  readonly silosDir: string;
  readonly configFile: string;
  readonly quiet: boolean;
  /** A switch that was given. */
  has(name: string): boolean;
  /** The value of an option that was given. */
  value(name: string): string | undefined;
}

export interface Output {
  /** The result of the command. */
  write(text: string): void;
  /** Whether anybody still reads the result; absent: always. */
  readonly isRead?: () => boolean;
  /** Progress, warnings and errors: standard error. */
  note(text: string): void;
  /** Replaces the last `lines` lines of the notes; on a terminal only. */
  redraw: ((lines: number, text: string) => void) | undefined;
  /** Of the result. */
  readonly color: boolean;
  /** Of the notes, which may go elsewhere. */
  readonly noteColor: boolean;
  /** Of the terminal of the notes. */
  readonly columns: number;
  readonly rows: number;
}

/** The specs as a command works on them. */
export interface Specs {
  readonly silos: readonly Silo[];
  /** Those named on the command line; all when none was named. */
  readonly selected: readonly Silo[];
  /** Whether a silo without a spec is really no longer wanted: never of an empty or faulty folder. */
  readonly isComplete: boolean;
  readonly config: SiloConfig;
  /** `owner/name` of the repository that holds them; absent on a laptop. */
  readonly repository: string | undefined;
  /** Whether there is a token of Netlify. */
  readonly hasNetlify: boolean;
  /** Fingerprints of the values of `secret_env` of a silo, as far as this run knows them. */
  readonly secretEnv: (silo: Silo, record: SiloRecord) => SecretEnv;
}
