/** What `silo auto-stop` found, and what it is worth. */

import type { SiloRun } from "#engine/run-silo.ts";
import { estimateCost } from "#silo/cost.ts";
import { plainText } from "#silo/plain-text.ts";
import type { Silo } from "#silo/silo.ts";
import type { Idleness } from "#state/idle.ts";
import { usd } from "./plan-words.ts";
import { dueText } from "./status-text.ts";
import type { Style } from "./style.ts";

/** A silo that has expired, how its stop went if it was due, and what proposes its removal. */
export interface ShownExpiry {
  readonly silo: Silo;
  readonly run?: SiloRun;
  readonly proposal?: { readonly kind: string; readonly pull?: number };
}

export interface ShownIdleness {
  readonly silo: Silo;
  readonly idleness: Idleness;
}

export function autoStopText(
  all: readonly ShownIdleness[],
  { isDry, style }: { readonly isDry: boolean; readonly style: Style },
): string {
  if (all.length === 0) return "";
  const width = Math.max(...all.map(({ silo }) => silo.slug.length));
  const lines = all
    .filter(({ idleness }) => isDry || idleness.decision !== "stop")
    .map(({ silo, idleness }) => {
      const paint = paints[idleness.decision];
      const due = idleness.decision === "keep" ? dueText(idleness) : "";
      const verdict = style[paint](idleness.decision.padEnd(7));
      return `${silo.slug.padEnd(width)}  ${verdict}  ${plainText([idleness.reason, due].filter(Boolean).join("; "))}`;
    });
  const idle = all.filter(({ idleness }) => idleness.decision === "stop");
  return [...lines, ...(isDry ? [worthText(idle)] : [])].map((line) => `${line}\n`).join("");
}

const paints = { stop: "green", keep: "dim", unknown: "yellow" } as const;

function worthText(idle: readonly ShownIdleness[]): string {
  if (idle.length === 0) return "Nothing would be stopped";
  const { minutes, hourlyUsd } = worthOf(idle);
  const silos = idle.length === 1 ? "1 silo" : `${idle.length} silos`;
  return `Would stop ${silos}, idle for ${minutes} min in all; each hour stopped saves ${usd(hourlyUsd)}`;
}

/** Of an hour in which none of them runs. */
function worthOf(idle: readonly ShownIdleness[]) {
  return {
    minutes: Math.floor(
      idle.reduce((sum, { idleness }) => sum + (idleness.inactivitySeconds ?? 0), 0) / 60,
    ),
    hourlyUsd: idle.reduce((sum, { silo }) => sum + savedHourlyUsd(silo), 0),
  };
}

/** Nothing at all is said by whoever has nothing to say of idle ones either. */
export function expiredText(
  all: readonly ShownExpiry[],
  { isDry }: { readonly isDry: boolean },
): string {
  return all
    .map(({ silo, run, proposal }) => {
      const then = isDry
        ? "would be stopped, with a last snapshot, and its removal proposed"
        : run?.result === "failed" || run?.result === "refused"
          ? "its removal is proposed once it is stopped"
          : proposalText(silo, proposal);
      return `${silo.slug}  expired on ${silo.spec.devenv.expires_at}: ${plainText(then)}\n`;
    })
    .join("");
}

function proposalText({ file }: Silo, proposal: ShownExpiry["proposal"]): string {
  if (!proposal) return `remove ${file} if nobody needs it`;
  const { kind, pull } = proposal;
  if (kind === "removed") return `${file} is gone from the default branch`;
  if (kind === "closed") {
    return `#${pull}, which removes it, was closed: set a later expires_at, or remove ${file}`;
  }
  return `#${pull} removes it${kind === "merged" ? ", and was merged" : " once it is merged"}`;
}

function savedHourlyUsd(silo: Silo): number {
  const { hourlyUsd, hourlyStoppedUsd } = estimateCost(silo);
  return hourlyUsd - hourlyStoppedUsd;
}

export function autoStopJson(
  all: readonly ShownIdleness[],
  runs: readonly SiloRun[],
  expired: readonly ShownExpiry[],
  { isDry }: { readonly isDry: boolean },
): string {
  const silos = all.map(({ silo, idleness }) => {
    const run = runs.find((one) => one.silo === silo.slug);
    return {
      silo: silo.slug,
      decision: idleness.decision,
      reason: idleness.reason,
      last_request_at:
        idleness.lastRequestAt === undefined
          ? null
          : new Date(idleness.lastRequestAt).toISOString(),
      inactivity_seconds: idleness.inactivitySeconds ?? null,
      auto_stop_trigger_in_seconds: idleness.triggerSeconds ?? null,
      evidence: idleness.evidence,
      saves_hourly_usd: Number(savedHourlyUsd(silo).toFixed(4)),
      result: run === undefined ? null : run.kept === undefined ? run.result : "kept",
      ...(run?.kept !== undefined && { kept: run.kept }),
      ...(run && run.refusals.length > 0 && { refusals: run.refusals }),
    };
  });
  return `${JSON.stringify({ dry_run: isDry, silos, expired: expired.map(expiryJson) }, null, 2)}\n`;
}

const expiryJson = ({ silo, run, proposal }: ShownExpiry) => ({
  silo: silo.slug,
  expired_at: silo.spec.devenv.expires_at,
  result: run?.result ?? null,
  ...(run && run.refusals.length > 0 && { refusals: run.refusals }),
  removal: proposal?.kind ?? null,
  pull: proposal?.pull ?? null,
});
