/** `silo psql`: SQL through the Postgres machine, on its loopback. The SQL goes by standard input. */

import { Refused } from "#silo/errors.ts";
import { appName } from "#silo/names.ts";
import { currentMachine, type ObservedSilo } from "#state/observed.ts";
import { observeNow } from "./read-fleets.ts";
import { readSpecs } from "./specs.ts";
import type { RunCommand } from "./types.ts";

const timeoutSeconds = 60;

export const run: RunCommand = async (context) => {
  const { options, output, operands } = context;
  if (operands.length !== 1) {
    throw new Refused("Name one silo", { exitCode: 2, fix: 'silo psql acme-erp -c "select 1"' });
  }
  const specs = readSpecs(context);
  const [silo] = specs.selected;
  if (!silo) throw new Error("One silo was chosen");
  const sql = options.value("command");
  if (sql === undefined) {
    throw new Refused("Say which SQL to run", {
      exitCode: 2,
      fix: `silo psql ${silo.slug} -c "select 1"`,
    });
  }
  const { fly } = await context.connectFly();
  const [observed] = await observeNow(specs, fly);
  if (observed) assertOurs(silo.slug, observed);
  const machine = observed && currentMachine(observed.services.postgres);
  if (machine?.state !== "started") {
    throw new Refused(`The Postgres of ${silo.slug} is ${machine?.state ?? "absent"}`, {
      exitCode: 4,
      fix: `silo start ${silo.slug}`,
    });
  }
  const role = options.value("user") ?? "postgres";
  const result = await fly.exec(appName(silo.slugs, "postgres"), machine.id, {
    command: ["psql", "-h", "127.0.0.1", "-U", role, "-d", "postgres", "-v", "ON_ERROR_STOP=1"],
    stdin: `${sql}\n`,
    timeout: timeoutSeconds,
  });
  output.write(result.stdout);
  output.note(result.stderr);
  return result.exit_code === 0 ? 0 : 1;
};

/** SQL goes into no machine of which it is not sure that it is this silo's. */
function assertOurs(slug: string, { conflict, services: { postgres } }: ObservedSilo): void {
  if (conflict) throw new Refused(conflict.message, { exitCode: 4, fix: conflict.fix });
  const { app, ownership } = postgres;
  if (ownership.kind !== "foreign") return;
  throw new Refused(`The app ${app} is not this silo's: ${ownership.why}`, {
    exitCode: 4,
    fix: `look at \`silo plan ${slug}\``,
  });
}
