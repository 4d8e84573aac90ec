/** The input of an action as JSON Schema, for tools and for the OpenAPI document. */

import type { DeskAction, InputField } from "./types.ts";

export const fieldSchema = ({ description, pattern, maxLength, examples }: InputField) => ({
  type: "string" as const,
  description,
  ...(pattern !== undefined && { pattern }),
  maxLength,
  examples: [...examples],
});

export const inputSchema = ({ input }: Pick<DeskAction, "input">) => ({
  type: "object" as const,
  additionalProperties: false,
  required: Object.entries(input).flatMap(([name, field]) => (field.isOptional ? [] : [name])),
  properties: Object.fromEntries(
    Object.entries(input).map(([name, field]) => [name, fieldSchema(field)]),
  ),
});
