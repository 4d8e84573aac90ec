/** From a command's effects to a desk. */

import { readStatusTexts } from "#commands/read-statuses.ts";
import type { CommandContext } from "#commands/types.ts";
import type { DeskConfig } from "#silo/config.generated.ts";
import { credentialsByDeskKey, type DeskKeys, parseDeskKeys } from "#silo/desk-keys.ts";
import { Refused } from "#silo/errors.ts";
import type { SiloRecord } from "#silo/record.ts";
import type { Clock, Fetch } from "#world/effects.ts";
import { auditTo } from "./audit.ts";
import type { Desk } from "./desk.ts";
import { readGitFiles } from "./git-files.ts";
import { limitedTries } from "./identity/tries.ts";
import { publishedKeys, type WorkflowTokens, workflowTokens } from "./identity/workflow-token.ts";
import { madeOnce } from "./made-once.ts";
import { observatory } from "./observatory.ts";
import { operations } from "./operations.ts";
import { byWorkflow, inProcess } from "./power.ts";
import { type DeskSpecs, readDeskSpecs } from "./read-desk-specs.ts";
import { notedUses } from "./uses.ts";

export interface DeskSettings {
  /** Where lines of the audit go. */
  readonly sinks: readonly ((line: string) => void)[];
  /** For the keys of the issuer of workflow tokens. */
  readonly fetch: Fetch;
  /** Beside the local cloud, which has no runner for a workflow. */
  readonly isLocal: boolean;
  /** Specs of the default branch instead of a folder. */
  readonly fromGit: boolean;
  /** Of the desk itself; left out, that of the commands it runs. */
  readonly clock?: Clock;
}

/** Throws `Refused` when something that the desk cannot do without is missing or unusable. */
export async function makeDesk(context: CommandContext, settings: DeskSettings): Promise<Desk> {
  const { files, options, signal, variable } = context;
  const clock = settings.clock ?? context.clock;
  if (!settings.isLocal && variable("SILO_MASTER_KEY")) {
    throw new Refused("A desk must never hold the master key, and SILO_MASTER_KEY is set", {
      exitCode: 4,
      fix: "take it out of the desk's environment, and set SILO_DESK_KEYS to what `silo desk-keys` prints",
    });
  }
  const [{ fly, reads }, git] = await Promise.all([context.connectFly(), context.connectGitHub()]);
  if (settings.fromGit && !git) throw noRepository("--from-git reads the specs from there");
  const place = {
    silosDir: options.silosDir,
    configFile: options.configFile,
    repository: git?.repository,
  };
  const readSpecs = async () => {
    const from = settings.fromGit && git ? await readGitFiles(git, place) : files;
    return readDeskSpecs(from, place, clock.now());
  };
  const sight = observatory({
    clock,
    fly: reads,
    readSpecs,
    readStatusTexts: (specs) => statusTexts(context, specs),
  });
  const { specs } = await readSpecs();
  const serverUrl = variable("GITHUB_SERVER_URL") || "https://github.com";
  const power = settings.isLocal ? inProcess(context) : git && byWorkflow(git, serverUrl);
  if (!power) throw noRepository("a start is a run of its workflow silo-operate.yml");
  return {
    clock,
    signal,
    power,
    git,
    serverUrl,
    audit: auditTo(clock, settings.sinks),
    observatory: sight,
    operations: operations(clock),
    credentialsOf: credentialsBy(parseDeskKeys(variable("SILO_DESK_KEYS") ?? "")),
    uses: notedUses(fly, clock, signal),
    url: specs.config.desk.url,
    identity: {
      clock,
      tries: limitedTries(clock),
      config: async () => (await sight.specs()).specs.config.desk,
      workflowTokens: tokensOf(settings.fetch, clock),
    },
  };
}

const noRepository = (why: string) =>
  new Refused(`GITHUB_REPOSITORY is not set: ${why}`, {
    exitCode: 2,
    fix: "set it and GITHUB_TOKEN; beside `silo emulate` neither is needed",
  });

/** Derived once for each look at a silo, and forgotten with it. */
function credentialsBy(keys: DeskKeys): Desk["credentialsOf"] {
  const derived = madeOnce<SiloRecord, ReturnType<Desk["credentialsOf"]>>();
  return ({ spec: { silo_id: id } }, record) =>
    derived(record, id, () => credentialsByDeskKey(keys, id, record));
}

/** One set of keys for each issuer and audience that the configuration ever named. */
function tokensOf(fetch: Fetch, clock: Clock) {
  const known = new Map<string, WorkflowTokens>();
  return ({ issuer, url }: DeskConfig): WorkflowTokens | undefined => {
    if (url === undefined) return undefined;
    const key = `${issuer} ${url}`;
    const there = known.get(key);
    if (there) return there;
    const made = workflowTokens(publishedKeys(issuer, fetch), { issuer, audience: url }, clock);
    known.set(key, made);
    return made;
  };
}

async function statusTexts(
  context: CommandContext,
  { specs }: DeskSpecs,
): Promise<ReadonlyMap<string, string>> {
  const { statuses } = await readStatusTexts(context, specs);
  return new Map(
    specs.selected.flatMap(({ slug }, at) => {
      const text = statuses[at]?.text;
      return text === undefined ? [] : [[slug, text] as const];
    }),
  );
}
