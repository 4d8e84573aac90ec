/** GitHub's own document, with its references resolved where the contract reader knows none. */

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Contract, contractOf } from "../../support/openapi-contract.ts";
import type { OpenApiDocument } from "../../support/openapi-document.ts";

const specFile = join(import.meta.dirname, "../../../../shared/specs/github-openapi-slice.json");

/** Refusals that any operation may answer; the document names a few for each. */
const refusals = [400, 401, 403, 404, 408, 409, 410, 422, 429, 500, 502, 503];

/** `undefined`, said once, where the document is not at hand. */
export const githubContract: Contract | undefined = load();

function load(): Contract | undefined {
  if (!existsSync(specFile)) {
    console.warn("The OpenAPI document of GitHub is not here: calls are not checked against it");
    return undefined;
  }
  const document: Raw = JSON.parse(readFileSync(specFile, "utf8"));
  return contractOf(resolved(document), {
    corrections: [],
    errors: { statuses: refusals, schema: { $ref: "#/components/schemas/basic-error" } },
  });
}

type Node = { readonly [key: string]: unknown };
type Raw = OpenApiDocument & { readonly components: Node };

/** Schemas keep their references: they may be recursive, and the reader knows them. */
function resolved(document: Raw): OpenApiDocument {
  const resolve = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(resolve);
    if (typeof value !== "object" || value === null) return value;
    const node = value as Node;
    const ref = typeof node.$ref === "string" ? node.$ref : "";
    const target = /^#\/components\/(parameters|responses)\/(.+)$/.exec(ref);
    if (target) return resolve((document.components[target[1] ?? ""] as Node)[target[2] ?? ""]);
    return Object.fromEntries(Object.entries(node).map(([key, inner]) => [key, resolve(inner)]));
  };
  return { ...document, paths: resolve(document.paths) as OpenApiDocument["paths"] };
}
