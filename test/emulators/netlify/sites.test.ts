import { expect, it } from "vitest";
import { aNetlify, site } from "./a-netlify.ts";

const two = [
  { slug: "acme", sites: [{ name: site }, { name: `${site}-old` }] },
  { slug: "globex", sites: [{ name: "globex-shop" }] },
];

type Named = readonly { readonly name: string; readonly id: string }[];

it("finds sites by a part of their name, so a name is not found alone", async () => {
  const { call } = aNetlify({ teams: two });
  const { body } = await call<Named>("GET", `/sites?name=${site}&filter=all`);
  expect(body.map(({ name }) => name)).toEqual([site, `${site}-old`]);
  expect((await call<Named>("GET", "/sites?filter=guest")).body).toEqual([]);
});

it("shows a site by id and by domain, not by name", async () => {
  const { call, siteId } = aNetlify();
  const id = await siteId();
  const { status, body } = await call("GET", `/sites/${id}`);
  expect(status).toBe(200);
  expect(body).toMatchObject({
    name: site,
    account_slug: "acme",
    ssl_url: `https://${site}.netlify.app`,
  });
  expect((await call("GET", `/sites/${site}.netlify.app`)).body.id).toBe(id);
  expect((await call("GET", `/sites/${site}`)).status).toBe(404);
});

it("gives lists in pages that link to the next", async () => {
  const { call } = aNetlify({ teams: two });
  const first = await call<Named>("GET", "/sites?per_page=2");
  expect(first.body).toHaveLength(2);
  const [, next] = /<([^>]+)>; rel="next"/.exec(first.headers.get("link") ?? "") ?? [];
  const { search } = new URL(next ?? "");
  const second = await call<Named>("GET", `/sites${search}`);
  expect(second.body.map(({ name }) => name)).toEqual(["globex-shop"]);
  expect(second.headers.get("link")).not.toContain("next");
});

it("shows a token its own teams only", async () => {
  const { call, siteId } = aNetlify({ teams: two });
  const globex = await siteId("globex-shop");
  const token = "team:acme";
  expect((await call<Named>("GET", "/sites", undefined, token)).body).toHaveLength(2);
  expect((await call("GET", `/sites/${globex}`, undefined, token)).status).toBe(404);
  expect((await call("GET", "/accounts/globex", undefined, token)).status).toBe(404);
  expect((await call("GET", "/accounts/globex/env", undefined, token)).status).toBe(404);
  const { body } = await call<Named>("GET", "/accounts", undefined, token);
  expect(body.map(({ name }) => name)).toEqual(["acme"]);
});

it("refuses a call without a token, and one that was not granted", async () => {
  const open = aNetlify();
  expect((await open.call("GET", "/sites", undefined, "")).status).toBe(401);
  const closed = aNetlify({ tokens: [{ token: "t-1", teams: ["acme"] }], teams: two });
  expect((await closed.call("GET", "/sites", undefined, "t-2")).status).toBe(401);
  expect((await closed.call<Named>("GET", "/sites", undefined, "t-1")).body).toHaveLength(2);
});
