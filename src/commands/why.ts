/** `silo why`: one line that says why a silo is up or down. */

import { Refused } from "#silo/errors.ts";
import type { SiloStatus } from "#silo/status.generated.ts";
import { readSpecs } from "./specs.ts";
import { readStatuses } from "./status.ts";
import type { RunCommand } from "./types.ts";

export const run: RunCommand = async (context) => {
  const { output, options, clock } = context;
  if (context.operands.length === 0) {
    throw new Refused("Name the silo", { exitCode: 2, fix: "silo why acme-erp" });
  }
  const specs = readSpecs(context);
  const { reads: fly } = await context.connectFly();
  const statuses = await readStatuses(specs, fly, clock);
  for (const [index, status] of statuses.entries()) {
    const slug = specs.selected[index]?.slug ?? "";
    output.write(
      options.format === "json"
        ? `${JSON.stringify({ silo: slug, phase: status.overall_status, power: status.power })}\n`
        : `${slug} ${whyText(status)}\n`,
    );
  }
  return 0;
};

function whyText({ overall_status, power, services }: SiloStatus): string {
  if (overall_status === "absent") return "does not exist yet: nobody has applied its spec";
  const since = power.at ? ` since ${power.at.slice(0, 16).replace("T", " ")} UTC` : "";
  const asked = `${power.by}: ${power.reason}`;
  if (overall_status === "degraded") {
    const sick = Object.entries(services)
      .filter(([, { status, health }]) => status !== "started" || health === "critical")
      .map(([name, { status, health }]) => `${name} is ${status === "started" ? health : status}`);
    return `is degraded: ${sick.join(", ")}; it is to be ${power.desired} (${asked})`;
  }
  return `is ${overall_status}${since} (${asked})`;
}
