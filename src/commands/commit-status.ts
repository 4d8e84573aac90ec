/** The status of many silos as one commit, in which other silos' files stay as they are. */

import type { SiloRun } from "#engine/run-silo.ts";
import type { Silo } from "#silo/silo.ts";
import type { SiloStatus } from "#silo/status.generated.ts";
import { receipt as isReceipt } from "#spec/receipt-validator.generated.js";
import type { Clock, Random } from "#world/effects.ts";
import type { GitHubConnection } from "./types.ts";

export interface StatusDocument {
  readonly silo: Silo;
  readonly result: SiloRun["result"];
  readonly status: SiloStatus;
}

/** All that a commit needs of one. */
export type NamedStatus = Pick<StatusDocument, "result" | "status"> & {
  readonly silo: Pick<Silo, "slug">;
};

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
  documents: readonly NamedStatus[],
): Promise<void> {
  const { defaultBranch } = await github.repository(repository);
  const paths = documents.map(({ silo }) => statusPath(silo));
  for (let tried = 0; tried < mostTries; tried++) {
    if (tried > 0) await clock.sleep(pauseMs(tried, random));
    const expectedHead = await github.ensureBranch(repository, branch);
    const there = await github.readFiles(repository, branch, paths);
    const changed = documents
      .map((document) => ({
        ...document,
        status: withReceiptOf(document.status, there.get(statusPath(document.silo))),
      }))
      .filter(({ silo, status }) => isNews(status, there.get(statusPath(silo))));
    if (changed.length === 0) return;
    const { kind } = await github.commitFiles(repository, {
      branch,
      expectedHead,
      message: messageOf(changed, branch === defaultBranch),
      additions: new Map(changed.map(({ silo, status }) => [statusPath(silo), statusText(status)])),
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

export const statusPath = ({ slug }: Pick<Silo, "slug">): string => `silos/status/${slug}.json`;
export const statusText = (status: SiloStatus): string => `${JSON.stringify(status, null, 2)}\n`;

/** What was only looked at keeps the receipt of the run before, and what ended it. */
export function withReceiptOf(status: SiloStatus, there: string | undefined): SiloStatus {
  if (status.receipt !== null || there === undefined) return status;
  try {
    const { receipt, last_error } = JSON.parse(there) as Partial<SiloStatus>;
    return isReceipt(receipt) ? { ...status, receipt, last_error: last_error ?? null } : status;
  } catch {
    return status;
  }
}

/** Other at every look, whether or not anything happened. */
const measured: ReadonlySet<string> = new Set([
  "cpu_percent",
  "memory_mb",
  "uptime_seconds",
  "inactivity_seconds",
  "auto_stop_trigger_in_seconds",
  "last_request_at",
  "month_to_date_usd",
  "awake_hours_30d",
  "evidence",
]);

function isNews(status: SiloStatus, there: string | undefined): boolean {
  if (there === undefined) return true;
  try {
    return settled(statusText(status)) !== settled(there);
  } catch {
    return true;
  }
}

const settled = (text: string): string =>
  JSON.stringify(JSON.parse(text, (key, value) => (measured.has(key) ? undefined : value)));

/** A commit on the default branch would start the workflows that wait for specs. */
function messageOf(documents: readonly NamedStatus[], isDefaultBranch: boolean): string {
  const lines = documents.map(
    ({ silo, result, status }) => `${silo.slug}: ${result}, ${status.overall_status}`,
  );
  const [only = "", ...others] = lines;
  const headline = others.length === 0 ? `Status of ${only}` : `Status of ${lines.length} silos`;
  const marked = isDefaultBranch ? `${headline} [skip ci]` : headline;
  return others.length === 0 ? marked : `${marked}\n\n${lines.join("\n")}`;
}
