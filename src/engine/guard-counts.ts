/** Where there is more than one of what a service has one of, nothing may be guessed. */

import { areMadeTogether, volumesOfName } from "#state/current-volume.ts";
import type { DesiredService } from "#state/desire.ts";
import { isAway } from "#state/home.ts";
import { currentMachine, type ObservedService } from "#state/observed.ts";
import type { Situation } from "#state/situation.ts";

interface Reason {
  readonly message: string;
  readonly fix: string;
}

/** A stop stops them all, and a destruction takes them all. */
export function surplusMachines(
  { intent, observed, record }: Situation,
  seen: ObservedService,
): Reason[] {
  const { app, machines, ownership } = seen;
  const there = machines.filter(
    (machine) => !goneStates.includes(machine.state) && !isAway(observed, record, machine),
  );
  if (intent.kind === "stop" || intent.kind === "destroy") return [];
  if (ownership.kind !== "ours" || there.length < 2) return [];
  return [
    {
      message: `${app} has ${there.length} machines: ${there.map(({ id }) => id).join(", ")}`,
      fix: `remove the surplus one with \`flyctl machine destroy ID -a ${app}\``,
    },
  ];
}

const goneStates: readonly string[] = ["destroying", "destroyed"];

/** Of a service without a machine: which volume holds its data? */
export function doubtfulVolumes(
  situation: Situation,
  wanted: DesiredService,
  seen: ObservedService,
): Reason[] {
  if (!wanted.enabled || currentMachine(seen)) return [];
  const ofName = volumesOfName(situation.silo, seen);
  const here = ofName.filter(({ region }) => region === wanted.region);
  const [elsewhere] = ofName;
  if (elsewhere && here.length === 0) {
    return [
      {
        message: `The volume ${elsewhere.id} of ${wanted.app} is in ${elsewhere.region}, the spec says ${wanted.region}`,
        fix: `set fly_region back to ${elsewhere.region} in ${situation.silo.file} and apply it; then it can be moved`,
      },
    ];
  }
  const free = here.filter(({ attachedTo }) => attachedTo === undefined);
  const [oldest, ...others] = free;
  if (!oldest || others.length === 0) return [];
  if (neverHealthy(situation) && others.every((other) => areMadeTogether(oldest, other))) return [];
  return [
    {
      message: `${wanted.app} has no machine and ${free.length} volumes: ${free.map(({ id }) => id).join(", ")}`,
      fix: `remove the one without data with \`flyctl volumes destroy ID -a ${wanted.app}\``,
    },
  ];
}

/** Only the kong machine knows: a record told from the others says nothing about it. */
const neverHealthy = ({ observed, record }: Situation): boolean =>
  currentMachine(observed.services.kong) !== undefined && record?.firstHealthyAt === undefined;
