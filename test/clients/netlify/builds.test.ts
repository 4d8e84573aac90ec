import { describe, expect, it } from "vitest";
import { connectionError, failureOf, type Handler, json } from "../scripted-fetch.ts";
import { aDeploy, refused, scriptedNetlify, site, token } from "./scripted-netlify.ts";

const started = () => json(200, { id: "build-1", deploy_id: "deploy-1", done: false });

/** Deploys that are listed, and what the POSTs answer in turn. */
function builds(posts: readonly (() => Response | Error)[], listed: () => unknown[]): Handler {
  let count = 0;
  return ({ method }) =>
    method === "POST"
      ? (posts[Math.min(count++, posts.length - 1)]?.() ?? refused(404, "none"))
      : json(200, listed());
}

describe("startBuild", () => {
  const start = (handler: Handler) => {
    const scripted = scriptedNetlify(handler);
    const posts = () => scripted.calls().filter((call) => call.startsWith("POST"));
    return { ...scripted, posts, done: scripted.client.startBuild(site, "prod", "new keys") };
  };

  it("orders a build of the branch with its title", async () => {
    const { done, posts } = start(builds([started], () => []));
    expect(await done).toEqual({ id: "build-1", deployId: "deploy-1" });
    expect(posts()).toEqual([`POST /sites/${site.id}/builds?branch=prod&title=new+keys`]);
  });

  it.each([
    ["the connection broke", () => connectionError("ECONNRESET")],
    ["a gateway gave up", () => refused(504, "timeout")],
    ["a server failed", () => refused(500, "oops")],
    ["the answer is no JSON", () => new Response("<html>", { status: 200 })],
  ])("finds the build that it ordered when %s", async (_what, lost) => {
    const old = aDeploy({ id: "old", build_id: "build-0" });
    let ordered = false;
    const { done, posts } = start(
      builds(
        [
          () => {
            ordered = true;
            return lost();
          },
        ],
        () => (ordered ? [aDeploy({ title: "another" }), aDeploy({ id: "mine" }), old] : [old]),
      ),
    );
    expect(await done).toEqual({ id: "build-1", deployId: "mine" });
    expect(posts()).toHaveLength(1);
  });

  it("orders it once more when none is found after several looks", async () => {
    const old = aDeploy({ id: "old" });
    const { done, posts, asked } = start(
      builds([() => connectionError("ECONNRESET"), started], () => [old]),
    );
    expect(await done).toEqual({ id: "build-1", deployId: "deploy-1" });
    expect(posts()).toHaveLength(2);
    const [first, second] = asked.filter(({ method }) => method === "POST").map(({ at }) => at);
    expect((second ?? 0) - (first ?? 0)).toBeGreaterThanOrEqual(10_000);
  });

  it("gives up after the second lost answer, and says that it may have happened", async () => {
    const { done, posts } = start(builds([() => connectionError("ECONNRESET")], () => []));
    expect(await failureOf(done)).toMatchObject({ facts: { ambiguous: true } });
    expect(posts()).toHaveLength(2);
  });

  it("does not order again when it cannot look", async () => {
    let count = 0;
    const { done, posts } = start(({ method }) => {
      if (method === "POST") return connectionError("ECONNRESET");
      return count++ === 0 ? json(200, []) : refused(403, "no");
    });
    expect(await failureOf(done)).toMatchObject({
      facts: { ambiguous: true, category: "transient" },
    });
    expect(posts()).toHaveLength(1);
  });

  it("does not repeat a refusal", async () => {
    const { done, posts } = start(builds([() => refused(422, "no such branch")], () => []));
    expect(await failureOf(done)).toMatchObject({
      facts: { category: "invalid", ambiguous: false },
    });
    expect(posts()).toHaveLength(1);
  });

  it("repeats what was refused for being too many, or never arrived", async () => {
    const { done, posts } = start(
      builds(
        [() => refused(429, "slow"), () => connectionError("ECONNREFUSED"), started],
        () => [],
      ),
    );
    expect(await done).toMatchObject({ deployId: "deploy-1" });
    expect(posts()).toHaveLength(3);
  });
});

describe("getDeploy", () => {
  const read = (answer: unknown) =>
    scriptedNetlify(() => json(200, answer)).client.getDeploy(site, "deploy-1");

  it.each([
    "new",
    "pending_review",
    "enqueued",
    "building",
    "uploaded",
    "processing",
    "unheard_of",
  ])("is running while %s", async (state) =>
    expect(await read(aDeploy({ state }))).toEqual({ kind: "running", state }),
  );

  it("is ready at the address that Netlify gives", async () => {
    const url = "https://prod--silo-acme-erp.netlify.app";
    expect(await read(aDeploy())).toEqual({ kind: "ready", url });
  });

  it("is failed with the reason, masked", async () => {
    const error_message = `exit code 2, token ${token}`;
    const state = await read(aDeploy({ state: "error", error_message }));
    expect(state).toEqual({ kind: "failed", message: "exit code 2, token ***" });
    expect(await read(aDeploy({ state: "rejected" }))).toMatchObject({ kind: "failed" });
  });

  it("does not make up an address", async () => {
    const error = await failureOf(read(aDeploy({ deploy_ssl_url: null })));
    expect(error).toMatchObject({ facts: { category: "invalid" } });
  });
});
