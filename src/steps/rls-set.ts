/**
 * Row level security by BYPASSRLS on two roles: it acts at once, on new tables too, and no table is
 * touched. The mark on the machine is unsure while it is changed, so that a run that dies cannot
 * leave a weaker mode behind that no list shows.
 */

import { keys } from "#silo/record.ts";
import { currentMachine } from "#state/observed.ts";
import {
  allowanceOf,
  changingMode,
  exceedsAllowed,
  isWeaker,
  type RlsMode,
  rlsState,
  wantedRlsMode,
} from "#state/rls.ts";
import type { Situation } from "#state/situation.ts";
import { keysOf, type StepRule, serviceKey, serviceStep } from "./build-step.ts";
import { firstBootMark, passwordsSetKey } from "./passwords-set.ts";
import { runSql, sqlFailed } from "./run-sql.ts";
import type { FieldChange, StepWorld } from "./types.ts";

const kind = "rls-set";

export const rlsSetKey = (slug: string): string => serviceKey(slug, "postgres", kind);

export const rlsSet: StepRule = (situation) => {
  const change = rlsChange(situation);
  if (!change) return [];
  const { silo } = situation;
  const { slug } = silo;
  const key = (other: string) => serviceKey(slug, "postgres", other);
  const { rls_until: until } = silo.spec.devenv;
  const made = ["machine-create", "machine-update"].map(key);
  const approval = exceedsAllowed(silo, change.state) && change.allowed !== undefined;
  const parts = {
    changes: changesOf(change),
    ...(approval && { needsApproval: `it weakens row level security until ${until}` }),
  };
  if (!change.isRunning) {
    return [
      serviceStep(situation, "postgres", "rls-allow", {
        ...parts,
        effect: "record",
        text: change.allowed
          ? `Let row level security of ${slug} be ${change.to} until ${until}, from its next start on`
          : `Let row level security of ${slug} be nothing but production`,
        after: [`${slug}/record-open`, ...made],
        run: (world) => patch(world, situation, { [keys.rlsAllowed]: change.allowed ?? null }),
      }),
    ];
  }
  return [
    serviceStep(situation, "postgres", kind, {
      ...parts,
      effect: "update",
      text: `Set row level security of ${slug} to ${change.to}${change.allowed ? ` until ${until}` : ""}`,
      after: [
        `${slug}/record-open`,
        ...made,
        ...["machine-start", "health-wait"].map(key),
        passwordsSetKey(slug),
        // Nobody may sign up any more before that would open the data to whoever does.
        ...(change.isWeaker ? gotrueKeys(slug) : []),
      ],
      run: (world) => setMode(world, situation, change),
    }),
  ];
};

/** Keys of what comes before a service is updated or started: nothing answers in a mode it is not to be in. */
export function rlsKeysBefore(situation: Situation, service: string): readonly string[] {
  const change = rlsChange(situation);
  if (!change?.isRunning) return [];
  const isWaiting = service === "kong" || (service === "gotrue" && !change.isWeaker);
  return isWaiting ? [rlsSetKey(situation.silo.slug)] : [];
}

interface RlsChange {
  readonly state: ReturnType<typeof rlsState>;
  readonly to: RlsMode;
  /** As it is to be kept; `undefined` in production. */
  readonly allowed: string | undefined;
  readonly isWeaker: boolean;
  readonly isRunning: boolean;
  /** Its machine is made by this very run. */
  readonly isNew: boolean;
}

/** `undefined` when nothing is to be changed. */
function rlsChange(situation: Situation): RlsChange | undefined {
  const { silo, observed, power, intent, now } = situation;
  const machine = currentMachine(observed.services.postgres);
  // Of a machine that is yet to be made it is due whether or not its volume is seen already: lists lag,
  // and a plan must not change by what they come to show.
  const marks = machine?.metadata ?? {};
  const state = rlsState(marks);
  const isApply = intent.kind === "apply";
  const isRunning = power.state === "running";
  const to = wantedRlsMode(silo, isApply, state, now);
  // A start keeps what was allowed, for as long as the spec still wants it.
  const kept = marks[keys.rlsAllowed];
  const allowed = to === "production" ? undefined : isApply ? allowanceOf(silo) : kept;
  if (kept === allowed && (!isRunning || state.inForce === to)) return undefined;
  if (!isRunning && !isApply) return undefined;
  return {
    state,
    to,
    allowed,
    isWeaker: isWeaker(to, state.inForce ?? "production"),
    isRunning,
    isNew: machine === undefined,
  };
}

const gotrueKeys = (slug: string) =>
  ["machine-update", "machine-start", "health-wait"].flatMap((other) =>
    keysOf(slug, ["gotrue"], other),
  );

function changesOf({ state, to, allowed, isNew }: RlsChange): readonly FieldChange[] {
  const before = state.allowed
    ? `${state.allowed.mode} until ${state.allowed.until}`
    : "production";
  const from = state.inForce ?? (isNew ? "production" : "(unknown)");
  const after = allowed ? allowed.replace(":", " until ") : "production";
  return [
    ...(from === to ? [] : [{ field: "rls_mode", from, to }]),
    ...(before === after ? [] : [{ field: "rls allowed", from: before, to: after }]),
  ];
}

async function setMode(
  world: StepWorld,
  situation: Situation,
  { state, to, allowed, isNew }: RlsChange,
): Promise<void> {
  // The first boot of an empty volume gives it production.
  const { inForce } = isNew ? rlsState(firstBootMark(situation)) : state;
  const isSet = inForce === to;
  if (isSet && isNew && allowed === undefined) return;
  await patch(world, situation, {
    [keys.rlsAllowed]: allowed ?? null,
    ...(!isSet && { [keys.rlsMode]: changingMode }),
  });
  if (isSet) return;
  const operation = `set row level security of ${situation.silo.slug} to ${to}`;
  const { exit_code, stderr } = await runSql(world, situation.desired.postgres.app, {
    operation,
    // supautils reserves the two roles for it.
    role: "supabase_admin",
    sql: rlsModeSql(to),
    timeoutSeconds: 30,
    tries: 5,
  });
  if (exit_code !== 0) throw sqlFailed(operation, stderr.trim().slice(0, 200));
  await patch(world, situation, { [keys.rlsMode]: to });
}

function rlsModeSql(mode: RlsMode): string {
  const attribute = (isOn: boolean) => (isOn ? "BYPASSRLS" : "NOBYPASSRLS");
  return [
    "BEGIN;",
    `ALTER ROLE anon ${attribute(mode === "disabled")};`,
    `ALTER ROLE authenticated ${attribute(mode !== "production")};`,
    "COMMIT;",
    "",
  ].join("\n");
}

async function patch(
  { fly, facts }: StepWorld,
  { desired }: Situation,
  marks: Readonly<Record<string, string | null>>,
): Promise<void> {
  const id = facts.machineIds.get("postgres");
  if (!id) throw new Error(`No machine of ${desired.postgres.app} is known`);
  await fly.patchMetadata(desired.postgres.app, id, marks);
}
