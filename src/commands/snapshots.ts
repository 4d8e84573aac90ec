/** `silo snapshots`: what data of a silo can be brought back from. */

import { ageText } from "#render/age.ts";
import { styleOf } from "#render/style.ts";
import { table } from "#render/table.ts";
import { Refused } from "#silo/errors.ts";
import { plainText } from "#silo/plain-text.ts";
import { readSnapshots } from "./read-snapshots.ts";
import { readSpecs } from "./specs.ts";
import type { RunCommand } from "./types.ts";

export const run: RunCommand = async (context) => {
  const { operands, options, output, clock } = context;
  const [silo, ...others] = operands.length > 0 ? readSpecs(context).selected : [];
  if (!silo || others.length > 0) {
    throw new Refused("Name one silo", { exitCode: 2, fix: "silo snapshots acme-erp" });
  }
  const { reads: fly } = await context.connectFly();
  const found = await readSnapshots(fly, silo);
  if (options.format === "json") {
    output.write(`${JSON.stringify(found, null, 2)}\n`);
    return 0;
  }
  if (found.length === 0) {
    output.write(`${silo.slug} has no snapshot: Fly takes one of each volume a day\n`);
    return 0;
  }
  const rows = found.map(({ id, service, volume, region, status, createdAt }) =>
    [
      id,
      service,
      createdAt,
      ageText(clock.now() - Date.parse(createdAt)),
      `${volume} in ${region}`,
      status === "created" ? "" : status,
    ].map(plainText),
  );
  const head = ["snapshot", "of", "taken", "age", "volume", ""];
  output.write(`${table(head, rows, head.length, styleOf(output.color))}\n`);
  return 0;
};
