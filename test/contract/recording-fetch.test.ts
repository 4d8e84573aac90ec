import { expect, it } from "vitest";
import type { Fetch } from "#world/effects.ts";
import type { Contract, Exchange } from "../support/openapi-contract.ts";
import { recordingFetch } from "../support/recording-fetch.ts";

/** Keeps what it is shown and finds one violation in every answer of 500. */
function aContract() {
  const exchanges: Exchange[] = [];
  const contract: Contract = {
    validateExchange(exchange) {
      exchanges.push(exchange);
      return exchange.status === 500 ? ["the API broke"] : [];
    },
  };
  return { contract, exchanges };
}

const echo: Fetch = async (input, init) => new Response(await new Request(input, init).text());

it("shows the contract both bodies and leaves them readable", async () => {
  const { contract, exchanges } = aContract();
  const recording = recordingFetch(echo, contract);
  const body = JSON.stringify({ a: 1 });
  const url = "https://api.test/v1/x?y=1";

  for (const call of [
    () => recording.fetch(url, { method: "POST", body }),
    () => recording.fetch(new Request(url, { method: "POST", body })),
  ]) {
    const response = await call();
    expect(await response.json()).toEqual({ a: 1 });
    expect(exchanges.at(-1)).toMatchObject({
      method: "POST",
      url,
      requestBody: { a: 1 },
      responseBody: { a: 1 },
      status: 200,
    });
  }
  expect(recording.count()).toBe(2);
});

it("tells empty bodies and plain text from JSON", async () => {
  const { contract, exchanges } = aContract();
  const answers = [new Response(null, { status: 204 }), new Response("busy", { status: 503 })];
  const recording = recordingFetch(async () => answers.shift() ?? Response.error(), contract);

  await recording.fetch("https://api.test/a");
  await recording.fetch("https://api.test/b");
  expect(exchanges.map((exchange) => exchange.responseBody)).toEqual([undefined, "busy"]);
  expect(exchanges.map((exchange) => exchange.requestBody)).toEqual([undefined, undefined]);
});

it("collects each violation once, and none without a contract", async () => {
  const { contract } = aContract();
  const broken: Fetch = async () => new Response("", { status: 500 });
  const recording = recordingFetch(broken, contract);
  await recording.fetch("https://api.test/a");
  await recording.fetch("https://api.test/b");
  expect(recording.violations()).toEqual(["the API broke"]);

  const unchecked = recordingFetch(broken, undefined);
  await unchecked.fetch("https://api.test/a");
  expect(unchecked.violations()).toEqual([]);
  expect(unchecked.count()).toBe(0);
});
