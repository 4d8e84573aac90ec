import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import { generateFiles } from "../../scripts/generate/generate-files.ts";
import { generatePage, pageFile } from "../../scripts/generate/generate-page.ts";
import { schemaFiles } from "../../scripts/generate/schema.ts";

const read = (path: string): string =>
  readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");

describe("generated files", () => {
  it.each(Object.entries({ ...generateFiles(read), [pageFile]: generatePage(read) }))(
    "%s is up to date",
    (path, content) => {
      // `npm run generate` writes it again.
      expect(read(path) === content).toBe(true);
    },
  );
});

describe("schemas", () => {
  it.each(schemaFiles)("%s says of every property what it is", (file) => {
    const missing = propertiesOf(JSON.parse(read(`schemas/${file}`)), file).filter(
      ({ schema }) => !("$ref" in schema) && !("title" in schema && "description" in schema),
    );
    expect(missing.map(({ path }) => path)).toEqual([]);
  });

  it.each(schemaFiles)("%s gives an example of every plain property", (file) => {
    const missing = propertiesOf(JSON.parse(read(`schemas/${file}`)), file).filter(
      ({ schema }) => !("$ref" in schema) && !("properties" in schema) && !("examples" in schema),
    );
    expect(missing.map(({ path }) => path)).toEqual([]);
  });

  it.each(schemaFiles)(
    "%s is valid JSON Schema 2020-12, and its examples and defaults fit",
    (file) => {
      const ajv = new Ajv2020({ strict: false, allErrors: true });
      for (const each of schemaFiles) ajv.addSchema(JSON.parse(read(`schemas/${each}`)), each);
      const document: Schema = JSON.parse(read(`schemas/${file}`));
      expect(ajv.validateSchema(document)).toBe(true);
      const unfit = propertiesOf(document, "").flatMap(({ path, pointer, schema }) => {
        const validate = ajv.getSchema(`${file}#${pointer}`);
        const isFilled = "properties" in schema || "$ref" in schema;
        const values = [...(schema.examples ?? []), ...(isFilled ? [] : [schema.default])];
        return values.filter((value) => value !== undefined && !validate?.(value)).map(() => path);
      });
      expect(unfit).toEqual([]);
    },
  );
});

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly $defs?: Readonly<Record<string, Schema>>;
  readonly examples?: readonly unknown[];
  readonly default?: unknown;
}

interface Property {
  readonly path: string;
  readonly pointer: string;
  readonly schema: Schema;
}

function propertiesOf(schema: Schema, path: string, pointer = ""): Property[] {
  const own = Object.entries(schema.properties ?? {}).map(([name, property]) => ({
    path: `${path}.${name}`,
    pointer: `${pointer}/properties/${name}`,
    schema: property,
  }));
  const deeper = [
    ...own.map((each) => [each.schema, each.path, each.pointer] as const),
    ...Object.entries(schema.$defs ?? {}).map(
      ([name, each]) => [each, `${path}.${name}`, `${pointer}/$defs/${name}`] as const,
    ),
  ];
  return [...own, ...deeper.flatMap((each) => propertiesOf(...each))];
}
