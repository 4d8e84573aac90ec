/** After the step, also when it was killed: its locks are let go, instead of ending by themselves. */

import { processSurroundings } from "#edge/surroundings.ts";
import { maskCredentials, variablesFrom } from "./credentials.ts";
import { leftLeases } from "./leases.ts";
import { toolkit } from "./toolkit.ts";

const left = leftLeases(toolkit);
if (left.length > 0) {
  maskCredentials(toolkit);
  const { connectFly } = processSurroundings({
    variable: variablesFrom(toolkit, process.env),
    makeFetch: async () => (await import("#edge/quick-fetch.ts")).createQuickFetch(),
    signal: AbortSignal.timeout(30_000),
  });
  const { fly } = await connectFly();
  for (const { app, machine, nonce } of left) {
    try {
      await fly.releaseLease(app, machine, nonce);
      toolkit.log(`The lock on ${app} was given back\n`);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      toolkit.annotate("notice", `The lock on ${app} ends by itself within 30 s: ${why}`);
    }
  }
}
