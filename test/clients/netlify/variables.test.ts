import { describe, expect, it } from "vitest";
import { failureOf } from "../scripted-fetch.ts";
import { remembering } from "./remembering.ts";
import { refused, scriptedNetlify, site } from "./scripted-netlify.ts";

const key = "VITE_SUPABASE_ANON_KEY";
const path = `/accounts/acme/env/${key}`;
const value = "the-new-value-of-the-key";

describe("deleteValue", () => {
  const remove = (script: ReturnType<typeof remembering>, branch = "prod") => {
    const scripted = scriptedNetlify(script.handler);
    return { ...scripted, done: scripted.client.deleteValue(site, key, branch) };
  };

  it("removes the value of its branch and leaves the rest", async () => {
    const script = remembering([
      ["branch", "a", "prod"],
      ["branch", "b", "dev"],
      ["production", "c"],
    ]);
    await remove(script).done;
    expect(script.at.get()).toEqual([
      ["branch", "b", "dev"],
      ["production", "c"],
    ]);
  });

  it("removes the variable with its last value", async () => {
    const script = remembering([["branch", "a", "prod"]]);
    const { done, calls } = remove(script);
    await done;
    expect(script.at.get()).toBeUndefined();
    expect(calls()).toEqual([
      ...[`GET ${path}`, `DELETE ${path}/value/value-0`],
      ...[`GET ${path}`, `DELETE ${path}`, `GET ${path}`],
    ]);
  });

  it("leaves a variable that got a value meanwhile", async () => {
    const script = remembering([["branch", "a", "prod"]], (method, count) => {
      if (method === "GET" && count === 3) script.at.set([["branch", "new", "dev"]]);
      return undefined;
    });
    await remove(script).done;
    expect(script.at.get()).toEqual([["branch", "new", "dev"]]);
  });

  it.each([
    ["a variable that is not there", undefined],
    ["a value that is not there", [["branch", "b", "dev"]] as const],
  ])("has nothing to do for %s", async (_what, start) => {
    const { done, calls } = remove(remembering(start));
    await done;
    expect(calls()).toEqual([`GET ${path}`]);
  });

  it("is done when somebody else was faster", async () => {
    const script = remembering([["branch", "a", "prod"]], (method) => {
      if (method !== "DELETE") return undefined;
      script.at.set(undefined);
      return refused(404, "Not Found");
    });
    await remove(script).done;
  });

  it("fails when the value comes back", async () => {
    const script = remembering([["branch", "a", "prod"]], (method) =>
      method === "DELETE" ? new Response(null, { status: 204 }) : undefined,
    );
    const error = await failureOf(remove(script).done);
    expect(error).toMatchObject({ facts: { category: "conflict" } });
  });
});

describe("listValues", () => {
  it("says for which branch each value is", async () => {
    const script = remembering([
      ["all", "a"],
      ["branch", "b", "prod"],
      ["production", "c"],
    ]);
    const found = await scriptedNetlify(script.handler).client.listValues(site, key);
    expect(found).toEqual([
      { id: "value-0", context: "all", branch: undefined, value: "a" },
      { id: "value-1", context: "branch", branch: "prod", value: "b" },
      { id: "value-2", context: "production", branch: "main", value: "c" },
    ]);
  });

  it("is empty where there is no variable, and marks what cannot be read", async () => {
    expect(
      await scriptedNetlify(remembering(undefined).handler).client.listValues(site, key),
    ).toEqual([]);
    const secret = remembering([["branch", "****", "prod"]], undefined, { is_secret: true });
    const [found] = await scriptedNetlify(secret.handler).client.listValues(site, key);
    expect(found?.isHidden).toBe(true);
  });
});

it("sends nothing when the site or the key has no name: it would mean the whole team", async () => {
  const { client, asked } = scriptedNetlify(remembering(undefined).handler);
  const nowhere = { ...site, id: "" };
  for (const call of [
    client.listValues(nowhere, key),
    client.putValue(nowhere, key, "prod", value),
    client.deleteValue(nowhere, key, "prod"),
    client.listValues(site, ""),
    client.listValues(site, ".."),
    client.listValues({ ...site, accountId: "" }, key),
  ]) {
    expect(await failureOf(call)).toMatchObject({
      facts: { category: "invalid", ambiguous: false },
    });
  }
  expect(asked).toEqual([]);
});
