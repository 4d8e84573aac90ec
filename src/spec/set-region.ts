/**
 * Another `fly_region` in the text of a spec: at the place where the reader found it, with all else left
 * as it was written. What comes of it is read again before anybody writes it.
 */

import { canonicalJson } from "#silo/canonical-json.ts";
import { isMapping } from "./fill-defaults.ts";
import { readForPlaces } from "./load-file.ts";
import { type Position, positionAt, type Yaml } from "./position.ts";

export type RegionEdit =
  | ({ readonly kind: "edited"; readonly text: string } & Position)
  /** Nothing can be changed there without guessing. */
  | ({ readonly kind: "refused" } & Position);

const path = ["devenv", "fly_region"];
/** Every spec has it, and it stands next to a region. */
const neighbour = ["devenv", "fly_org"];

export function setRegion(text: string, region: string): RegionEdit {
  const yaml = readForPlaces(text);
  const devenv = isMapping(yaml?.value) ? yaml.value.devenv : undefined;
  if (!yaml || !isMapping(devenv)) return { kind: "refused", line: 1, column: 1 };
  const { fly_region: before } = devenv;
  const position = yaml.locate(...placeOf(before));
  const offset = offsetOf(text, position);
  const edited =
    typeof before === "string"
      ? replaced(text, offset, before, region)
      : inserted(text, offset, region);
  const isGood = edited !== undefined && isOnlyChange(yaml, edited, region);
  return isGood ? { kind: "edited", text: edited, ...position } : { kind: "refused", ...position };
}

const placeOf = (before: unknown): Parameters<Yaml["locate"]> =>
  before === undefined ? [neighbour, "key"] : [path, "value"];

function offsetOf(text: string, { line, column }: Position): number {
  const starts = [
    0,
    ...[...text.matchAll(/\r\n?|\n/g)].map(({ index, 0: end }) => index + end.length),
  ];
  return (starts[line - 1] ?? text.length) + column - 1;
}

function replaced(text: string, at: number, from: string, to: string): string | undefined {
  const quote = /^["']/.exec(text.slice(at))?.[0] ?? "";
  const start = at + quote.length;
  return text.startsWith(from, start)
    ? `${text.slice(0, start)}${to}${text.slice(start + from.length)}`
    : undefined;
}

/** Before its neighbour: on a line of its own, or in the braces that it stands in. */
function inserted(text: string, at: number, region: string): string {
  const { column } = positionAt(text, at);
  const indent = text.slice(at - column + 1, at);
  const end = /\r\n?|\n/.exec(text.slice(at))?.[0] ?? "\n";
  const more = /^ *$/.test(indent)
    ? `fly_region: ${region}${end}${indent}`
    : `fly_region: ${region}, `;
  return `${text.slice(0, at)}${more}${text.slice(at)}`;
}

function isOnlyChange(before: Yaml, text: string, region: string): boolean {
  const after = readForPlaces(text)?.value;
  if (!isMapping(before.value) || !isMapping(before.value.devenv)) return false;
  const { devenv } = before.value;
  const wanted = { ...before.value, devenv: { ...devenv, fly_region: region } };
  return after !== undefined && canonicalJson(after) === canonicalJson(wanted);
}
