/** Waiting for a state: loops, ends, and what is said when it does not come. */

import { describe, expect, it } from "vitest";
import { isApiError } from "#silo/errors.ts";
import {
  type Asked,
  aMachine,
  connectionError,
  failureOf,
  type Handler,
  json,
  refusal,
  scripted,
} from "../scripted-fetch.ts";

const notYet = (state: string) =>
  refusal(
    408,
    `deadline_exceeded: machine failed to reach desired state, started, currently ${state}`,
  );
const reached = () => json(200, { ok: true, state: "started" });
const started = { states: ["started"], timeoutMs: 180_000 };

function waits(asked: readonly Asked[]): readonly Asked[] {
  return asked.filter(({ url }) => url.pathname.endsWith("/wait"));
}

/** Waits as long as it was asked to, as the API does. */
function slowly(answer: (count: number) => Response): {
  handler: Handler;
  run: ReturnType<typeof scripted>;
} {
  let count = 0;
  const handler: Handler = async ({ url }) => {
    if (!url.pathname.endsWith("/wait")) return json(200, aMachine({ state: "starting" }));
    const answered = answer(++count);
    if (answered.status === 408) {
      await run.clock.sleep(Number(url.searchParams.get("timeout")) * 1_000);
    }
    return answered;
  };
  const run = scripted((asked, index) => handler(asked, index));
  return { handler, run };
}

describe("waitMachine", () => {
  it("asks again after each minute until the state is there", async () => {
    const { run } = slowly((count) => (count < 3 ? notYet("starting") : reached()));
    await run.client.waitMachine("app", "m", { ...started, version: "v1" });
    expect(run.asked.map(({ url }) => url.search)).toEqual(
      Array(3).fill("?state=started&timeout=60&version=v1"),
    );
    expect(run.clock.now()).toBe(120_000);
  });

  it("never asks for longer than is left, and then says what it last saw", async () => {
    const { run } = slowly(() => notYet("starting"));
    const error = await failureOf(
      run.client.waitMachine("app", "m", { ...started, timeoutMs: 70_000, version: "v1" }),
    );
    expect(waits(run.asked).map(({ url }) => url.searchParams.get("timeout"))).toEqual([
      "60",
      "10",
    ]);
    expect(error).toMatchObject({ facts: { category: "timeout", lastState: "starting" } });
    expect(String(error)).toContain("last seen starting");
  });

  it("sends several states as repeated parameters", async () => {
    const { client, asked } = scripted(reached);
    await client.waitMachine("app", "m", { ...started, states: ["started", "failed"] });
    expect(asked[0]?.url.searchParams.getAll("state")).toEqual(["started", "failed"]);
  });

  it("never waits for stopped without a version", async () => {
    for (const version of [{ version: "v9" }, { version: undefined, instance_id: "v9" }]) {
      const { client, asked } = scripted(({ url }) =>
        url.pathname.endsWith("/wait") ? reached() : json(200, aMachine(version)),
      );
      await client.waitMachine("app", "m", { ...started, states: ["stopped"] });
      expect(asked.map(({ url }) => url.search)).toEqual([
        "",
        "?state=stopped&timeout=60&version=v9",
      ]);
    }
  });

  it("falls back to instance_id where the API asks for it", async () => {
    const { client, asked } = scripted(({ url }) =>
      url.searchParams.has("instance_id")
        ? reached()
        : refusal(400, "invalid_argument: instance_id is required"),
    );
    await client.waitMachine("app", "m", { ...started, states: ["stopped"], version: "v1" });
    expect(asked.at(-1)?.url.search).toBe("?state=stopped&timeout=60&instance_id=v1");
    expect(asked).toHaveLength(2);
  });

  it.each(["failed", "destroyed"])("ends early when the machine is %s", async (state) => {
    const { client, asked } = scripted(() => notYet(state));
    const error = await failureOf(client.waitMachine("app", "m", started));
    expect(error).toMatchObject({ facts: { category: "conflict", lastState: state } });
    expect(asked).toHaveLength(1);
  });

  it("bears a 404 for a few seconds and no longer", async () => {
    const soon = scripted((_asked, count) => (count < 3 ? refusal(404, "not found") : reached()));
    await soon.client.waitMachine("app", "m", started);
    const never = scripted(() => refusal(404, "machine not found"));
    expect(
      isApiError(await failureOf(never.client.waitMachine("app", "m", started)), "not_found"),
    ).toBe(true);
    expect(never.clock.now()).toBeLessThan(10_000);
  });

  it("takes a 404 for destroyed when that is what was waited for", async () => {
    const { client } = scripted(() => refusal(404, "not found"));
    await client.waitMachine("app", "m", { ...started, states: ["destroyed"] });
  });

  it("outlives a storm, and ends in time when the storm does not", async () => {
    const storm = [
      () => refusal(500, "x"),
      () => refusal(429, "x"),
      () => connectionError("ECONNRESET"),
    ];
    const passing = scripted((_asked, count) =>
      count < 30 ? (storm[count % 3]?.() ?? reached()) : reached(),
    );
    await passing.client.waitMachine("app", "m", started);
    const lasting = scripted(() => refusal(500, "x"));
    const error = await failureOf(lasting.client.waitMachine("app", "m", started));
    expect(isApiError(error, "timeout")).toBe(true);
    expect(lasting.clock.now()).toBeGreaterThanOrEqual(180_000);
    expect(lasting.clock.now()).toBeLessThan(190_000);
  });

  it("does not hang on an API that never answers", async () => {
    const { client, clock } = scripted(() => () => new Promise(() => {}));
    expect(isApiError(await failureOf(client.waitMachine("app", "m", started)), "timeout")).toBe(
      true,
    );
    expect(clock.now()).toBeLessThan(330_000);
  });

  it("believes the machine itself when the wait did not tell", async () => {
    const { client } = scripted(({ url }) =>
      url.pathname.endsWith("/wait") ? refusal(500, "x") : json(200, aMachine({ version: "v2" })),
    );
    await client.waitMachine("app", "m", { ...started, version: "v2" });
    const other = await failureOf(client.waitMachine("app", "m", { ...started, version: "v3" }));
    expect(isApiError(other, "timeout")).toBe(true);
  });

  it("stops at once when it is cancelled", async () => {
    const cancel = new AbortController();
    const { run } = slowly(() => notYet("starting"));
    const waiting = failureOf(
      run.client.waitMachine("app", "m", { ...started, version: "v1" }, cancel.signal),
    );
    await run.clock.sleep(1_500);
    cancel.abort(new Error("stop"));
    expect(String(await waiting)).toContain("cancelled");
    expect(run.clock.now()).toBe(1_500);
  });
});
