/**
 * `npm run sweep`: every command on every starting world, struck at every call; a table of the cases.
 * `-- --commands stop,start --worlds running --every 5 --minutes 10` for a part of them.
 */

import { parseArgs } from "node:util";
import { commandNames } from "./sweep/judge.ts";
import { startNames } from "./sweep/starts.ts";
import { type Cell, sweep } from "./sweep/sweep.ts";
import { countOf, sweepTable } from "./sweep/table.ts";

const { values } = parseArgs({
  options: {
    commands: { type: "string", default: commandNames.join() },
    worlds: { type: "string", default: startNames.join() },
    every: { type: "string", default: "1" },
    minutes: { type: "string", default: "600" },
  },
});
function chosen<T extends string>(names: readonly T[], given: string): readonly T[] {
  const words = given.split(",");
  const unknown = words.filter((word) => !names.some((name) => name === word));
  if (unknown.length === 0) return names.filter((name) => words.includes(name));
  console.error(`${unknown.join(", ")}: there are ${names.join(", ")}`);
  process.exit(2);
}
const [every, minutes] = [values.every, values.minutes].map(Number);
if (!every || !minutes || !Number.isInteger(every) || every < 1) {
  console.error("--every is a whole number from 1, --minutes a number");
  process.exit(2);
}
const worlds = chosen(startNames, values.worlds);
const commands = chosen(commandNames, values.commands);

const startedAt = performance.now();
const seconds = () => (performance.now() - startedAt) / 1_000;
const isOver = () => seconds() > minutes * 60;
const cells: Cell[] = [];
for (const command of commands) {
  for (const world of worlds) {
    if (isOver()) continue;
    const cell = await sweep(command, world, { every, isOver });
    cells.push(cell);
    for (const wound of cell.wounds) console.log(`${wound}\n`);
    console.error(`${seconds().toFixed(0)} s  ${command} on ${world}: ${countOf(cell)} cases`);
  }
}
console.log(sweepTable(cells));
const wounds = cells.reduce((sum, cell) => sum + cell.wounds.length, 0);
console.log(`\n${wounds} wounds; ${seconds().toFixed(0)} s${isOver() ? "; the time is over" : ""}`);
process.exitCode = wounds > 0 ? 1 : 0;
