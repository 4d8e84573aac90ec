/** Holds exchanges with GitHub to its documents: REST to the OpenAPI slice, GraphQL to its schema. */

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { githubExceptions, missingPaths } from "./github-exceptions.ts";
import { graphqlViolations } from "./graphql-contract.ts";
import { type Contract, contractOf } from "./openapi-contract.ts";
import type { OpenApiDocument } from "./openapi-document.ts";

const specFile = join(import.meta.dirname, "../../../shared/specs/github-openapi-slice.json");

/**
 * The contract of GitHub; `undefined`, said once, where the document is not at hand. Takes the base
 * addresses of a GitHub Enterprise Server (`/api/v3`) too.
 */
export const githubContract: Contract | undefined = load();

function load(): Contract | undefined {
  if (!existsSync(specFile)) {
    console.warn("The OpenAPI slice of GitHub is not here: exchanges are not checked against it");
    return undefined;
  }
  const document = resolved(JSON.parse(readFileSync(specFile, "utf8")));
  const rest = contractOf(
    { ...document, paths: { ...document.paths, ...missingPaths } },
    githubExceptions,
  );
  return {
    validateExchange(exchange) {
      const url = new URL(exchange.url);
      const path = url.pathname.replace(/^\/api(\/v3)?(?=\/)/, "");
      if (path === "/graphql" && exchange.status === 200) {
        return graphqlViolations(exchange.requestBody, exchange.responseBody);
      }
      if (path === "/graphql") return [];
      url.pathname = withoutSlashes(path);
      return rest.validateExchange({ ...exchange, url });
    },
  };
}

/** Parameters that hold a path of their own are one segment in the document. */
function withoutSlashes(path: string): string {
  const [, before, rest] =
    /^(\/repos\/[^/]+\/[^/]+\/(?:contents|git\/ref|git\/refs|git\/matching-refs)\/)(.+)$/.exec(
      path,
    ) ?? [];
  if (before !== undefined && rest !== undefined) return before + rest.replaceAll("/", "%2F");
  const [, start, revision, end] =
    /^(\/repos\/[^/]+\/[^/]+\/commits\/)(.+?)(\/status|\/statuses|\/pulls)?$/.exec(path) ?? [];
  if (start === undefined || revision === undefined) return path;
  return start + revision.replaceAll("/", "%2F") + (end ?? "");
}

/** Parameters and answers of the document are references to its components. */
function resolved(document: OpenApiDocument): OpenApiDocument {
  const kinds = ["parameters", "responses", "headers"];
  const follow = (node: unknown): unknown => {
    if (Array.isArray(node)) return node.map(follow);
    if (typeof node !== "object" || node === null) return node;
    const [, , kind, name] = "$ref" in node ? String(node.$ref).split("/") : [];
    if (kind !== undefined && name !== undefined && kinds.includes(kind)) {
      const components: Record<string, Record<string, unknown>> = Object(document.components);
      return follow(components[kind]?.[name]);
    }
    return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, follow(value)]));
  };
  return { ...document, paths: Object(follow(document.paths)) };
}
