/** What is only needed when a file is unusual or faulty: the whole parser, and every explanation. */

import { explainYaml } from "./explain-yaml.ts";
import { isMapping, without } from "./fill-defaults.ts";
import type { Finding } from "./finding.ts";
import { type LoadedFile, placer, type WhichSchema } from "./loaded-file.ts";
import { placePlainYaml } from "./plain-yaml.ts";
import { faultyPaths, schemaProblems } from "./schema-problems.ts";
import { dotted } from "./show.ts";
import { config, silo } from "./validators.generated.js";
import { parseYaml } from "./yaml-events.ts";

export { parseYaml };

/** All that is wrong with a text, but for the secrets in it. */
export function explainFile(which: WhichSchema, file: string, text: string): LoadedFile {
  const readable = placePlainYaml(text) ?? parseYaml(text);
  const { faults, yaml } =
    readable === undefined ? explainYaml(text) : { faults: [], yaml: readable };
  const syntax = faults.map((fault): Finding => ({ file, severity: "error", ...fault }));
  if (yaml === undefined) return { findings: syntax, faulty: new Set(), place: () => [] };
  const place = placer(file, text, yaml);
  const validator = which === "silo" ? silo : config;
  const errors = validator(yaml.value) ? [] : (validator.errors ?? []);
  const refused = faultyPaths(errors);
  return {
    findings: [...syntax, ...place(schemaProblems(which, yaml.value, errors))],
    ...(isMapping(yaml.value) ? { data: without(yaml.value, refused) } : {}),
    faulty: new Set(refused.map(dotted)),
    place,
  };
}
