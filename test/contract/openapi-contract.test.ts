import { describe, expect, it } from "vitest";
import { contractOf, type Exchange } from "../support/openapi-contract.ts";
import type { JsonSchema, OpenApiDocument } from "../support/openapi-document.ts";

const json = (schema: JsonSchema) => ({ content: { "application/json": { schema } } });
const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });

const document: OpenApiDocument = {
  paths: {
    "/v1/boats": {
      get: {
        parameters: [
          { name: "harbour", in: "query", required: true, schema: { type: "string" } },
          { name: "limit", in: "query", schema: { type: "integer" } },
          { name: "state", in: "query", schema: { type: "string", enum: ["afloat", "ashore"] } },
          { name: "tag.{key}", in: "query", schema: { type: "string" } },
        ],
        responses: { "200": json({ type: "array", items: ref("Boat") }) },
      },
    },
    "/v1/boats/{id}": {
      put: { requestBody: { required: true, ...json(ref("Boat")) }, responses: { "200": {} } },
      delete: {
        parameters: [{ name: "nonce", in: "header", required: true, schema: { type: "string" } }],
        responses: { "204": {} },
      },
    },
    "/v1/boats/newest": { get: { responses: { "200": json(ref("Boat")) } } },
  },
  components: {
    schemas: {
      Boat: {
        type: "object",
        properties: {
          name: { type: "string" },
          length: { type: "integer" },
          rig: { type: "object", allOf: [ref("Rig")] },
          mast: { type: "object", allOf: [ref("Mast")] },
          flags: { type: "object", additionalProperties: { type: "string" } },
          owner: { type: "string", nullable: true },
        },
      },
      Rig: { type: "string", enum: ["sloop", "ketch"] },
      Mast: { type: "object", properties: { height: { type: "integer" } } },
      Problem: { type: "object", properties: { error: { type: "string" } } },
    },
  },
};

const errors = { statuses: [404, 503], schema: ref("Problem") };
const contract = contractOf(document, { corrections: [], errors });
const site = "https://harbour.test";

function violations(exchange: Omit<Partial<Exchange>, "url"> & { readonly path: string }) {
  const { path, ...rest } = exchange;
  return contract.validateExchange({ method: "GET", status: 200, ...rest, url: site + path });
}

const boat = { name: "Ida", length: 9, rig: "sloop", mast: { height: 12 }, flags: { a: "b" } };
const put = (requestBody: unknown) =>
  violations({ method: "PUT", path: "/v1/boats/7", requestBody });

describe("a request", () => {
  it("that is documented has no violation", () => {
    expect(put({ ...boat, owner: null })).toEqual([]);
    const path = "/v1/boats?harbour=x&limit=10&tag.colour=red&state=afloat,ashore&state=afloat";
    expect(violations({ path, responseBody: [boat] })).toEqual([]);
  });

  it.each([
    ["an unknown path", { path: "/v1/planes" }, "not in the document"],
    ["an unknown method", { path: "/v1/boats", method: "PATCH" }, "not in the document"],
    ["an unknown query parameter", { path: "/v1/boats?harbour=x&page=2" }, "page is not in"],
    ["a missing query parameter", { path: "/v1/boats" }, "lacks harbour"],
    ["a query value of a wrong type", { path: "/v1/boats?harbour=x&limit=ten" }, "(limit)"],
    ["a query value outside the list", { path: "/v1/boats?harbour=x&state=lost" }, "(state)"],
    [
      "a missing header",
      { path: "/v1/boats/7", method: "DELETE", status: 204, requestHeaders: {} },
      "nonce is missing",
    ],
    [
      "a body where none is known",
      { path: "/v1/boats/newest", requestBody: {}, responseBody: boat },
      "the document knows none",
    ],
  ])("with %s is a violation", (_, exchange, text) => {
    expect(violations({ responseBody: [], ...exchange }).join("\n")).toContain(text);
  });

  it.each([
    ["no body", undefined, "lacks its body"],
    ["an unknown field", { ...boat, keel: 1 }, "(keel)"],
    ["an unknown field in a part of its own", { mast: { weight: 1 } }, "(weight)"],
    ["a field of a wrong type", { length: "9" }, "/length must be integer"],
    ["a value outside an enum beside `type: object`", { rig: "raft" }, "/rig must be equal"],
    ["a null where none may be", { name: null }, "/name must be string"],
    ["a wrong value in a map", { flags: { a: 1 } }, "/flags/a must be string"],
  ])("with %s is a violation", (_, body, text) => {
    expect(put(body).join("\n")).toContain(text);
  });
});

describe("an answer", () => {
  const newest = (responseBody: unknown, status = 200) =>
    violations({ path: "/v1/boats/newest", responseBody, status });

  it("may carry fields that are not documented", () => {
    expect(newest({ ...boat, keel: 1 })).toEqual([]);
  });

  it("of another type, or without its body, is a violation", () => {
    expect(newest({ ...boat, name: 1 })).toEqual([
      "GET /v1/boats/newest → 200: answer /name must be string",
    ]);
    expect(newest(undefined)).toHaveLength(1);
  });

  it("with an undocumented status is a violation, a known refusal is not", () => {
    expect(newest({}, 418).join()).toContain("status is not in the document");
    expect(newest({ error: "gone" }, 404)).toEqual([]);
    expect(newest("upstream connect error", 503)).toEqual([]);
    expect(newest({ error: 1 }, 404)).toHaveLength(1);
  });

  it("may have any body where none is documented, but not with 204", () => {
    const path = "/v1/boats/7";
    expect(violations({ method: "PUT", path, requestBody: {}, responseBody: 5 })).toEqual([]);
    const gone = { method: "DELETE", path, status: 204 };
    expect(violations({ ...gone, responseBody: {} })).toHaveLength(1);
    expect(violations(gone)).toEqual([]);
  });
});

it("never puts a value into a violation", () => {
  const secret = "hunter2-very-secret";
  const found = put({ name: 1, flags: { a: { [secret]: secret } }, rig: secret, length: secret });
  expect(found.length).toBeGreaterThan(2);
  expect(found.join()).not.toContain(secret);
});

it("applies corrections, and refuses those that no longer fit the document", () => {
  const at = ["components", "schemas", "Boat", "properties", "name", "nullable"];
  const correction = { at, value: true, reason: "Boats may be unnamed" };
  const corrected = contractOf(document, { corrections: [correction], errors });
  const exchange = { method: "PUT", url: `${site}/v1/boats/7`, requestBody: { name: null } };
  expect(corrected.validateExchange({ ...exchange, status: 200 })).toEqual([]);

  const stale = { ...correction, at: ["components", "schemas", "Ship", "properties", "name"] };
  expect(() => contractOf(document, { corrections: [stale], errors })).toThrow("Ship");
});
