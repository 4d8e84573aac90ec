/** Reading a document of which nothing is sure. */

export type Json = Readonly<Record<string, unknown>>;

export function objectAt(value: unknown, ...path: readonly string[]): Json | undefined {
  let here = value;
  for (const key of path) here = isObject(here) && Object.hasOwn(here, key) ? here[key] : undefined;
  return isObject(here) ? here : undefined;
}

export function textAt(value: unknown, ...path: readonly string[]): string | undefined {
  const found = objectAt(value, ...path.slice(0, -1))?.[path.at(-1) ?? ""];
  return typeof found === "string" && found !== "" ? found : undefined;
}

export function numberAt(value: unknown, ...path: readonly string[]): number | undefined {
  const found = objectAt(value, ...path.slice(0, -1))?.[path.at(-1) ?? ""];
  return typeof found === "number" && Number.isSafeInteger(found) ? found : undefined;
}

const isObject = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);
