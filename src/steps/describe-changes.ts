/** What an update changes, field by field, as far as the machine's own config shows it. */

import { canonicalJson } from "#silo/canonical-json.ts";
import { keys } from "#silo/record.ts";
import type { DesiredService } from "#state/desire.ts";
import type { ObservedMachine } from "#state/observed.ts";
import { notInSpec, shownValue } from "#state/shown-value.ts";
import type { FieldChange } from "./types.ts";

export function describeChanges(wanted: DesiredService, machine: ObservedMachine): FieldChange[] {
  const { config } = machine;
  const changes: FieldChange[] = [];
  const compare = (field: string, from: unknown, to: unknown) => {
    if (canonicalJson(from ?? null) === canonicalJson(to ?? null)) return;
    changes.push({ field, from: shownValue(from), to: shownValue(to) });
  };
  if (config) {
    compare("image", config.image, wanted.machine.image);
    compare("cpu_kind", config.guest.cpu_kind, wanted.machine.guest.cpu_kind);
    compare("cpus", config.guest.cpus, wanted.machine.guest.cpus);
    compare("memory_mb", config.guest.memory_mb, wanted.machine.guest.memory_mb);
    const env = { ...config.env };
    const wantedEnv = { ...wanted.machine.env };
    for (const name of [...new Set([...Object.keys(env), ...Object.keys(wantedEnv)])].sort()) {
      const from = name in env && !(name in wantedEnv) ? notInSpec : env[name];
      compare(`env.${name}`, from, wantedEnv[name]);
    }
  }
  if (machine.metadata[keys.secretsDigest] !== wanted.secretsDigest) {
    changes.push({ field: "secrets", from: "(set)", to: "(set anew)" });
  }
  // Ports, checks, files and the like have no short form.
  if (changes.length === 0)
    changes.push({ field: "config", from: "(as it was)", to: "(as in the spec)" });
  return changes;
}
