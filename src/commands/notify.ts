/**
 * People are told what happens to a silo, by the webhooks that `notify` of silo.config.yml names. A run
 * tells what it did; what is about to happen is told once, which the silo record remembers. That
 * nobody could be told fails nothing.
 */

import type { Look, SiloRun } from "#engine/run-silo.ts";
import { errorText } from "#render/runs.ts";
import type { NotifyConfig } from "#silo/config.generated.ts";
import { appName } from "#silo/names.ts";
import { plainText } from "#silo/plain-text.ts";
import { keys } from "#silo/record.ts";
import { Secret } from "#silo/secret.ts";
import type { Silo } from "#silo/silo.ts";
import { expiryNotes } from "#state/expiry.ts";
import { currentMachine } from "#state/observed.ts";
import type { Intent } from "#state/situation.ts";
import type { FlyWrites } from "#world/fly.ts";
import type { IdleLook, SeenSilo } from "./read-idleness.ts";
import { runUrlOf } from "./run-url.ts";
import type { CommandContext, Specs } from "./types.ts";

type Event = NotifyConfig["events"][number];
type Teller = Pick<CommandContext, "postNotice" | "variable" | "clock" | "output">;

export async function tell(
  { postNotice, variable, clock, output }: Teller,
  { config: { notify } }: Pick<Specs, "config">,
  { slug, spec }: Silo,
  event: Event,
  what: string,
): Promise<boolean> {
  if (!notify.events.includes(event)) return false;
  const text = plainText(what);
  const runUrl = runUrlOf(variable) ?? null;
  const owner = spec.owner ?? null;
  const document = { version: 1, event, silo: slug, silo_id: spec.silo_id, owner, text };
  const at = new Date(clock.now()).toISOString();
  const line = `${slug} ${text}${owner ? ` (${owner})` : ""}${runUrl ? ` ${runUrl}` : ""}`;
  const sent = await Promise.all(
    [
      { name: notify.webhook_secret, body: { ...document, at, run_url: runUrl } },
      { name: notify.slack_secret, body: { text: slackText(line) } },
    ].map(async ({ name, body }) => {
      if (name === undefined) return false;
      try {
        const address = variable(name);
        if (!address) throw new Error(`${name} is not set`);
        await postNotice(new Secret(address), JSON.stringify(body));
        return true;
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        output.note(`warning: ${plainText(`nobody was told by ${name} of ${slug}: ${why}`)}\n`);
        return false;
      }
    }),
  );
  return sent.includes(true);
}

const slackText = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

/** What a run did to a silo, if it is of interest to anybody else. */
export async function tellRun(
  teller: Teller,
  specs: Pick<Specs, "config">,
  silo: Silo,
  intent: Intent,
  { outcomes, result }: SiloRun,
  { observed }: Look,
): Promise<void> {
  const failed = outcomes.find((outcome) => outcome.result === "failed");
  if (result === "failed") {
    const why = failed ? `: ${failed.step.text}: ${errorText(failed)}` : "";
    await tell(teller, specs, silo, "failed", `${intent.kind} failed${why}`);
  }
  if (outcomes.some((one) => one.result === "done" && one.step.kind === "degraded-open")) {
    const services = (observed.failedTwice ?? []).join(", ");
    await tell(teller, specs, silo, "degraded", `is degraded: ${services} failed two checks`);
  }
  if (result !== "done" || intent.kind !== "stop") return;
  const event = intent.by === "expiry" || intent.by === "budget" ? intent.by : "stop";
  await tell(teller, specs, silo, event, `was stopped: ${intent.reason ?? `by ${intent.by}`}`);
}

/** A stop that is near, once since its last use. */
export async function tellBeforeStop(
  context: Teller,
  specs: Specs,
  fly: FlyWrites,
  looks: readonly IdleLook[],
): Promise<void> {
  const within = specs.config.notify.before_stop_minutes * 60;
  for (const { silo, observed, idleness, evidence } of looks) {
    const { triggerSeconds, inactivitySeconds = 0, decision } = idleness;
    const isNear = triggerSeconds !== undefined && triggerSeconds <= within;
    const told = Date.parse(observed.record?.told.stop ?? "");
    if (!isNear || decision === "stop" || told > evidence.now - inactivitySeconds * 1_000) continue;
    const minutes = Math.ceil(triggerSeconds / 60);
    const what = `is to be stopped in ${minutes} min unless it is used; \`silo hold ${silo.slug} 2h\` keeps it awake`;
    if (await tell(context, specs, silo, "stop", what)) {
      await remember(fly, { silo, observed }, keys.toldStop, new Date(evidence.now).toISOString());
    }
  }
}

/** An end that is near, once for each. */
export async function tellBeforeExpiry(
  context: Teller,
  specs: Specs,
  fly: FlyWrites,
  seen: readonly SeenSilo[],
): Promise<void> {
  const days = specs.config.notify.before_expiry_days;
  for (const { silo, observed } of seen) {
    const { expires_at } = silo.spec.devenv;
    const [note] = expiryNotes(silo, days, context.clock.now());
    if (!note || !expires_at || !observed.record) continue;
    if (observed.record.told.expiry === expires_at) continue;
    if (await tell(context, specs, silo, "expiry", note.slice(silo.slug.length + 2))) {
      await remember(fly, { silo, observed }, keys.toldExpiry, expires_at);
    }
  }
}

/** After it was told: told twice is better than not at all. */
async function remember(
  fly: FlyWrites,
  { silo, observed }: SeenSilo,
  key: string,
  value: string,
): Promise<void> {
  const kong = currentMachine(observed.services.kong);
  if (!kong) return;
  try {
    await fly.patchMetadata(appName(silo.slugs, "kong"), kong.id, { [key]: value });
  } catch {
    // It is told again at the next tick.
  }
}
