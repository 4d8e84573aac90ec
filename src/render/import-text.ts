/** What an import found: service by service, what could be taken over, and what stands against it. */

import { plainText } from "#silo/plain-text.ts";
import type { Adoption } from "#state/adoption.ts";
import type { ObservedService } from "#state/observed.ts";
import type { Style } from "./style.ts";

export interface FoundService {
  readonly seen: ObservedService;
  readonly adoption: Adoption;
}

export const foundText = (found: readonly FoundService[], style: Style): string =>
  found.map((one) => `${foundLines(one, style).join("\n")}\n`).join("");

function foundLines({ seen, adoption }: FoundService, style: Style): string[] {
  const line = (what: string) => `  ${seen.name.padEnd(9)}  ${seen.app}: ${what}`;
  switch (adoption.kind) {
    case "absent":
      return [line("not there; the apply makes it, unless the spec switches it off")];
    case "ours":
      return [line("is the silo's already")];
    case "adoptable":
      return [line(`${style.green("can be taken over")}; ${machineText(seen)}`)];
    case "blocked":
      return [
        line(`${style.red("cannot be taken over as it is")}; ${machineText(seen)}`),
        ...adoption.obstacles.flatMap(({ message, fix }) => [
          `             ${plainText(message)}`,
          `             fix: ${plainText(fix)}`,
        ]),
      ];
  }
}

function machineText({ machines, volumes }: ObservedService): string {
  const [machine] = machines;
  if (!machine) return "no machine";
  const { guest, image, mounts = [] } = machine.config ?? {};
  const volume = volumes.find(({ id }) => id === mounts[0]?.volume);
  return [
    `${machine.state} in ${machine.region}`,
    image ?? "image unknown",
    ...(guest ? [`${guest.cpu_kind} ${guest.cpus}x ${guest.memory_mb} MB`] : []),
    ...(volume ? [`volume ${volume.name} of ${volume.sizeGb} GB at ${mounts[0]?.path}`] : []),
  ]
    .map(plainText)
    .join(", ");
}
