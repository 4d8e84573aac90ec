/** Metrics: what is asked, and that no answer which may lack something is taken for silence. */

import { describe, expect, it } from "vitest";
import { Secret } from "#silo/secret.ts";
import { failureOf, inTurn, json, scripted } from "../scripted-fetch.ts";

const vector = (result: unknown, more = {}) =>
  json(200, { status: "success", data: { resultType: "vector", result }, ...more });
const sample = { metric: { app: "devenv-a-b-kong" }, value: [1_700_000_000.1, "42.5"] };

describe("a query", () => {
  it("goes to the organisation's Prometheus with the scheme of the token", async () => {
    const { client, asked } = scripted(() => vector([sample]));
    expect(await client.queryMetrics("acme", 'sum by (app) (x{app=~"a.*"}[5m])')).toEqual([
      { labels: { app: "devenv-a-b-kong" }, value: 42.5 },
    ]);
    const [{ url, headers, method } = { url: new URL("http://x"), headers: new Headers() }] = asked;
    expect(method).toBe("GET");
    expect(url.origin + url.pathname).toBe("https://api.fly.io/prometheus/acme/api/v1/query");
    expect(url.searchParams.get("query")).toBe('sum by (app) (x{app=~"a.*"}[5m])');
    expect(headers.get("authorization")).toBe("FlyV1 fm2_test-token");
  });

  it("goes where it is told, as Bearer with an old token", async () => {
    const options = {
      metricsUrl: "http://local.test/prometheus/",
      tokens: [new Secret("personal")],
    };
    const { client, asked } = scripted(() => vector([]), options);
    expect(await client.queryMetrics("acme", "up")).toEqual([]);
    expect(asked[0]?.url.href).toBe("http://local.test/prometheus/acme/api/v1/query?query=up");
    expect(asked[0]?.headers.get("authorization")).toBe("Bearer personal");
  });

  it("is tried again after passing trouble", async () => {
    const { client } = scripted(
      inTurn(
        () => json(503, { error: "busy" }),
        () => vector([sample]),
      ),
    );
    expect(await client.queryMetrics("acme", "up")).toHaveLength(1);
  });
});

describe("no silence is made of", () => {
  it.each([
    [
      "a refusal",
      () => json(422, { status: "error", errorType: "422", error: "unknown function" }),
    ],
    ["an error in a 200", () => json(200, { status: "error", error: "too many series" })],
    ["a partial answer", () => vector([sample], { isPartial: true })],
    [
      "another kind of answer",
      () => json(200, { status: "success", data: { resultType: "matrix", result: [] } }),
    ],
    ["no data", () => json(200, { status: "success" })],
    ["a sample that is no number", () => vector([{ ...sample, value: [1, "NaN"] }])],
    ["a page of HTML", () => new Response("<html>", { status: 200 })],
    ["no permission", () => json(403, { error: "unauthorized" })],
  ])("%s", async (_what, answer) => {
    const { client } = scripted(answer);
    const error = await failureOf(client.queryMetrics("acme", "up"));
    expect(error).toMatchObject({ name: "ApiError" });
    expect(String(error)).toContain("Cannot read the metrics of acme");
  });
});
