/** `silo why`: one line that says why a silo is up or down. */

import { Refused } from "#silo/errors.ts";
import { plainText } from "#silo/plain-text.ts";
import type { SiloStatus } from "#silo/status.generated.ts";
import { degradedText } from "#state/status.ts";
import { readSpecs } from "./specs.ts";
import { readStatuses } from "./status.ts";
import type { RunCommand } from "./types.ts";

export const run: RunCommand = async (context) => {
  const { output, options, clock, signal } = context;
  if (context.operands.length === 0) {
    throw new Refused("Name the silo", { exitCode: 2, fix: "silo why acme-erp" });
  }
  const specs = readSpecs(context);
  const { reads: fly } = await context.connectFly();
  const statuses = await readStatuses(specs, { fly, clock, signal });
  const each = statuses.map((status, index) => ({
    silo: specs.selected[index]?.slug ?? "",
    status,
  }));
  if (options.format === "json") {
    const documents = each.map(({ silo, status: { overall_status: phase, power, degraded } }) => ({
      silo,
      phase,
      ...(degraded && { degraded }),
      power,
    }));
    const document = context.operands.length === 1 ? documents[0] : documents;
    output.write(`${JSON.stringify(document, null, 2)}\n`);
    return 0;
  }
  for (const { silo, status } of each) output.write(`${silo} ${plainText(whyText(status))}\n`);
  return 0;
};

function whyText(status: SiloStatus): string {
  const { overall_status, power } = status;
  if (overall_status === "absent") return "does not exist yet: nobody has applied its spec";
  const since = power.at ? ` since ${power.at.slice(0, 16).replace("T", " ")} UTC` : "";
  const asked = `${power.by}: ${power.reason}`;
  if (overall_status === "degraded") {
    return `is degraded ${degradedText(status)}; it is to be ${power.desired} (${asked})`;
  }
  return `is ${overall_status}${since} (${asked})`;
}
