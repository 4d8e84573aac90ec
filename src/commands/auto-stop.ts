/**
 * `silo auto-stop`: stops what nobody uses. Each silo is looked at once more, under its lock, just
 * before its first machine is stopped. Needs no master key.
 */

import { planSilo } from "#engine/plan.ts";
import type { SiloRun } from "#engine/run-silo.ts";
import { autoStopJson, autoStopText } from "#render/auto-stop.ts";
import { runsText } from "#render/runs.ts";
import { styleOf } from "#render/style.ts";
import { plainText } from "#silo/plain-text.ts";
import type { Silo } from "#silo/silo.ts";
import { sessionUse } from "#state/idle.ts";
import { isDown } from "#state/observed.ts";
import { phaseOf } from "#state/phase.ts";
import type { Intent } from "#state/situation.ts";
import { statusOf } from "#state/status.ts";
import { lookAgain } from "./look-again.ts";
import { noteUse } from "./note-use.ts";
import { ownerOf } from "./owner.ts";
import { statusPublisher } from "./publish-status.ts";
import { observeSurely } from "./read-fleets.ts";
import { type IdleLook, readIdleness, type SeenSilo, withSessions } from "./read-idleness.ts";
import { connectOnce, exitCodeOf, runLooks } from "./run-silos.ts";
import { readSpecs } from "./specs.ts";
import { withSqlFiles } from "./sql-files.ts";
import type { CommandContext, FlyConnection, RunCommand, Specs } from "./types.ts";

export const run: RunCommand = async (context) => {
  const { options, output } = context;
  const specs = withSqlFiles(context, readSpecs(context), "tell");
  const connection = await context.connectFly();
  const seen = await lookAtRunning(context, specs, connection);
  const looks = await lookForIdle(context, seen.filter(isWhole), connection);
  const isDry = options.has("dry-run");
  if (!options.quiet) for (const line of warnings(looks)) output.note(`warning: ${line}\n`);
  const half = seen.filter((one) => !isWhole(one));
  const runs = isDry ? [] : await stopIdle(context, specs, { looks, half }, connection);
  context.tell?.({ kind: "runs", runs, intent: { kind: "stop", by: "auto-stop" } });
  const style = styleOf(output.color);
  const shown = looks.map(({ silo, idleness }) => ({ silo, idleness }));
  output.write(
    options.format === "json"
      ? autoStopJson(shown, runs, { isDry })
      : autoStopText(shown, { isDry, style }) + runsText(runs, "stop", style),
  );
  return exitCodeOf(runs, context.signal);
};

/** Those of which anything runs, or whose stop has not come to its end. */
async function lookAtRunning(
  { clock, signal }: CommandContext,
  specs: Specs,
  { reads }: FlyConnection,
): Promise<readonly SeenSilo[]> {
  const observed = await observeSurely(specs, { fly: reads, clock, signal });
  return specs.selected.flatMap((silo, index): SeenSilo[] => {
    const one = observed[index];
    const isSeen = one && (!isDown(one) || phaseOf(one) === "stopping");
    return isSeen ? [{ silo, observed: one }] : [];
  });
}

/** Not a stop that died on its way: that one is taken to its end, whoever began it. */
const isWhole = ({ observed }: SeenSilo): boolean => phaseOf(observed) !== "stopping";

/** Sessions are asked for only where nothing else is in the way. */
async function lookForIdle(
  { clock, options }: CommandContext,
  seen: readonly SeenSilo[],
  { fly, reads }: FlyConnection,
): Promise<readonly IdleLook[]> {
  const looks = await readIdleness(seen, { fly: reads, clock });
  return Promise.all(
    looks.map(async (look) => {
      if (!look.idleness.needsSessions) return look;
      const asked = await withSessions(look, fly, clock);
      if (!options.has("dry-run")) {
        await noteUse(fly, asked.silo, asked.observed, sessionUse(asked.evidence));
      }
      return asked;
    }),
  );
}

async function stopIdle(
  context: CommandContext,
  specs: Specs,
  { looks, half }: { readonly looks: readonly IdleLook[]; readonly half: readonly SeenSilo[] },
  connection: FlyConnection,
): Promise<readonly SiloRun[]> {
  const { clock } = context;
  const begun = new Map(half.map(({ silo, observed }) => [silo.slug, observed.record?.power.by]));
  const published = statusPublisher(context, specs, connectOnce(context));
  const last = new Map(looks.map((look) => [look.silo.slug, look]));
  const intentFor = ({ slug }: Silo): Intent => {
    const idle = last.get(slug)?.idleness;
    const by = begun.get(slug) ?? "auto-stop";
    return { kind: "stop", by, ...(idle && { reason: idle.reason }) };
  };
  const idle = looks.filter(({ idleness }) => idleness.decision === "stop");
  const runs = await runLooks(
    context,
    specs,
    [...half, ...idle].map(({ silo, observed }) => ({
      observed,
      plan: planSilo(ownerOf(silo, specs), intentFor(silo), observed, clock.now()),
    })),
    connection,
    {
      intentFor,
      published,
      objection: async (silo, observed) => {
        if (begun.has(silo.slug)) return undefined;
        const first = last.get(silo.slug);
        if (!first) throw new Error(`${silo.slug} was not looked at`);
        const again = await lookAgain(first, observed, connection, context);
        last.set(silo.slug, again);
        await noteUse(connection.fly, silo, observed, sessionUse(again.evidence));
        return again.idleness.decision === "stop" ? undefined : again.idleness.reason;
      },
      idlenessOf: ({ slug }) => last.get(slug)?.idleness,
    },
  );
  const stopped = new Set(runs.filter(({ result }) => result !== "unchanged").map((r) => r.silo));
  for (const { silo, observed, idleness } of last.values()) {
    if (stopped.has(silo.slug)) continue;
    const status = statusOf(silo, observed, { now: clock.now(), idleness });
    await published.add(silo, async () => ({ result: "unchanged", status }));
  }
  await published.end();
  return runs;
}

/** What is missing is said once for all that lack it. */
function warnings(looks: readonly IdleLook[]): string[] {
  const unknown = looks.filter(({ idleness }) => idleness.decision === "unknown");
  const byReason = Map.groupBy(unknown, ({ idleness }) => idleness.reason);
  return [...byReason].map(([reason, some]) =>
    plainText(`not stopped: ${some.map(({ silo }) => silo.slug).join(", ")}: ${reason}`),
  );
}
