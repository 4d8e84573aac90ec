import { expect, it } from "vitest";
import { compareWireTypes } from "../../scripts/wire-types.ts";
import type { OpenApiDocument } from "../support/openapi-document.ts";

const document: OpenApiDocument = {
  paths: {},
  components: {
    schemas: {
      "sea.Boat": {
        type: "object",
        properties: {
          name: { type: "string" },
          length: { type: "integer" },
          afloat: { type: "boolean" },
          state: { type: "string", enum: ["new", "old"] },
          flags: { type: "object", additionalProperties: { type: "string" } },
          mast: { type: "object", allOf: [{ $ref: "#/components/schemas/Mast" }] },
          masts: { type: "array", items: { $ref: "#/components/schemas/Mast" } },
          owner: { type: "string", nullable: true },
        },
      },
      Mast: { type: "object", properties: { height: { type: "number" } } },
      Sail: { type: "object", properties: { area: { type: "number" } } },
    },
  },
};

const schemas = { Boat: "sea.Boat", Mast: "Mast", Sail: "Sail" };
const others = "interface Mast { height: number } interface Sail { area: number }";

function compare(field: string, exceptions: Readonly<Record<string, string>> = {}) {
  const source = `export interface Boat { ${field} } ${others}`;
  return compareWireTypes(source, document, { schemas, exceptions });
}

it.each([
  "readonly name: string",
  "readonly length?: number",
  "readonly afloat?: boolean",
  'readonly state: "new" | "old"',
  'readonly state: "new" | (string & {})',
  "readonly flags: Readonly<Record<string, string>>",
  "readonly mast: Mast",
  "readonly mast: { readonly height: number }",
  "readonly masts?: readonly Mast[]",
  "readonly owner?: string | null",
])("agrees with the document on `%s`", (field) => {
  expect(compare(field)).toEqual([]);
});

it.each([
  ["readonly nmae: string", "Boat.nmae: the document has no such field"],
  ["readonly name: number", "Boat.name: integer or number here, string in the document"],
  ["readonly name: string | null", "Boat.name: the document never answers null"],
  ['readonly state: "new" | "lost"', 'Boat.state: the document does not list "lost"'],
  [
    "readonly flags: Readonly<Record<string, number>>",
    "Boat.flags: integer or number here, string in the document",
  ],
  ["readonly mast: Sail", "Boat.mast: Sail is not the document's Mast"],
  ["readonly mast: { readonly size: number }", "Boat.mast.size: the document has no such field"],
  ["readonly masts: Mast", "Boat.masts: Mast is not the document's unnamed schema"],
  ["readonly masts: readonly Sail[]", "Boat.masts: Sail is not the document's Mast"],
])("reports `%s`", (field, sentence) => {
  expect(compare(field)).toEqual([sentence]);
});

it("follows aliases and inherited fields", () => {
  const source = "type Name = number; interface Base { x: Name } interface Mast extends Base {}";
  const found = compareWireTypes(source, document, {
    schemas: { Base: "Mast", Mast: "Mast" },
    exceptions: {},
  });
  expect(found).toEqual([
    "Base.x: the document has no such field",
    "Mast.x: the document has no such field",
  ]);
});

it("wants a schema for every interface", () => {
  const found = compareWireTypes("interface Raft {}", document, { schemas: {}, exceptions: {} });
  expect(found).toEqual(["Raft: no schema is named for it"]);
});

it("lets exceptions pass, and reports those that nothing needs", () => {
  expect(compare("nmae: string", { "Boat.nmae": "why" })).toEqual([]);
  expect(compare("name: string", { "Boat.nmae": "why" })).toEqual([
    "Boat.nmae: the exception is not needed",
  ]);
});
