/** `silo why`: one line that says why a silo is up or down, and on demand each sign of its use. */

import { dueText, holdText } from "#render/status-text.ts";
import { Refused } from "#silo/errors.ts";
import { plainText } from "#silo/plain-text.ts";
import { isDown } from "#state/observed.ts";
import { degradedText } from "#state/status.ts";
import { secondLook } from "./look-further.ts";
import { type IdleLook, withSessions } from "./read-idleness.ts";
import { readSpecs } from "./specs.ts";
import { lookNow, statusOfLook } from "./status.ts";
import type { RunCommand } from "./types.ts";

export const run: RunCommand = async (context) => {
  const { output, options, clock } = context;
  if (context.operands.length === 0) {
    throw new Refused("Name the silo", { exitCode: 2, fix: "silo why acme-erp" });
  }
  const specs = readSpecs(context);
  const { reads, fly } = await context.connectFly();
  const isVerbose = options.has("verbose");
  const looks = await Promise.all(
    (await lookNow(specs, secondLook(context, reads))).map((look) =>
      isVerbose && !isDown(look.observed) ? withSessions(look, fly, clock) : look,
    ),
  );
  if (options.format === "json") {
    const documents = looks.map(documentOf);
    const document = context.operands.length === 1 ? documents[0] : documents;
    output.write(`${JSON.stringify(document, null, 2)}\n`);
    return 0;
  }
  for (const look of looks) {
    output.write(`${look.silo.slug} ${plainText(whyText(look))}\n`);
    if (!isVerbose || isDown(look.observed)) continue;
    output.write(`  ${look.idleness.decision}: ${plainText(look.idleness.reason)}\n`);
    for (const line of look.idleness.evidence) output.write(`  - ${plainText(line)}\n`);
  }
  return 0;
};

function documentOf(look: IdleLook) {
  const { overall_status, power, degraded, idle, holds } = statusOfLook(look);
  const phase = overall_status;
  return { silo: look.silo.slug, phase, ...(degraded && { degraded }), power, idle, holds };
}

export function whyText(look: IdleLook): string {
  const status = statusOfLook(look);
  const { overall_status, power, holds } = status;
  if (overall_status === "absent") return "does not exist yet: nobody has applied its spec";
  const since = power.at ? ` since ${power.at.slice(0, 16).replace("T", " ")} UTC` : "";
  const asked = `${power.by}: ${power.reason}`;
  if (overall_status === "degraded") {
    return `is degraded ${degradedText(status)}; it is to be ${power.desired} (${asked})`;
  }
  const use = overall_status === "running" ? [...holds.map(holdText), dueText(look.idleness)] : [];
  return [`is ${overall_status}${since} (${asked})`, ...use.filter(Boolean)].join("; ");
}
