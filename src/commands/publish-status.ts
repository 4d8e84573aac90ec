/**
 * The status files of a run: one commit of all of them on the status branch, or files in the working
 * tree where no repository is known. Copies for people: that they cannot be written fails nothing.
 */

import type { SiloRun } from "#engine/run-silo.ts";
import type { SiloStatus } from "#silo/status.generated.ts";
import type { Clock, Random } from "#world/effects.ts";
import type { CommandContext, GitHubConnection, Specs } from "./types.ts";

export interface StatusDocument {
  readonly slug: string;
  readonly result: SiloRun["result"];
  readonly status: SiloStatus;
}

export interface StatusPublisher {
  /** Told as soon as a silo is done; never throws. */
  readonly add: (slug: string, make: () => Promise<Omit<StatusDocument, "slug">>) => Promise<void>;
  /** At the end of the run; never throws. */
  readonly end: () => Promise<void>;
}

export function statusPublisher(
  { files, options, output, clock, random }: CommandContext,
  { repository, config }: Specs,
  connect: () => Promise<GitHubConnection | undefined>,
): StatusPublisher {
  const kept: StatusDocument[] = [];
  const branch = config.github.status_branch;
  const warnOf = (what: string) => (error: unknown) =>
    output.note(`warning: ${what}: ${error instanceof Error ? error.message : String(error)}\n`);
  const write = async ({ slug, status }: StatusDocument) =>
    files.write(`${options.silosDir}/status/${slug}.json`, textOf(status));
  const warnOfFile = (slug: string) =>
    warnOf(`${options.silosDir}/status/${slug}.json was not written`);
  return {
    async add(slug, make) {
      const keep = async () => {
        const document = { slug, ...(await make()) };
        if (repository === undefined) await write(document);
        else kept.push(document);
      };
      await keep().catch(warnOfFile(slug));
    },
    async end() {
      if (kept.length === 0) return;
      const publish = async () => {
        const connection = await connect();
        if (connection) await commitStatus({ ...connection, branch, clock, random }, kept);
        else for (const one of kept) await write(one).catch(warnOfFile(one.slug));
      };
      const slugs = kept.map(({ slug }) => slug).join(", ");
      await publish().catch(warnOf(`the status of ${slugs} was not committed to ${branch}`));
    },
  };
}

export interface StatusBranch extends GitHubConnection {
  readonly branch: string;
  readonly clock: Clock;
  readonly random: Random;
}

const mostTries = 8;
const longestPauseMs = 10_000;

/** Others write to the branch too: onto the head that was read, or looked at again. */
export async function commitStatus(
  { github, repository, branch, clock, random }: StatusBranch,
  documents: readonly StatusDocument[],
): Promise<void> {
  const { defaultBranch } = await github.repository(repository);
  const paths = documents.map(({ slug }) => pathOf(slug));
  for (let tried = 0; tried < mostTries; tried++) {
    if (tried > 0) await clock.sleep(pauseMs(tried, random));
    const expectedHead = await github.ensureBranch(repository, branch);
    const there = await github.readFiles(repository, branch, paths);
    const changed = documents.filter(({ slug, status }) => isNews(status, there.get(pathOf(slug))));
    if (changed.length === 0) return;
    const { kind } = await github.commitFiles(repository, {
      branch,
      expectedHead,
      message: messageOf(changed, branch === defaultBranch),
      additions: new Map(changed.map(({ slug, status }) => [pathOf(slug), textOf(status)])),
      deletions: [],
    });
    if (kind === "committed") return;
  }
  throw new Error(`it moved ${mostTries} times while it was written to`);
}

function pauseMs(tried: number, random: Random): number {
  const share = (random.bytes(1)[0] ?? 0) / 256;
  return share * Math.min(longestPauseMs, 500 * 2 ** tried);
}

const pathOf = (slug: string): string => `silos/status/${slug}.json`;
const textOf = (status: SiloStatus): string => `${JSON.stringify(status, null, 2)}\n`;

/** Other at every look, whether or not anything happened. */
const measured: ReadonlySet<string> = new Set([
  "cpu_percent",
  "memory_mb",
  "uptime_seconds",
  "inactivity_seconds",
  "auto_stop_trigger_in_seconds",
]);

function isNews(status: SiloStatus, there: string | undefined): boolean {
  if (there === undefined) return true;
  try {
    return settled(textOf(status)) !== settled(there);
  } catch {
    return true;
  }
}

const settled = (text: string): string =>
  JSON.stringify(JSON.parse(text, (key, value) => (measured.has(key) ? undefined : value)));

/** A commit on the default branch would start the workflows that wait for specs. */
function messageOf(documents: readonly StatusDocument[], isDefaultBranch: boolean): string {
  const lines = documents.map(
    ({ slug, result, status }) => `${slug}: ${result}, ${status.overall_status}`,
  );
  const [only = "", ...others] = lines;
  const headline = others.length === 0 ? `Status of ${only}` : `Status of ${lines.length} silos`;
  const marked = isDefaultBranch ? `${headline} [skip ci]` : headline;
  return others.length === 0 ? marked : `${marked}\n\n${lines.join("\n")}`;
}
