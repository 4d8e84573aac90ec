/** All cases of a command on a world: every mode at every call, and pairs where no name protects. */

import { type CommandName, calmEnd, judge } from "./judge.ts";
import { type StartName, start } from "./starts.ts";
import { type Mode, modes, type Strike } from "./strikes.ts";

export interface Cell {
  readonly command: CommandName;
  readonly start: StartName;
  /** How the command ends there undisturbed. */
  readonly exitCode: number;
  /** By what goes wrong. */
  readonly cases: ReadonlyMap<string, number>;
  readonly wounds: readonly string[];
}

export interface Extent {
  /** Only every so many places: 1 is all of them. */
  readonly every: number;
  readonly isOver: () => boolean;
}

export async function sweep(
  command: CommandName,
  startName: StartName,
  { every, isOver }: Extent,
): Promise<Cell> {
  const from = await start(startName);
  const calm = await calmEnd(command, from);
  const cases = new Map<string, number>();
  const wounds: string[] = [];
  /** Whether there was such a call. */
  const strike = async (name: string, strikes: readonly Strike[]): Promise<boolean> => {
    if (isOver()) return false;
    const { isStruck, wound } = await judge({ command, from, strikes }, calm);
    if (isStruck) cases.set(name, (cases.get(name) ?? 0) + 1);
    if (wound) wounds.push(`${command} on ${startName}: ${wound}`);
    return isStruck;
  };
  for (const mode of Object.keys(modes) as Mode[]) {
    const { counts } = modes[mode];
    for (let at = 1; await strike(mode, [{ mode, at, counts }]); at += every);
  }
  for (const pair of pairs) {
    for (let first = 1; ; first += every) {
      let second = 1;
      while (await strike("pairs", strikesOf(pair, first, second))) second += every;
      // Without a first create there is no second one.
      if (second === 1 && !(await strike("pairs", strikesOf(pair, first, second).slice(0, 1))))
        break;
    }
  }
  return { command, start: startName, exitCode: calm.exitCode, cases, wounds };
}

/** Of creates that no name protects: addresses and volumes. */
const pairs: readonly (readonly [Mode, Mode])[] = [
  ["408 with effect", "reset with effect"],
  ["408 with effect", "crash after"],
  ["crash after", "408, then empty lists"],
  ["crash after", "crash after"],
];

const strikesOf = (pair: readonly [Mode, Mode], first: number, second: number): readonly Strike[] =>
  pair.map((mode, index) => ({
    mode,
    at: index === 0 ? first : second,
    counts: "nameless create",
  }));
