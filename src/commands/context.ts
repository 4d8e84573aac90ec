/**
 * `silo context`: a view for whoever holds the master key already, not a control; other roles get
 * theirs from GitHub.
 */

import { credentialsOf } from "#engine/key-ring.ts";
import { grantOf, roles } from "#silo/access.ts";
import { Refused } from "#silo/errors.ts";
import type { Silo } from "#silo/silo.ts";
import { connectionInfo } from "#state/connection-info.ts";
import { contextOf } from "#state/context.ts";
import type { ObservedSilo } from "#state/observed.ts";
import { phaseOf } from "#state/phase.ts";
import { secondLook } from "./look-further.ts";
import { masterKeysOf } from "./master-keys-of.ts";
import { noteUse } from "./note-use.ts";
import { observeSurely } from "./read-fleets.ts";
import { readSpecs } from "./specs.ts";
import type { CommandContext, RunCommand } from "./types.ts";

export const run: RunCommand = async (context) => {
  const { options, operands, output, clock } = context;
  const wanted = options.value("role");
  const role = roles.find((one) => one === wanted);
  if (operands.length !== 1 || !role) {
    const isUnknown = operands.length === 1 && wanted !== undefined;
    throw new Refused(isUnknown ? `There is no role "${wanted}"` : "Name one silo and a role", {
      exitCode: 2,
      fix: `silo context acme-erp --role devops; roles are ${roles.join(", ")}`,
    });
  }
  const specs = readSpecs(context);
  const { reads, fly } = await context.connectFly();
  const [observed] = await observeSurely(specs, secondLook(context, reads));
  const [silo] = specs.selected;
  if (!silo || !observed) throw new Error("One silo was chosen");
  const document = await contextOf(silo, observed, role, () => infoOf(context, silo, observed));
  output.write(`${JSON.stringify(document, null, 2)}\n`);
  if (grantOf(phaseOf(observed), role).fields.length > 0) {
    const use = { at: clock.now(), what: `connection info read as ${role}` };
    await noteUse(fly, silo, observed, use);
  }
  return 0;
};

async function infoOf({ variable }: CommandContext, silo: Silo, { record }: ObservedSilo) {
  if (!record) throw new Error("A silo that shows something has a record");
  const credentials = await credentialsOf(masterKeysOf(variable), silo, record);
  return connectionInfo(silo, credentials, record.previewUrl);
}
