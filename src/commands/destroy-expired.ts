/**
 * `silo destroy --expired`: the volumes' apps that destructions have left, once their days of grace are
 * over. No spec is needed: found by the mark on their machines, looked at once more before each goes.
 */

import { Refused } from "#silo/errors.ts";
import { plainText } from "#silo/plain-text.ts";
import { areOver, type Remnant, remnantsOf } from "#state/remnants.ts";
import { destroyApp } from "#steps/app-destroy.ts";
import type { FlyWrites } from "#world/fly.ts";
import { assertBlastRadius } from "./blast-radius.ts";
import { orgsOf, readFleet } from "./read-fleets.ts";
import { readSpecs } from "./specs.ts";
import type { CommandContext, ExitCode } from "./types.ts";

export async function destroyExpired(context: CommandContext): Promise<ExitCode> {
  const { operands, options, output, clock, signal } = context;
  const specs = readSpecs({ ...context, operands: [] });
  if (specs.silos.length === 0 && operands.length === 0) {
    throw new Refused(`${options.silosDir} holds no silo, which proves nothing`, {
      exitCode: 4,
      fix: "check the folder out; if it is right, name what is to go: `silo destroy --expired acme-erp`",
    });
  }
  const { fly, reads } = await context.connectFly();
  const fleets = await Promise.all(
    (await orgsOf(specs, reads)).map(async (org) => ({ org, fleet: await readFleet(reads, org) })),
  );
  const { manager_id: managerId } = specs.config;
  const due = remnantsOf(specs.silos, fleets, { managerId, now: clock.now() }).filter(
    ({ slug }) => operands.length === 0 || operands.includes(slug),
  );
  assertBlastRadius(specs, due.length, {
    doing: "Removing what is left of",
    fix: `name some of them: ${due.map(({ slug }) => slug).join(", ")}`,
  });
  for (const remnant of due) output.note(`${plainText(dueText(remnant))}\n`);
  if (due.length > 0 && !options.has("dry-run") && !options.has("allow-destroy")) {
    throw new Refused("Destroying data needs --allow-destroy", {
      exitCode: 4,
      fix: "read the list above; nothing was changed",
    });
  }
  const ends: End[] = [];
  for (const remnant of options.has("dry-run") ? [] : due) {
    for (const app of remnant.apps) {
      if (signal.aborted) return 130;
      ends.push({
        silo: remnant.slug,
        app,
        ...(await remove(app, fly, { managerId, clock, signal })),
      });
    }
  }
  output.write(
    options.format === "json"
      ? `${JSON.stringify({ due, apps: ends }, null, 2)}\n`
      : due.length === 0
        ? "Nothing is left over whose days are over\n"
        : ends.map((end) => `${plainText(endText(end))}\n`).join(""),
  );
  return ends.some(({ result }) => result === "failed") ? 1 : 0;
}

interface End {
  readonly silo: string;
  readonly app: string;
  readonly result: "removed" | "kept" | "failed";
  readonly why?: string;
}

/** The lists lag: an apply may have taken the mark away a moment ago. */
async function remove(
  app: string,
  fly: FlyWrites,
  {
    managerId,
    clock,
    signal,
  }: Pick<CommandContext, "clock" | "signal"> & { readonly managerId: string },
): Promise<Pick<End, "result" | "why">> {
  try {
    const machines = (await fly.listMachines(app)) ?? [];
    if (!areOver(machines, managerId, clock.now())) {
      return { result: "kept", why: "it was changed since it was listed" };
    }
    await destroyApp({ fly, clock, signal }, app);
    return { result: "removed" };
  } catch (error) {
    return { result: "failed", why: error instanceof Error ? error.message : String(error) };
  }
}

const dueText = ({ slug, apps, keptUntil }: Remnant): string =>
  `${slug}: ${apps.join(", ")}: destroyed, and kept until ${keptUntil.slice(0, 10)}`;

function endText({ silo, app, result, why }: End): string {
  if (result === "removed") return `${silo}  ${app} is removed, and was seen to be gone`;
  return `${silo}  ${app} ${result === "kept" ? "is kept" : "could not be removed"}: ${why}`;
}
