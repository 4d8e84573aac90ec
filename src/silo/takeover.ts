/**
 * What the record says of a volume that is to take over from the one in use: in a move to another
 * region, or from a snapshot. Written before anything is made, so that the next run knows it again.
 */

import { keys, type Metadata } from "./record-keys.ts";

export interface Move {
  readonly to: string;
  /** Seconds since the epoch: what it makes is not older. */
  readonly since: number;
  /** The source may have been written to since: what was made is worth nothing. */
  readonly isVoid: boolean;
  /** What the database held when it was stopped; absent before. */
  readonly proof: DataProof | undefined;
}

/** Of all that a database holds: equal digests are equal data, as far as it was counted. */
export interface DataProof {
  /** Seconds since the epoch. */
  readonly at: number;
  readonly digest: string;
  /** For people: `12 tables, 3456 rows, 4 extensions, 20 roles, 7 storage objects`. */
  readonly summary: string;
}

export interface Restoration {
  readonly snapshot: string;
  readonly service: string;
  readonly since: number;
  /** The volume made from it is in use: the old one is kept, the rest follows. */
  readonly isSwitched: boolean;
}

const voidWord = "void";
const switchedWord = "switched";

export function readMove(metadata: Metadata): Move | undefined {
  const [to = "", since, word] = metadata[keys.move]?.split(":") ?? [];
  if (!to || !Number(since)) return undefined;
  return { to, since: Number(since), isVoid: word === voidWord, proof: readProof(metadata) };
}

export const moveText = ({ to, since, isVoid }: Pick<Move, "to" | "since" | "isVoid">): string =>
  [to, since, ...(isVoid ? [voidWord] : [])].join(":");

function readProof(metadata: Metadata): DataProof | undefined {
  const [at, digest = "", ...summary] = metadata[keys.moveProof]?.split(":") ?? [];
  return Number(at) && digest ? { at: Number(at), digest, summary: summary.join(":") } : undefined;
}

export const proofText = ({ at, digest, summary }: DataProof): string =>
  `${at}:${digest}:${summary}`;

export function readRestoration(metadata: Metadata): Restoration | undefined {
  const [snapshot = "", service = "", since, word] = metadata[keys.restore]?.split(":") ?? [];
  if (!snapshot || !Number(since)) return undefined;
  return { snapshot, service, since: Number(since), isSwitched: word === switchedWord };
}

export const restorationText = ({ snapshot, service, since, isSwitched }: Restoration): string =>
  [snapshot, service, since, ...(isSwitched ? [switchedWord] : [])].join(":");
