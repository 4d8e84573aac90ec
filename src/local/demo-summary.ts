/** What the demo took, and what it left behind. */

import type { FlyEmulator } from "#emulators/fly/emulator.ts";
import type { Style } from "#render/style.ts";

export function demoSummary(
  times: readonly { title: string; ms: number; calls: number }[],
  left: string,
  totalMs: number,
  style: Style,
): string {
  const calls = times.reduce((sum, act) => sum + act.calls, 0);
  const rows = [...times, { title: "all", ms: totalMs, calls }].map(
    ({ title, ms, calls: count }) =>
      `  ${title.replace(/[:,].*$/, "").padEnd(44)} ${String(count).padStart(5)} ${seconds(ms)}`,
  );
  return [
    "",
    style.bold("What it took"),
    style.dim(`  ${"".padEnd(44)} calls      time`),
    ...rows,
    "",
    style.bold("What is left"),
    `  ${left}`,
    "",
  ].join("\n");
}

const seconds = (ms: number) => `${(ms / 1_000).toFixed(1).padStart(7)} s`;

/** Asked of the API itself, as anybody could. */
export async function leftOver({ fetch }: Pick<FlyEmulator, "fetch">, org: string) {
  const count = async (path: string, list: string) => {
    const headers = { authorization: "Bearer local" };
    const response = await fetch(`http://fly.local/v1/${path}`, { headers });
    const body: unknown = await response.json();
    const rows = body !== null && typeof body === "object" ? Reflect.get(body, list) : undefined;
    return Array.isArray(rows) ? rows.length : 0;
  };
  return [
    `${await count(`apps?org_slug=${org}`, "apps")} apps`,
    `${await count(`orgs/${org}/machines`, "machines")} machines`,
    `${await count(`orgs/${org}/volumes`, "volumes")} volumes`,
  ].join(", ");
}
