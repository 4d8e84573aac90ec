/** One file, from its text to data that the schema accepts, or to all that is wrong with it. */

import onDemand from "./faulty-on-demand.cjs";
import { isMapping } from "./fill-defaults.ts";
import type { Finding } from "./finding.ts";
import { type LoadedFile, placer, type WhichSchema } from "./loaded-file.ts";
import { parsePlainYaml, placePlainYaml } from "./plain-yaml.ts";
import { positionAt, type Yaml } from "./position.ts";
import type { SourceText } from "./read-text.ts";
import { findSecrets } from "./secret-look.ts";
import { config, silo } from "./validators.generated.js";

export function loadFile(which: WhichSchema, file: string, source: SourceText): LoadedFile {
  const { text, bytes } = source;
  const plain = parsePlainYaml(text, bytes);
  // Plain YAML holds nothing that looks like a token.
  const secrets = plain === undefined ? secretFindings(file, text) : [];
  const parsed = plain === undefined ? onDemand.faultyFile().parseYaml(text) : undefined;
  const value = plain ?? parsed?.value;
  // The good path: read by one parser, nothing computed for messages.
  if (isMapping(value) && validators[which](value)) {
    return { findings: secrets, data: value, faulty: none, place: placer(file, text, parsed) };
  }
  const explained = onDemand.faultyFile().explainFile(which, file, text);
  return { ...explained, findings: [...secrets, ...explained.findings] };
}

const validators = { silo, config } as const;
const none: ReadonlySet<string> = new Set();

/** Reads a text for its places. */
export const readForPlaces = (text: string): Yaml | undefined =>
  placePlainYaml(text) ?? onDemand.faultyFile().parseYaml(text);

function secretFindings(file: string, text: string): readonly Finding[] {
  return findSecrets(text).map(({ offset, what }) => ({
    file,
    ...positionAt(text, offset),
    severity: "error",
    code: "SECRET_VALUE",
    message: `The file contains what looks like ${what}`,
    fix: "Remove it, keep it as a GitHub secret, and replace it where it is used: what was committed counts as leaked",
  }));
}
