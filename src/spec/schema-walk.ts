/** The schema of the value at a path of the data: what messages and hints are made of. */

import type { Path } from "./finding.ts";
import type { WhichSchema } from "./loaded-file.ts";
import onDemand from "./on-demand.cjs";

export interface SchemaPart {
  readonly title?: string;
  readonly description?: string;
  readonly examples?: readonly unknown[];
  readonly properties?: Readonly<Record<string, unknown>>;
  readonly additionalProperties?: unknown;
  readonly items?: unknown;
}

export function schemaAt(which: WhichSchema, path: Path): SchemaPart {
  let here = rootOf(which);
  for (const step of path) here = childOf(here, step);
  return flatten(here).part;
}

/** Where a key stands that was written in the wrong place, in words. */
export function placeOf(which: WhichSchema, key: string): string | undefined {
  if (key in (schemaAt(which, []).properties ?? {})) return "the top level of the file";
  const places: readonly Path[] =
    which === "silo"
      ? [["devenv"], ["devenv", "auth"], ["devenv", "services"], ["netlify"], ["secrets"]]
      : [["github"], ["regions"], ["guards"], ["jwt"], ["defaults", "devenv"]];
  return places.find((path) => key in (schemaAt(which, path).properties ?? {}))?.join(".");
}

interface Place {
  readonly file: string;
  readonly part: SchemaPart;
}

const rootOf = (which: WhichSchema): Place => {
  const file = which === "silo" ? "silo.schema.json" : "silo.config.schema.json";
  return { file, part: documentOf(file) };
};

const documentOf = (file: string): SchemaPart => asPart(valueAt(onDemand.schemas(), [file]));

function childOf(place: Place, step: string | number): Place {
  const { file, part } = flatten(place);
  const child =
    typeof step === "number"
      ? part.items
      : (valueAt(part.properties, [step]) ?? part.additionalProperties);
  return { file, part: asPart(child) };
}

/** With what it refers to, its own words first. */
function flatten({ file, part }: Place): Place {
  const reference = valueAt(part, ["$ref"]);
  if (typeof reference !== "string") return { file, part };
  const [target = "", pointer = ""] = reference.split("#");
  const nextFile = target === "" ? file : target;
  const next = asPart(valueAt(documentOf(nextFile), parsePointer(pointer)));
  const found = flatten({ file: nextFile, part: next });
  return { file: found.file, part: { ...found.part, ...part } };
}

const asPart = (value: unknown): SchemaPart =>
  typeof value === "object" && value !== null ? value : {};

export const parsePointer = (pointer: string): (string | number)[] =>
  pointer
    .split("/")
    .slice(1)
    .map((step) => {
      const plain = step.replaceAll("~1", "/").replaceAll("~0", "~");
      return /^\d+$/.test(plain) ? Number(plain) : plain;
    });

export function valueAt(data: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (here, step) =>
      typeof here === "object" && here !== null && Object.hasOwn(here, step)
        ? Reflect.get(here, step)
        : undefined,
    data,
  );
}
