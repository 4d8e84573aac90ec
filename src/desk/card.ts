/** A silo as the overview shows it: what is wanted, what is, and what this caller may do about it. */

import type { IdleLook } from "#commands/read-idleness.ts";
import { statusOfLook } from "#commands/status.ts";
import { type Action, mayDo, type Role } from "#silo/access.ts";
import { digestOf } from "#silo/canonical-json.ts";
import { estimateCost } from "#silo/cost.ts";
import { serviceNames } from "#silo/names.ts";
import type { Silo } from "#silo/silo.ts";
import type { Caller } from "./caller.ts";
import { maySee } from "./caller.ts";
import { madeOnce } from "./made-once.ts";
import type { FleetSight } from "./observatory.ts";

const offered = [
  "status",
  "why",
  "cost",
  "start",
  "stop",
  "hold",
  "release",
  "propose_change",
] as const satisfies readonly Action[];

export const mayOf = (role: Role): readonly string[] =>
  offered.filter((action) => mayDo(role, action));

export interface Overview {
  readonly at: string;
  readonly silos: readonly ReturnType<typeof cardOf>[];
}

/** What all callers who see the same have in common. */
const overviews = madeOnce<FleetSight, Overview>();

export function overviewFor(caller: Caller, sight: FleetSight): Overview {
  const { role, silos } = caller;
  return overviews(sight, JSON.stringify([role, silos]), () => ({
    at: new Date(sight.at).toISOString(),
    silos: sight.looks.filter(({ silo }) => maySee(caller, silo)).map((look) => cardOf(look, role)),
  }));
}

function cardOf(look: IdleLook, role: Role) {
  const { slug, slugs, spec } = look.silo;
  return {
    silo: slug,
    silo_id: spec.silo_id,
    client: slugs.client,
    app: slugs.app,
    owner: spec.owner ?? null,
    spec: specSummary(look.silo),
    status: statusOfLook(look),
    may: mayOf(role),
  };
}

function specSummary(silo: Silo) {
  const { devenv } = silo.spec;
  const { monthlyAlwaysOnUsd, monthlyStoppedUsd } = estimateCost(silo);
  return {
    region: silo.region,
    fly_org: devenv.fly_org,
    enabled: devenv.devenv_enabled,
    auto_stop_minutes: devenv.auto_stop_minutes,
    rls_mode: devenv.rls_mode,
    expires_at: devenv.expires_at ?? null,
    monthly_budget_usd: devenv.monthly_budget_usd ?? null,
    services: serviceNames.filter((name) => name !== "studio" || devenv.services.studio.enabled),
    monthly_always_on_usd: monthlyAlwaysOnUsd,
    monthly_stopped_usd: monthlyStoppedUsd,
  };
}

/** Other at every look, whether or not anything happened. */
const measured: ReadonlySet<string> = new Set([
  "at",
  "cpu_percent",
  "memory_mb",
  "uptime_seconds",
  "inactivity_seconds",
  "auto_stop_trigger_in_seconds",
  "evidence",
]);

const digests = madeOnce<object, string>();
const texts = madeOnce<object, string>();

/** Digest of that in a document of which a change is news. */
export const newsDigest = (document: object): string =>
  digests(document, "", () => digestOf(JSON.parse(JSON.stringify(document, unmeasured))));

/** Of a thousand silos it is a megabyte. */
export const jsonOf = (document: object): string =>
  texts(document, "", () => JSON.stringify(document));

const unmeasured = (key: string, value: unknown) => (measured.has(key) ? undefined : value);
