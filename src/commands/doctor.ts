/** `silo doctor`: known problems and prerequisites, looked at live, and the fix of each. */

import { exitCodeOf, runChecks } from "#checks/run-checks.ts";
import type { CheckWorld, Door, Finding, FlyDoor, GitHubDoor } from "#checks/types.ts";
import { findingsText } from "#render/findings.ts";
import { styleOf } from "#render/style.ts";
import { Refused } from "#silo/errors.ts";
import type { MasterKeys } from "#silo/master-key.ts";
import { observeDeep } from "#state/observe.ts";
import { currentMachine } from "#state/observed.ts";
import { phaseOf } from "#state/phase.ts";
import { psqlCommand } from "#steps/run-sql.ts";
import type { FlyReads, FlyWrites } from "#world/fly.ts";
import type { NetlifyReads } from "#world/netlify.ts";
import { readLastRuns } from "./last-runs.ts";
import { givenMasterKeys } from "./master-keys-of.ts";
import { ownerOf } from "./owner.ts";
import { observeNow } from "./read-fleets.ts";
import { setUpGates } from "./set-up-gates.ts";
import { readSpecs } from "./specs.ts";
import type { CommandContext, RunCommand, Specs } from "./types.ts";

export const run: RunCommand = async (context) => {
  const { options, output } = context;
  const specs = readSpecs(context);
  if (options.value("reviewer") !== undefined && !options.has("setup")) {
    throw new Refused("--reviewer is for --setup: nothing else is changed", {
      exitCode: 2,
      fix: "give both, or neither",
    });
  }
  const done = options.has("setup") ? await setUpGates(context, specs) : [];
  const findings = await runChecks(await worldOf(context, specs));
  if (options.format === "json") {
    output.write(
      `${JSON.stringify({ set_up: done, findings: findings.map(document) }, null, 2)}\n`,
    );
  } else {
    output.write(findingsText(findings, styleOf(output.color)));
  }
  return exitCodeOf(findings);
};

const document = (finding: Finding) => ({ ...finding, refuses: finding.refuses === true });

async function worldOf(context: CommandContext, specs: Specs): Promise<CheckWorld> {
  const fly = await flyDoor(context);
  let observing: ReturnType<CheckWorld["observed"]> | undefined;
  return {
    now: context.clock.now(),
    selected: specs.selected,
    silos: specs.silos,
    config: specs.config,
    fly,
    github: await githubDoor(context),
    netlify: await netlifyDoor(context),
    masterKeys: masterKeyDoor(context),
    lastRuns: () => readLastRuns(context, specs),
    observed: () => {
      observing ??= "open" in fly ? seenSilos(specs, fly.open.reads) : Promise.resolve([]);
      return observing;
    },
  };
}

async function seenSilos(specs: Specs, fly: FlyReads): ReturnType<CheckWorld["observed"]> {
  const observed = await observeNow(specs, fly);
  return Promise.all(
    specs.selected.map(async (silo, index) => {
      const seen = observed[index];
      const owner = ownerOf(silo, specs);
      // The lists do not show that somebody else has the names.
      const isSure = seen !== undefined && phaseOf(seen) !== "absent";
      return { silo, seen: isSure ? seen : await observeDeep(owner, fly) };
    }),
  );
}

/** Reads by its SQL: what runs commands in machines is kept from all other checks. */
const askDatabase =
  (fly: Pick<FlyWrites, "exec">): FlyDoor["inDatabase"] =>
  ({ services: { postgres } }, sql) => {
    const machine = currentMachine(postgres);
    if (!machine) throw new Error(`${postgres.app} has no machine`);
    const request = { command: psqlCommand("postgres"), stdin: sql, timeout: 30 };
    return fly.exec(postgres.app, machine.id, request);
  };

async function flyDoor({ connectFly }: CommandContext): Promise<Door<FlyDoor>> {
  try {
    const { fly, reads, tokens, logInWrongly } = await connectFly();
    return { open: { reads, tokens, logInWrongly, inDatabase: askDatabase(fly) } };
  } catch (error) {
    return { closed: refused("FLY_API_TOKEN", error) };
  }
}

async function githubDoor(context: CommandContext): Promise<Door<GitHubDoor>> {
  const hasSecretsToken = Boolean(context.variable("SILO_SECRETS_TOKEN"));
  try {
    const hub = await context.connectGitHub();
    return hub
      ? { open: { reads: hub.github, repository: hub.repository, hasSecretsToken } }
      : { closed: noRepository };
  } catch (error) {
    return { closed: refused("GitHub", error) };
  }
}

const noRepository: Finding = {
  about: "GITHUB_REPOSITORY",
  verdict: "unknown",
  text: "is not set, so nothing of GitHub was looked at, and nothing is handed out there",
  fix: "run it in a workflow, or set GITHUB_REPOSITORY, GITHUB_TOKEN and SILO_SECRETS_TOKEN",
};

async function netlifyDoor({ connectNetlify }: CommandContext): Promise<Door<NetlifyReads>> {
  const reads = await connectNetlify();
  if (reads) return { open: reads };
  return {
    closed: {
      about: "NETLIFY_AUTH_TOKEN",
      verdict: "warning",
      text: "is not set, so the sites that specs name are not kept current",
      fix: "set it to a personal access token of whoever owns the sites",
    },
  };
}

function masterKeyDoor({ variable }: CommandContext): Door<MasterKeys> {
  try {
    const keys = givenMasterKeys(variable);
    return keys ? { open: keys } : { closed: noMasterKey };
  } catch (error) {
    return { closed: refused("SILO_MASTER_KEY", error) };
  }
}

const noMasterKey: Finding = {
  about: "SILO_MASTER_KEY",
  verdict: "unknown",
  text: "is not set here, so it was not compared; apply, start, restart and rotate need it",
  fix: "in a workflow name the environment silo-manager; for a first one run `silo new-master-key`",
};

function refused(about: string, error: unknown): Finding {
  if (!(error instanceof Refused)) throw error;
  const text = error.message.replace(`${about} `, "");
  return { about, verdict: "failed", text, ...(error.fix !== undefined && { fix: error.fix }) };
}
