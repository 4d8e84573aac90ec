import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Contract, contractOf } from "./openapi-contract.ts";
import { flyExceptions } from "./openapi-exceptions.ts";

const specFile = join(import.meta.dirname, "../../../shared/specs/fly-machines-openapi.json");

/** The contract of the Fly Machines API; `undefined`, said once, where its document is not at hand. */
export const flyContract: Contract | undefined = load();

function load(): Contract | undefined {
  if (existsSync(specFile)) {
    return contractOf(JSON.parse(readFileSync(specFile, "utf8")), flyExceptions);
  }
  console.warn("The OpenAPI document of Fly is not here: exchanges are not checked against it");
  return undefined;
}
