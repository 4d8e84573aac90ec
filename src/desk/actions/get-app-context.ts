import { grantOf } from "#silo/access.ts";
import { connectionInfo } from "#state/connection-info.ts";
import { contextOf } from "#state/context.ts";
import type { ObservedSilo } from "#state/observed.ts";
import { phaseOf } from "#state/phase.ts";
import { Problem } from "../problem.ts";
import { type DeskAction, siloField } from "./types.ts";

export const getAppContext: DeskAction = {
  name: "get_app_context",
  needs: "own-context",
  method: "GET",
  path: "/app-context",
  title: "Connection info",
  description:
    "Connection info of a silo, as far as your role may see it in the present phase. Nothing is shown " +
    "unless the silo runs. Ask each time, keep nothing: it is withdrawn the moment a stop begins. " +
    "Asking counts as use of the silo.",
  readOnly: true,
  destructive: false,
  input: { silo: siloField },
  answers: "Context",
  async run(desk, { caller, silo }) {
    const seen = await desk.observatory.siloNow(silo);
    desk.operations.settle(silo.slug, seen);
    // A stop that was asked for here has begun, whatever the machines show yet.
    const observed = desk.operations.isStopping(silo.slug) ? asStopping(seen) : seen;
    const body = await contextOf(silo, observed, caller.role, async () => {
      const { record } = observed;
      const credentials = record && (await desk.credentialsOf(silo, record));
      if (!record || !credentials) throw noKey(silo.slug);
      return connectionInfo(silo, credentials, record.previewUrl);
    });
    if (grantOf(phaseOf(observed), caller.role).fields.length > 0) {
      const what = `connection info read as ${caller.role} by ${caller.name}`;
      desk.uses.note(silo, observed, { at: desk.clock.now(), what });
    }
    return { status: 200, body };
  },
};

function asStopping(observed: ObservedSilo): ObservedSilo {
  const { record } = observed;
  if (!record || record.phase || record.power.desired === "stopped") return observed;
  return { ...observed, record: { ...record, phase: "stopping" } };
}

/** Told only to whom the values would have been shown. */
const noKey = (slug: string) =>
  new Problem(503, `The desk has no key of ${slug} as it is now`, {
    fix: "it was made, or its master key rotated, after the desk was given its keys: `silo desk-keys`",
  });
