/** `silo logs`: what a service of a silo has written; what looks like a credential is masked. */

import { Refused } from "#silo/errors.ts";
import { appName, type ServiceName, serviceNames } from "#silo/names.ts";
import { plainText } from "#silo/plain-text.ts";
import { didYouMean } from "#spec/did-you-mean.ts";
import type { FlyLogLine } from "#world/fly.ts";
import { readSpecs } from "./specs.ts";
import type { RunCommand } from "./types.ts";

const followEveryMs = 2_000;

export const run: RunCommand = async (context) => {
  const { options, output, operands, clock, signal } = context;
  const [name = "", service = "", ...more] = operands;
  if (name === "" || service === "" || more.length > 0) {
    throw new Refused("Name a silo and a service of it", {
      exitCode: 2,
      fix: `silo logs ${name || "acme-erp"} postgres`,
    });
  }
  const app = serviceOf(service);
  const [silo] = readSpecs({ ...context, operands: [name] }).selected;
  if (!silo) throw new Error("One silo was chosen");
  const { reads: fly } = await context.connectFly();
  const isFollowing = options.has("follow");
  for (let after: string | undefined; ; ) {
    const { lines, next } = await fly.listLogs(appName(silo.slugs, app), after);
    if (lines.length > 0) {
      output.write(options.format === "json" ? jsonLines(lines) : textLines(lines));
    } else if (after === undefined && !options.quiet) {
      output.note(`${appName(silo.slugs, app)} has written nothing that is still kept\n`);
    }
    if (!isFollowing) return 0;
    after = next ?? "0";
    if (lines.length === 0) await clock.sleep(followEveryMs, signal);
    if (output.isRead?.() === false) return 0;
  }
};

function serviceOf(word: string): ServiceName {
  const found = serviceNames.find((name) => name === word);
  if (found) return found;
  const near = didYouMean(word, serviceNames);
  throw new Refused(`There is no service "${word}"`, {
    exitCode: 2,
    fix: near ? `did you mean ${near}?` : `one of ${serviceNames.join(", ")}`,
  });
}

const textLines = (lines: readonly FlyLogLine[]): string =>
  lines
    .map(({ at, machine, level, message }) =>
      plainText(`${at.slice(0, 19)}Z ${machine} ${level.padEnd(5)} ${message}`),
    )
    .map((line) => `${line}\n`)
    .join("");

/** One document a line, so that a pipe can read them as they come. */
const jsonLines = (lines: readonly FlyLogLine[]): string =>
  lines.map((line) => `${JSON.stringify(line)}\n`).join("");
