import { describe, expect, it } from "vitest";
import { failureOf, json } from "../scripted-fetch.ts";
import { aDeploy, refused, scriptedNetlify, site } from "./scripted-netlify.ts";

const aSite = (changes: Record<string, unknown> = {}) => ({
  id: site.id,
  name: site.name,
  account_id: "acme",
  url: "http://silo-acme-erp.netlify.app",
  ssl_url: site.url,
  build_settings: { repo_branch: "main" },
  ...changes,
});

describe("findSite", () => {
  it("finds a site by its exact name, on whichever page it is", async () => {
    const { client, calls } = scriptedNetlify(({ url }) =>
      url.searchParams.get("page") === "1"
        ? json(200, [aSite({ id: "other", name: `${site.name}-old` })], {
            link: `<${url.origin}/api/v1/sites?page=2>; rel="next", <x>; rel="last"`,
          })
        : json(200, [aSite()]),
    );
    expect(await client.findSite(site.name)).toEqual(site);
    expect(calls()).toHaveLength(2);
  });

  it("does not take another whose name only contains it", async () => {
    const { client } = scriptedNetlify(() => json(200, [aSite({ name: `${site.name}-2` })]));
    expect(await client.findSite(site.name)).toBeUndefined();
  });

  it("finds a site by id, and looks for the name when there is none", async () => {
    const { client, calls } = scriptedNetlify(() => json(200, aSite()));
    expect(await client.findSite(site.id)).toEqual(site);
    expect(calls()).toEqual([`GET /sites/${site.id}`]);
    const absent = scriptedNetlify(({ url }) =>
      url.pathname.endsWith("/sites") ? json(200, []) : refused(404, "Not Found"),
    );
    expect(await absent.client.findSite(site.id)).toBeUndefined();
  });

  it("knows no production branch where no repository is linked", async () => {
    const { client } = scriptedNetlify(() => json(200, [aSite({ build_settings: null })]));
    expect(await client.findSite(site.name)).not.toHaveProperty("productionBranch");
  });

  it("takes the address of a site without a certificate as it is", async () => {
    const url = "http://shop.example.com";
    const { client } = scriptedNetlify(() => json(200, [aSite({ url, ssl_url: null })]));
    expect(await client.findSite(site.name)).toMatchObject({ url });
  });

  it.each([
    ["no id", aSite({ id: null })],
    ["no team", aSite({ account_id: "" })],
    ["an address that is none", aSite({ ssl_url: "javascript:alert(1)" })],
  ])("does not take a site with %s", async (_what, answer) => {
    const { client } = scriptedNetlify(() => json(200, [answer]));
    const error = await failureOf(client.findSite(site.name));
    expect(error).toMatchObject({ facts: { category: "invalid" } });
  });
});

describe("branchUrl", () => {
  const withAnswers = (branches: unknown[], deploys: unknown[] = []) =>
    scriptedNetlify(({ url }) =>
      json(200, url.pathname.endsWith("/deployed-branches") ? branches : deploys),
    );

  it("is what Netlify says of the deployed branch", async () => {
    const { client } = withAnswers([
      { name: "dev", ssl_url: "https://dev--x.netlify.app" },
      { name: "prod", slug: "prod", ssl_url: "https://cut--x.netlify.app" },
    ]);
    expect(await client.branchUrl(site, "prod")).toBe("https://cut--x.netlify.app");
  });

  it("is that of the newest finished deploy otherwise, never the production's", async () => {
    const deploys = [aDeploy({ state: "building", deploy_ssl_url: "https://wrong" }), aDeploy()];
    const { client } = withAnswers([], deploys);
    expect(await client.branchUrl(site, "prod")).toBe("https://prod--silo-acme-erp.netlify.app");
    const unsaid = withAnswers([], [aDeploy({ deploy_ssl_url: null })]);
    expect(await unsaid.client.branchUrl(site, "prod")).toBeUndefined();
    const production = aDeploy({ branch: "main", context: "production" });
    const live = withAnswers([], [production]);
    expect(await live.client.branchUrl(site, "main")).toBe(site.url);
  });

  it("is unknown before the first deploy", async () => {
    const { client } = withAnswers([], []);
    expect(await client.branchUrl(site, "prod")).toBeUndefined();
  });
});
