/** `silo schema`: the JSON Schemas that editors and other tools complete and check by. */

import contextSchema from "#schemas/context.schema.json" with { type: "json" };
import configSchema from "#schemas/silo.config.schema.json" with { type: "json" };
import siloSchema from "#schemas/silo.schema.json" with { type: "json" };
import statusSchema from "#schemas/status.schema.json" with { type: "json" };
import { Refused } from "#silo/errors.ts";
import type { RunCommand } from "./types.ts";

const schemas: Readonly<Record<string, unknown>> = {
  silo: siloSchema,
  "silo.config": configSchema,
  status: statusSchema,
  context: contextSchema,
};

export const run: RunCommand = async ({ operands, output }) => {
  const [name = ""] = operands;
  const schema = Object.hasOwn(schemas, name) ? schemas[name] : undefined;
  if (!schema) {
    throw new Refused(name === "" ? "Name a schema" : `There is no schema "${name}"`, {
      exitCode: 2,
      fix: `use one of ${Object.keys(schemas).join(", ")}`,
    });
  }
  output.write(`${JSON.stringify(schema, null, 2)}\n`);
  return 0;
};
