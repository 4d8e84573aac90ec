import { describe, expect, it } from "vitest";
import { ApiError } from "#silo/errors.ts";
import { failureOf, json } from "../scripted-fetch.ts";
import { remembering, type Value } from "./remembering.ts";
import { aVariable, refused, scriptedNetlify, site } from "./scripted-netlify.ts";

const key = "VITE_SUPABASE_ANON_KEY";
const path = `/accounts/acme/env/${key}`;
const value = "the-new-value-of-the-key";

describe("putValue", () => {
  const put = (script: ReturnType<typeof remembering>) => {
    const scripted = scriptedNetlify(script.handler);
    return { ...scripted, done: scripted.client.putValue(site, key, "prod", value) };
  };

  it("makes a variable that is not there, and reads it back", async () => {
    const script = remembering(undefined);
    const { done, calls, asked } = put(script);
    await done;
    expect(calls()).toEqual([`GET ${path}`, "POST /accounts/acme/env", `GET ${path}`]);
    expect(asked[1]?.body).toEqual([
      { key, values: [{ context: "branch", context_parameter: "prod", value }] },
    ]);
  });

  it("changes the value of its branch and no other", async () => {
    const others: Value[] = [
      ["production", "live"],
      ["branch", "theirs", "dev"],
    ];
    const script = remembering([...others, ["branch", "old", "prod"]]);
    const { done, calls } = put(script);
    await done;
    expect(calls()).toEqual([`GET ${path}`, `PATCH ${path}`, `GET ${path}`]);
    expect(script.at.get()).toEqual([...others, ["branch", value, "prod"]]);
  });

  it("writes nothing that is there already", async () => {
    const { done, calls } = put(remembering([["branch", value, "prod"]]));
    await done;
    expect(calls()).toEqual([`GET ${path}`]);
  });

  it.each([409, 422])("looks again when somebody else made the variable: %d", async (status) => {
    const script = remembering(undefined, (method) => {
      if (method !== "POST") return undefined;
      script.at.set([["branch", "theirs", "dev"]]);
      return refused(status, "key exists");
    });
    const { done, calls } = put(script);
    await done;
    expect(calls().slice(1)).toEqual([
      "POST /accounts/acme/env",
      `GET ${path}`,
      `PATCH ${path}`,
      `GET ${path}`,
    ]);
    expect(script.at.get()).toEqual([
      ["branch", "theirs", "dev"],
      ["branch", value, "prod"],
    ]);
  });

  it("makes it when somebody removed it meanwhile", async () => {
    const script = remembering([["branch", "old", "prod"]], (method, count) => {
      if (count === 2 && method === "PATCH") script.at.set(undefined);
      return undefined;
    });
    const { done, calls } = put(script);
    await done;
    expect(calls()).toContain("POST /accounts/acme/env");
    expect(script.at.get()).toEqual([["branch", value, "prod"]]);
  });

  it("does not make it twice when the answer is lost", async () => {
    const script = remembering(undefined, (method) => (method === "POST" ? "lost" : undefined));
    const { done, calls } = put(script);
    await done;
    expect(calls()).toEqual([`GET ${path}`, "POST /accounts/acme/env", `GET ${path}`]);
  });

  it("reports a refusal that no race explains, without the value", async () => {
    const script = remembering(undefined, (method) =>
      method === "POST" ? refused(422, `bad value ${value}`) : undefined,
    );
    const { done, calls } = put(script);
    const error = await failureOf(done);
    expect(error).toBeInstanceOf(ApiError);
    expect(error).toMatchObject({ facts: { category: "invalid", provider: "netlify" } });
    expect(String(error)).toContain("bad value ***");
    expect(calls().filter((call) => call.startsWith("POST"))).toHaveLength(1);
  });

  it("fails when what it reads back stays different", async () => {
    const script = remembering([], (method) =>
      method === "PATCH" ? json(201, aVariable([])) : undefined,
    );
    const error = await failureOf(put(script).done);
    expect(error).toMatchObject({ facts: { category: "conflict" } });
    expect(String(error)).not.toContain(value);
  });

  it("takes a read that is late", async () => {
    let late = 2;
    const script = remembering([["branch", "old", "prod"]], (method, count) =>
      count > 1 && method === "GET" && late-- > 0
        ? json(200, aVariable([["branch", "old", "prod"]]))
        : undefined,
    );
    await put(script).done;
    expect(script.at.get()).toEqual([["branch", value, "prod"]]);
  });

  it("takes the word of Netlify for a secret, whose value it cannot read", async () => {
    const script = remembering([["branch", "****", "prod"]], undefined, { is_secret: true });
    const { done, calls } = put(script);
    await done;
    expect(calls()).toEqual([`GET ${path}`, `PATCH ${path}`]);
  });

  it("means the context production by the production branch, and leaves no contradiction", async () => {
    const fresh = remembering(undefined);
    await scriptedNetlify(fresh.handler).client.putValue(site, key, "main", value);
    expect(fresh.at.get()).toEqual([["production", value]]);
    const both = remembering([
      ["branch", "old", "main"],
      ["all", "any"],
    ]);
    await scriptedNetlify(both.handler).client.putValue(site, key, "main", value);
    expect(both.at.get()).toEqual([
      ["all", "any"],
      ["production", value],
      ["branch", value, "main"],
    ]);
  });
});
