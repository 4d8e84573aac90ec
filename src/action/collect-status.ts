/**
 * The status of many jobs as one commit. Each shard of an apply has a branch of its own, so no two
 * write one reference; the last job commits what it finds there, and removes them.
 */

import { commitStatus, type NamedStatus } from "#commands/commit-status.ts";
import type { CommandContext, ExitCode } from "#commands/types.ts";
import { count } from "#render/plan-words.ts";
import type { SiloStatus } from "#silo/status.generated.ts";
import { loadConfig } from "#spec/load-config.ts";
import type { Step } from "./step.ts";

const prefix = "silo-status-run-";

/** Of an apply by the plan of a shard; everything else commits by itself. */
export function handOver({ inputs, event }: Step): Pick<CommandContext, "handOverTo"> {
  if (inputs.command !== "apply" || inputs.plan === undefined) return {};
  const shard = inputs.values.shard?.split("/")[0] ?? "1";
  return { handOverTo: `${prefix}${event.runId}-${shard}` };
}

export async function collectStatus(
  { event, github: connect }: Step,
  { files, options, output, clock, random }: CommandContext,
): Promise<ExitCode> {
  const { github, repository } = await connect();
  const all = await github.listBranches(repository, prefix);
  // Also of runs whose last job never came. A later run has its own.
  const branches = all.filter((name) => runOf(name) <= Number(event.runId));
  const found = new Map<string, NamedStatus>();
  for (const name of branches) {
    for (const [file, text] of await github.readFolder(repository, name, "silos/status")) {
      const document = documentOf(file, text);
      if (document && isNewer(document, found.get(document.silo.slug))) {
        found.set(document.silo.slug, document);
      }
    }
  }
  if (found.size > 0) {
    const branch = loadConfig(files, options.configFile).config.github.status_branch;
    const documents = [...found.values()].sort((a, b) => (a.silo.slug < b.silo.slug ? -1 : 1));
    await commitStatus({ github, repository, branch, clock, random }, documents);
  }
  for (const name of branches) await github.deleteBranch(repository, name);
  output.note(`${count(found.size, "status file")} of ${count(branches.length, "job")}\n`);
  return 0;
}

const runOf = (branch: string): number => Number(branch.slice(prefix.length).split("-")[0]);

/** Whoever may write may have written it: what is none is left out. */
function documentOf(file: string, text: string): NamedStatus | undefined {
  const slug = /^([a-z][a-z0-9-]*)\.json$/.exec(file)?.[1];
  if (slug === undefined) return undefined;
  try {
    const status: SiloStatus = JSON.parse(text);
    if (typeof status.silo_id !== "string") return undefined;
    return { silo: { slug }, result: status.receipt?.result ?? "unchanged", status };
  } catch {
    return undefined;
  }
}

const isNewer = (one: NamedStatus, other: NamedStatus | undefined): boolean =>
  (one.status.receipt?.at ?? "") >= (other?.status.receipt?.at ?? "");
