/** What changes whether a silo runs. Each goes on by itself, and is answered with an operation. */

import type { Silo } from "#silo/silo.ts";
import { phaseOf } from "#state/phase.ts";
import type { Desk } from "../desk.ts";
import type { PowerAction } from "../operations.ts";
import { Problem } from "../problem.ts";
import { type Answer, type DeskAction, type InputField, siloField } from "./types.ts";

const reason: InputField = {
  description: "Why, for those who ask later.",
  pattern: "^[^\\u0000-\\u001f\\u007f-\\u009f]*$",
  maxLength: 200,
  examples: ["demo at three"],
  isOptional: true,
};

const lasting: InputField = {
  description: "How long to keep it awake: 90m, 2h, 1h30m or 3d; a week at most.",
  pattern: "^(?=.)([0-9]{1,4}d)?([0-9]{1,4}h)?([0-9]{1,4}m)?$",
  maxLength: 15,
  examples: ["2h"],
};

const shared = { method: "POST", readOnly: false, answers: "Begun" } as const;

export const start: DeskAction = {
  ...shared,
  name: "start_silo",
  needs: "start",
  path: "/start-silo",
  title: "Start",
  description:
    "Starts a silo. It takes a minute or two; the answer is an operation to poll. A silo that runs, or " +
    "is being started, is left alone.",
  destructive: false,
  input: { silo: siloField, reason },
  run: (desk, asked) => begin(desk, "start", asked),
};

export const stop: DeskAction = {
  ...shared,
  name: "stop_silo",
  needs: "stop",
  path: "/stop-silo",
  title: "Stop",
  description:
    "Stops a silo: connection info is withdrawn at once, from everybody, then its machines are stopped. " +
    "Data is kept. Whoever works with it is cut off.",
  destructive: true,
  input: { silo: siloField, reason },
  run: (desk, asked) => begin(desk, "stop", asked),
};

export const hold: DeskAction = {
  ...shared,
  name: "hold_silo",
  needs: "hold",
  path: "/hold-silo",
  title: "Hold",
  description: "Keeps a running silo awake for a time, whatever its use. It costs what it costs.",
  destructive: false,
  input: { silo: siloField, for: lasting, reason },
  run: (desk, asked) => begin(desk, "hold", asked),
};

export const release: DeskAction = {
  ...shared,
  name: "release_silo",
  needs: "release",
  path: "/release-silo",
  title: "Release",
  description: "Ends holds, so that the silo is stopped once it is idle.",
  destructive: false,
  input: { silo: siloField },
  run: (desk, asked) => begin(desk, "release", asked),
};

async function begin(
  desk: Desk,
  action: PowerAction,
  { caller, silo, input }: Parameters<DeskAction["run"]>[1],
): Promise<Answer> {
  const observed = await desk.observatory.siloNow(silo);
  desk.operations.settle(silo.slug, observed);
  const phase = phaseOf(observed);
  refuseInVain(action, silo, phase);
  const request = {
    action,
    silo: silo.slug,
    by: caller.name,
    reason: input.reason,
    lasting: input.for,
  };
  const isThere =
    (action === "start" && phase === "running") || (action === "stop" && phase === "stopped");
  const id = await desk.operations.begin({ action, silo: silo.slug }, async () =>
    isThere
      ? { rest: Promise.resolve({ ok: true, detail: "it was so already" }) }
      : desk.power.begin(request),
  );
  const asked = desk.operations.parse(id);
  if (!asked) throw new Error("An operation has an id");
  const operation = desk.operations.look(
    id,
    asked,
    observed,
    isThere ? undefined : desk.power.runUrl,
  );
  return { status: 202, body: { operation }, location: operation.url };
}

/** What the command would refuse later is refused now, with the way out. */
function refuseInVain(action: PowerAction, silo: Silo, phase: string): void {
  if (phase === "absent") {
    throw new Problem(409, `${silo.slug} does not exist yet`, {
      fix: `merge ${silo.file}: an apply makes it`,
    });
  }
  if (action === "start" && !silo.spec.devenv.devenv_enabled) {
    throw new Problem(409, `${silo.file} says \`devenv_enabled: false\``, {
      fix: "propose a change of that file",
    });
  }
  if (
    action === "hold" &&
    phase !== "running" &&
    phase !== "degraded" &&
    phase !== "provisioning"
  ) {
    throw new Problem(409, `${silo.slug} is ${phase}: only what runs can be held awake`, {
      fix: "start it first",
    });
  }
}
