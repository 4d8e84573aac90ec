/** Which token goes where, and how it is written. */

import { describe, expect, it } from "vitest";
import { Refused } from "#silo/errors.ts";
import { Secret } from "#silo/secret.ts";
import { json, refusal, scripted } from "../scripted-fetch.ts";

describe("the authorization header", () => {
  it.each([
    ["fm2_abc", "FlyV1 fm2_abc"],
    ["fm1r_abc,fm2_def", "FlyV1 fm1r_abc,fm2_def"],
    ["FlyV1 fm1a_abc", "FlyV1 fm1a_abc"],
    ["flyv1  fm2_abc\n", "FlyV1 fm2_abc"],
    ["bearer fm2_abc", "FlyV1 fm2_abc"],
    ["Bearer fo1_abc", "Bearer fo1_abc"],
    ["fo1_abc", "Bearer fo1_abc"],
  ])("of %j is %s", async (token, header) => {
    const { client, asked } = scripted(() => json(200, { regions: [] }), {
      tokens: [new Secret(token)],
    });
    await client.regions();
    expect(asked.map(({ headers }) => headers.get("authorization"))).toEqual([header]);
  });

  it.each([[[]], [[""]], [["a b"]], [["a\nb"]]])("is refused for tokens %j", (tokens) => {
    const make = () =>
      scripted(() => json(200, {}), { tokens: tokens.map((token) => new Secret(token)) });
    expect(make).toThrow(Refused);
  });
});

describe("several tokens", () => {
  const tokens = [new Secret("fm2_one"), new Secret("fm2_two"), new Secret("fm2_three")];
  const orgs: Record<string, unknown> = {
    "FlyV1 fm2_one": { tokens: [{ org_slug: "org-one", apps: null }] },
    "FlyV1 fm2_two": { tokens: [{ org_slug: "org-two" }] },
    "FlyV1 fm2_three": { tokens: [{ org_slug: "org-three", apps: ["deployed"] }] },
  };
  const cloud = (broken: string[] = []) =>
    scripted(
      ({ url, headers }) => {
        const token = headers.get("authorization") ?? "";
        if (url.pathname !== "/v1/tokens/current") return json(200, { apps: [{ name: "seen" }] });
        return broken.includes(token) ? refusal(401, "unauthorized") : json(200, orgs[token]);
      },
      { tokens },
    );
  const used = ({ asked }: ReturnType<typeof cloud>) =>
    asked
      .filter(({ url }) => url.pathname !== "/v1/tokens/current")
      .map(({ headers }) => headers.get("authorization"));

  it("are asked once what they are for, and matched to the organisation", async () => {
    const run = cloud();
    await run.client.listApps("org-two");
    await run.client.listApps("org-three");
    expect(used(run)).toEqual(["FlyV1 fm2_two", "FlyV1 fm2_three"]);
    expect(run.asked).toHaveLength(5);
  });

  it("follow the app: created, listed, named by a token, else the first", async () => {
    const run = cloud();
    await run.client.createApp({ name: "made", org: "org-three", network: "n" });
    await run.client.listApps("org-two");
    for (const app of ["made", "seen", "deployed", "unheard-of"]) await run.client.deleteApp(app);
    expect(used(run).slice(2)).toEqual([
      "FlyV1 fm2_three",
      "FlyV1 fm2_two",
      "FlyV1 fm2_three",
      "FlyV1 fm2_one",
    ]);
  });

  it("work when one of them is not valid any more", async () => {
    const run = cloud(["FlyV1 fm2_one"]);
    await run.client.listApps("org-two");
    expect(used(run)).toEqual(["FlyV1 fm2_two"]);
  });

  it("are all described", async () => {
    const run = cloud();
    const described = await run.client.currentTokens();
    expect(described.map(({ org_slug }) => org_slug)).toEqual(["org-one", "org-two", "org-three"]);
  });
});
