/** A workflow as the rules read it: plain values, and the line of each. */

import { isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from "yaml";

export type Value = string | number | boolean | null | readonly Value[] | Mapping;
export interface Mapping {
  readonly [key: string]: Value | undefined;
}
export type Path = readonly (string | number)[];

export interface Step {
  readonly path: Path;
  readonly body: Mapping;
}

export interface Job {
  readonly id: string;
  readonly path: Path;
  readonly body: Mapping;
  readonly steps: readonly Step[];
}

export interface Workflow {
  readonly file: string;
  readonly root: Mapping;
  readonly jobs: readonly Job[];
  /** 1-based, of the key; of the nearest parent when there is nothing at the path. */
  lineOf(path: Path): number;
  /** The text of that line, with its comment. */
  textAt(path: Path): string;
}

export function readWorkflow(file: string, text: string): Workflow {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter });
  const [error] = document.errors;
  if (error) throw new Error(`${file}: ${error.message}`);
  const root = mapping(document.toJS() as Value);
  const lineOf = (path: Path) => lineCounter.linePos(offsetOf(document.contents, path)).line;
  return {
    file,
    root,
    jobs: Object.entries(mapping(root.jobs)).map(([id, job]) => readJob(id, mapping(job))),
    lineOf,
    textAt: (path) => text.split("\n")[lineOf(path) - 1] ?? "",
  };
}

function readJob(id: string, body: Mapping): Job {
  const path = ["jobs", id];
  const steps = sequence(body.steps).map((step, index) => ({
    path: [...path, "steps", index],
    body: mapping(step),
  }));
  return { id, path, body, steps };
}

function offsetOf(contents: Node | null, path: Path): number {
  let node: unknown = contents;
  let offset = 0;
  for (const part of path) {
    if (isSeq(node)) node = node.items[Number(part)];
    else if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && key.value === part);
      if (!pair) return offset;
      offset = rangeStart(pair.key) ?? offset;
      node = pair.value;
      continue;
    } else return offset;
    offset = rangeStart(node) ?? offset;
  }
  return offset;
}

const rangeStart = (node: unknown): number | undefined =>
  (node as Node | null | undefined)?.range?.[0];

export const mapping = (value: Value | undefined): Mapping =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Mapping) : {};

export const sequence = (value: Value | undefined): readonly Value[] =>
  Array.isArray(value) ? value : [];

export const text = (value: Value | undefined): string =>
  value === undefined || value === null || typeof value === "object" ? "" : String(value);

/** Every text in a value, with its path. */
export function textsIn(value: Value | undefined, path: Path = []): readonly [Path, string][] {
  if (typeof value === "string") return [[path, value]];
  if (Array.isArray(value)) return value.flatMap((item, index) => textsIn(item, [...path, index]));
  return Object.entries(mapping(value)).flatMap(([key, item]) => textsIn(item, [...path, key]));
}
