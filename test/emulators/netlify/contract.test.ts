import { expect, it } from "vitest";
import { netlifyContract } from "../../support/netlify-contract.ts";

const env = "http://netlify.local/api/v1/accounts/acme/env";

it.skipIf(netlifyContract === undefined)("finds what is not as Netlify's document says", () => {
  const found = (exchange: { method: string; url: string; status: number }, bodies: object = {}) =>
    netlifyContract?.validateExchange({ ...exchange, ...bodies }) ?? [];
  const patch = { method: "PATCH", url: `${env}/A?site_id=1`, status: 201 };
  expect(
    found(patch, { requestBody: { context: "branch", value: "x" }, responseBody: {} }),
  ).toEqual([]);
  expect(found(patch, { requestBody: { branch: "prod" }, responseBody: {} })).toEqual([
    expect.stringContaining("(branch)"),
  ]);
  const read = { method: "GET", url: `${env}/A?site_id=1`, status: 200 };
  expect(found(read, { responseBody: { key: 1 } })).toEqual([expect.stringContaining("/key")]);
  expect(found({ ...read, status: 404 }, { responseBody: { code: 404 } })).toHaveLength(1);
  expect(found({ ...read, url: `${env}?context_name=staging` }, { responseBody: [] })).toHaveLength(
    1,
  );
  expect(found({ ...read, url: "http://netlify.local/api/v1/hooks" })).toHaveLength(1);
});
