/** What is known to go wrong with a silo, and what each time is the way out. */

import type { ServiceName } from "#silo/names.ts";
import { currentMachine, type ObservedService } from "#state/observed.ts";
import { healthOf, isUp, phaseOf } from "#state/phase.ts";
import type { Check, Finding, SeenSilo } from "./types.ts";

export const silosCheck: Check = {
  name: "silos",
  async run({ fly, observed }) {
    if ("closed" in fly) return [];
    return (await observed()).flatMap(findingsOf);
  },
};

function findingsOf(one: SeenSilo): readonly Finding[] {
  const { silo, seen } = one;
  const problems = [conflict, foreign, unfinished, missing, doubled, unreachable, sick].flatMap(
    (problem) => problem(one),
  );
  if (problems.length > 0) return problems.map((problem) => ({ about: silo.slug, ...problem }));
  return [{ about: silo.slug, verdict: "ok", text: `is ${phaseOf(seen)}` }];
}

type Problem = Omit<Finding, "about">;

const each = ({ seen }: SeenSilo): readonly ObservedService[] => Object.values(seen.services);

function conflict({ seen }: SeenSilo): Problem[] {
  if (!seen.conflict) return [];
  const { message, fix } = seen.conflict;
  return [{ verdict: "failed", text: message, fix, refuses: true }];
}

function foreign(one: SeenSilo): Problem[] {
  return each(one).flatMap(({ app, ownership }): Problem[] =>
    ownership.kind === "foreign"
      ? [
          {
            verdict: "failed",
            text: `the app ${app} is not this silo's: ${ownership.why}`,
            fix: "choose other slugs, or have whoever owns it remove it first",
          },
        ]
      : [],
  );
}

function unfinished({ silo, seen: { record } }: SeenSilo): Problem[] {
  const { slug } = silo;
  const again = { provisioning: "apply", stopping: "stop", destroying: "destroy" } as const;
  const phase: Problem[] = record?.phase
    ? [
        {
          verdict: "warning",
          text: `is ${record.phase}: a run is under way, or has died in it`,
          fix: `if no run is under way, \`silo ${again[record.phase]} ${slug}\` goes on with it`,
        },
      ]
    : [];
  const rotation: Problem[] = record?.rotation
    ? [
        {
          verdict: "warning",
          text: `its keys are being changed to generation ${record.rotation.to}: a run is under way, or has died in it`,
          fix: `if no run is under way, \`silo rotate ${slug}\` goes on with it`,
        },
      ]
    : [];
  return [...phase, ...rotation];
}

/** A second machine has no data, so `fly scale count` is never the way. */
function missing(one: SeenSilo): Problem[] {
  const { silo, seen } = one;
  const { record } = seen;
  if (!record || record.phase || record.power.desired !== "running") return [];
  return each(one).flatMap(({ name, app, machines }): Problem[] => {
    if (!isWanted(name, one) || machines.some(isUp)) return [];
    const [machine] = machines;
    return [
      {
        verdict: "failed",
        text: machine
          ? `${app} is to run and is ${machine.state}`
          : `${app} has no machine${name === "postgres" ? "; a second one would have no data" : ""}`,
        fix: machine ? `\`silo start ${silo.slug}\`` : `\`silo apply ${silo.slug}\``,
      },
    ];
  });
}

const isWanted = (name: ServiceName, { silo }: SeenSilo): boolean =>
  name !== "studio" || silo.spec.devenv.services.studio.enabled;

function doubled(one: SeenSilo): Problem[] {
  return each(one).flatMap(({ app, machines }): Problem[] =>
    machines.length > 1
      ? [
          {
            verdict: "failed",
            text: `${app} has ${machines.length} machines, and only one of them has the silo's data`,
            fix: `\`silo plan ${one.silo.slug}\` names the one that is too many and what to do`,
          },
        ]
      : [],
  );
}

function unreachable(one: SeenSilo): Problem[] {
  return each(one).flatMap((service): Problem[] => {
    const machine = currentMachine(service);
    if (!machine?.unreachable) return [];
    const text = `the host of ${service.app} does not answer, so nothing is known of its machine`;
    const fix = "wait until Fly has it back, or see https://status.fly.io";
    return [{ verdict: "failed", text, fix }];
  });
}

function sick(one: SeenSilo): Problem[] {
  if (one.seen.record?.phase) return [];
  return each(one).flatMap((service): Problem[] => {
    const machine = currentMachine(service);
    if (!machine || healthOf(machine) !== "critical") return [];
    const text = `${service.app} runs and fails its health check`;
    const fix = `\`fly logs -a ${service.app}\` says why; \`silo restart ${one.silo.slug}\` starts it anew`;
    return [{ verdict: service.name === "studio" ? "warning" : "failed", text, fix }];
  });
}
