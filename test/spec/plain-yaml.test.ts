import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { load } from "js-yaml";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { parsePlainYaml, placePlainYaml } from "#spec/plain-yaml.ts";
import { findSecrets } from "#spec/secret-look.ts";
import { parseYaml } from "#spec/yaml-events.ts";
import { yamlText as documentText, exampleText as example } from "./yaml-texts.ts";

/** What whole parsers make of a text; `undefined` when they refuse it. */
const whole = {
  "js-yaml": (text: string): unknown => attempt(() => load(text)),
  yaml: (text: string): unknown => attempt(() => parse(text, { logLevel: "error" })),
};

/** Unlike `toStrictEqual`, not led astray by a key that is named `constructor`. */
function expectSame(given: unknown, wanted: unknown): void {
  expect(isDeepStrictEqual(given, wanted), `${show(given)} is not ${show(wanted)}`).toBe(true);
}

const show = (value: unknown): string => JSON.stringify(value) ?? "refused";

function attempt(read: () => unknown): unknown {
  try {
    return read();
  } catch {
    return undefined;
  }
}

const runs = { numRuns: 5_000 };

describe("plain YAML", () => {
  it("accepts nothing that js-yaml refuses, and reads what it accepts as js-yaml does", () => {
    fc.assert(
      fc.property(documentText, (text) => {
        const plain = parsePlainYaml(text);
        if (plain !== undefined) expectSame(plain, whole["js-yaml"](text));
      }),
      runs,
    );
  });

  it("reads what yaml accepts too as yaml does", () => {
    fc.assert(
      fc.property(documentText, (text) => {
        const plain = parsePlainYaml(text);
        if (plain !== undefined) expectSame(plain, whole.yaml(text));
      }),
      runs,
    );
  });

  it("accepts nothing that holds what looks like a secret", () => {
    fc.assert(
      fc.property(documentText, (text) => {
        if (parsePlainYaml(text) !== undefined) expect(findSecrets(text)).toEqual([]);
      }),
      runs,
    );
  });

  it("accepts a fair share of what is generated, so that the properties mean something", () => {
    const texts = fc.sample(documentText, { numRuns: 2_000, seed: 1 });
    const read = texts.filter((text) => Object.keys(parsePlainYaml(text) ?? {}).length > 0);
    expect(read.length).toBeGreaterThan(200);
  });

  it("survives one character changed anywhere in a good spec", () => {
    const characters = fc.oneof(
      fc.constantFrom(..." \t\n\r:#-'\"[]{},&*!|>%@`?\\~0\u0000\u0085\u2028é"),
      fc.string({ unit: "binary", minLength: 1, maxLength: 1 }),
    );
    fc.assert(
      fc.property(fc.nat(example.length), characters, fc.boolean(), (at, character, replaces) => {
        const text = example.slice(0, at) + character + example.slice(at + (replaces ? 1 : 0));
        const plain = parsePlainYaml(text);
        if (plain === undefined) return;
        expectSame(plain, whole["js-yaml"](text));
        expectSame(plain, whole.yaml(text));
      }),
      runs,
    );
  });

  it("reads the example without the whole parser", () => {
    expect(parsePlainYaml(example)).toStrictEqual(load(example));
  });
});

describe("the whole parser", () => {
  it("reads what it accepts as yaml does, where yaml accepts it", () => {
    fc.assert(
      fc.property(documentText, (text) => {
        const read = parseYaml(text);
        const other = whole.yaml(text);
        const isComparable = read !== undefined && other !== undefined && !hasOddKey(other);
        if (isComparable) expectSame(read.value, other);
      }),
      runs,
    );
  });
});

/** Keys that are no text: yaml writes the null key as the empty text, js-yaml as `null`. */
function hasOddKey(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  return Object.entries(value).some(([name, each]) => name === "" || hasOddKey(each));
}

describe("places", () => {
  it("are the same from both parsers", () => {
    fc.assert(
      fc.property(documentText, (text) => {
        const plain = placePlainYaml(text);
        const events = parseYaml(text);
        if (plain === undefined) return;
        for (const path of pathsOf(plain.value)) {
          for (const at of ["key", "value"] as const) {
            expect([path, at, plain.locate(path, at)]).toEqual([
              path,
              at,
              events?.locate(path, at),
            ]);
          }
        }
      }),
      runs,
    );
  });
});

function pathsOf(value: unknown): (string | number)[][] {
  if (typeof value !== "object" || value === null) return [[]];
  const entries: [string | number, unknown][] = Array.isArray(value)
    ? value.map((each, at) => [at, each])
    : Object.entries(value);
  return [[], ...entries.flatMap(([step, each]) => pathsOf(each).map((path) => [step, ...path]))];
}
