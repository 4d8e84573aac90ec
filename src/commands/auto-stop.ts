/**
 * `silo auto-stop`: stops what nobody uses, and what has expired. Each idle silo is looked at once more, under its lock, just
 * before its first machine is stopped. Needs no master key.
 */

import { planSilo } from "#engine/plan.ts";
import type { Look, SiloRun } from "#engine/run-silo.ts";
import { autoStopJson, autoStopText, expiredText } from "#render/auto-stop.ts";
import { runsText } from "#render/runs.ts";
import { styleOf } from "#render/style.ts";
import { budgetOf } from "#silo/budget.ts";
import { plainText } from "#silo/plain-text.ts";
import type { Silo } from "#silo/silo.ts";
import { sessionUse } from "#state/idle.ts";
import { isDown } from "#state/observed.ts";
import { phaseOf } from "#state/phase.ts";
import type { Intent } from "#state/situation.ts";
import { budgetUse } from "#state/spending.ts";
import { statusOf } from "#state/status.ts";
import { expiryIntent, hasEnded, lookAtExpired, proposeRemovals } from "./expire.ts";
import { lookAgain } from "./look-again.ts";
import { noteUse } from "./note-use.ts";
import { tellBeforeExpiry, tellBeforeStop } from "./notify.ts";
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
  const seen = await lookAtAll(context, specs, connection);
  const now = context.clock.now();
  const expired = seen.filter((one) => hasEnded(one, now));
  const [whole, half] = partition(
    seen.filter((one) => !expired.includes(one) && isAwake(one)),
    isWhole,
  );
  const looks = await lookForIdle(context, whole, connection);
  const ending = await lookAtExpired(expired, specs, { fly: connection.reads, now });
  const isDry = options.has("dry-run");
  if (!options.quiet) for (const line of warnings(looks)) output.note(`warning: ${line}\n`);
  const connect = connectOnce(context);
  const world = { connection, connect };
  if (!isDry) {
    await tellBeforeStop(context, specs, connection.fly, looks);
    await tellBeforeExpiry(context, specs, connection.fly, seen);
  }
  const runs = isDry ? [] : await stopDue(context, specs, { looks, half, ending }, world);
  const shownExpired = isDry
    ? expired.map(({ silo }) => ({ silo }))
    : await proposeRemovals(context, expired, runs, connect);
  context.tell?.({ kind: "runs", runs, intent: { kind: "stop", by: "auto-stop" } });
  const style = styleOf(output.color);
  const shown = looks.map(({ silo, idleness }) => ({ silo, idleness }));
  output.write(
    options.format === "json"
      ? autoStopJson(shown, runs, shownExpired, { isDry })
      : (looks.length + expired.length + half.length === 0 ? "No silo runs\n" : "") +
          autoStopText(shown, { isDry, style }) +
          runsText(runs, style) +
          expiredText(shownExpired, { isDry }),
  );
  return exitCodeOf(runs, context.signal);
};

async function lookAtAll(
  { clock, signal }: CommandContext,
  specs: Specs,
  { reads }: FlyConnection,
): Promise<readonly SeenSilo[]> {
  const observed = await observeSurely(specs, { fly: reads, clock, signal });
  return specs.selected.flatMap((silo, index): SeenSilo[] => {
    const one = observed[index];
    if (!one) return [];
    const use = budgetUse(silo, one.record, budgetOf(silo, specs.config), clock.now());
    return [{ silo, observed: one, ...(use?.isOver && { overBudget: use.text }) }];
  });
}

/** Something of it runs, or its stop has not come to its end. */
const isAwake = ({ observed }: SeenSilo): boolean =>
  !isDown(observed) || phaseOf(observed) === "stopping";

/** Not a stop that died on its way: that one is taken to its end, whoever began it. */
const isWhole = ({ observed }: SeenSilo): boolean => phaseOf(observed) !== "stopping";

function partition<T>(all: readonly T[], is: (one: T) => boolean): [readonly T[], readonly T[]] {
  return [all.filter(is), all.filter((one) => !is(one))];
}

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

interface Due {
  readonly looks: readonly IdleLook[];
  /** Whose stop was begun. */
  readonly half: readonly SeenSilo[];
  /** That have expired. */
  readonly ending: readonly Look[];
}

async function stopDue(
  context: CommandContext,
  specs: Specs,
  { looks, half, ending }: Due,
  {
    connection,
    connect,
  }: {
    readonly connection: FlyConnection;
    readonly connect: ReturnType<typeof connectOnce>;
  },
): Promise<readonly SiloRun[]> {
  const { clock } = context;
  const begun = new Map(half.map(({ silo, observed }) => [silo.slug, observed.record?.power.by]));
  const expired = new Set(ending.map(({ plan }) => plan.silo));
  const published = statusPublisher(context, specs, connect);
  const last = new Map(looks.map((look) => [look.silo.slug, look]));
  const intentFor = (silo: Silo): Intent => {
    const { slug } = silo;
    if (expired.has(slug)) return expiryIntent(silo);
    const look = last.get(slug);
    const by = begun.get(slug) ?? (look?.overBudget === undefined ? "auto-stop" : "budget");
    const reason = [look?.idleness.reason, look?.overBudget].filter(Boolean).join("; ");
    return { kind: "stop", by, ...(look && { reason }) };
  };
  const idle = looks.filter(({ idleness }) => idleness.decision === "stop");
  const runs = await runLooks(
    context,
    specs,
    [
      ...ending,
      ...[...half, ...idle].map(({ silo, observed }) => ({
        observed,
        plan: planSilo(ownerOf(silo, specs), intentFor(silo), observed, clock.now()),
      })),
    ],
    connection,
    {
      intentFor,
      published,
      objection: async (silo, observed) => {
        if (begun.has(silo.slug) || expired.has(silo.slug)) return undefined;
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
