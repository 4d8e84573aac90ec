import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { netlifyExceptions } from "./netlify-exceptions.ts";
import { type Contract, contractOf } from "./openapi-contract.ts";
import { fromSwagger } from "./swagger-document.ts";

const specFile = join(import.meta.dirname, "../../../shared/specs/netlify-openapi-slice.json");

/** The contract of Netlify's API; `undefined`, said once, where its document is not at hand. */
export const netlifyContract: Contract | undefined = load();

function load(): Contract | undefined {
  if (existsSync(specFile)) {
    return contractOf(fromSwagger(JSON.parse(readFileSync(specFile, "utf8"))), netlifyExceptions);
  }
  console.warn("The document of Netlify's API is not here: exchanges are not checked against it");
  return undefined;
}
