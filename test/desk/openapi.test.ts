/** What the desk says of itself is so: the document is sound, and every answer is one of its. */

import { Ajv2020 } from "ajv/dist/2020.js";
import { afterAll, beforeAll, expect, test } from "vitest";
import { deskActions } from "#desk/actions/index.ts";
import { openApiDocument } from "#desk/http/openapi.ts";
import { type Role, roles } from "#silo/access.ts";
import { aCloud } from "../support/a-cloud.ts";
import { type ADesk, aDesk, tokensYaml } from "../support/a-desk.ts";
import { specText } from "../support/spec-text.ts";

interface Operation {
  readonly operationId: string;
  readonly description: string;
  readonly responses: Readonly<
    Record<string, { readonly content?: Content; readonly $ref?: string }>
  >;
}
type Content = Readonly<Record<string, { readonly schema: { readonly $ref?: string } }>>;
type Paths = Readonly<Record<string, Readonly<Record<string, Operation>>>>;

let desk: ADesk;

beforeAll(async () => {
  const config = `desk:\n${tokensYaml(roles.map((role) => ({ name: role, role })))}`;
  const cloud = aCloud({
    files: { "silos/acme-erp.yml": specText(), "silo.config.yml": config },
  });
  expect((await cloud.run("apply")).exitCode).toBe(0);
  desk = await aDesk(cloud);
}, 60_000);
afterAll(async () => desk.close());

const document = openApiDocument("https://desk.example.com");
const paths = document.paths as Paths;

/** Throws when the answer is none that the document has for the operation. */
async function expectDocumented(path: string, method: string, answer: Response) {
  const served = (await (await desk.ask("/openapi.json")).json()) as { paths: Paths };
  const operation = served.paths[path]?.[method];
  const found = operation?.responses[answer.status] ?? operation?.responses.default;
  const content = (
    found?.$ref
      ? (document.components as { responses: { Problem: { content: Content } } }).responses.Problem
      : found
  )?.content;
  const type = answer.headers.get("content-type")?.split(";")[0] ?? "";
  const schema = content?.[type]?.schema;
  expect(schema, `${method} ${path}: ${answer.status} ${type}`).toBeDefined();
  const ajv = new Ajv2020({ strict: false });
  ajv.addSchema({ $id: "desk", ...served });
  const isValid = ajv.compile(
    JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"desk#/')) as object,
  );
  expect(isValid(await answer.json()), `${method} ${path}: ${ajv.errorsText(isValid.errors)}`).toBe(
    true,
  );
}

test("every reference leads somewhere, every operation has a name of its own and is described", () => {
  const text = JSON.stringify(document);
  const missing = [...text.matchAll(/"\$ref":"#\/([^"]+)"/g)].flatMap(([, path = ""]) => {
    const found = path
      .split("/")
      .reduce<unknown>((at, step) => (at as Record<string, unknown> | undefined)?.[step], document);
    return found === undefined ? [path] : [];
  });
  expect(missing).toEqual([]);
  const operations = Object.values(paths).flatMap((path) => Object.values(path));
  const ids = operations.map(({ operationId }) => operationId);
  expect(new Set(ids).size).toBe(ids.length);
  expect(operations.filter(({ description }) => !description)).toEqual([]);
  for (const { name } of deskActions) expect(ids).toContain(name);
});

test.each(roles)("every answer to a %s is as the document says", async (role: Role) => {
  for (const { path, method } of deskActions) {
    if (method !== "GET") continue;
    await expectDocumented(path, "get", await desk.ask(`${path}?silo=acme-erp`, { as: role }));
    await expectDocumented(path, "get", await desk.ask(path, { as: role }));
  }
  await expectDocumented("/v1/me", "get", await desk.ask("/v1/me", { as: role }));
  await expectDocumented("/v1/silos", "get", await desk.ask("/v1/silos", { as: role }));
  const body = { silo: "acme-erp", for: "1h" };
  const held = await desk.ask("/hold-silo", { as: role, body });
  const begun = held.headers.get("location");
  await expectDocumented("/hold-silo", "post", held);
  if (begun)
    await expectDocumented("/v1/operations/{id}", "get", await desk.ask(begun, { as: role }));
});

test("what needs no token tells nothing but itself", async () => {
  await expectDocumented("/healthz", "get", await desk.ask("/healthz"));
  await expectDocumented("/openapi.json", "get", await desk.ask("/openapi.json"));
  await expectDocumented("/v1/silos", "get", await desk.ask("/v1/silos"));
});
