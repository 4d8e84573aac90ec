/** What counts as news of a silo, at the emulated GitHub. */

import { expect, test } from "vitest";
import { commitStatus } from "#commands/commit-status.ts";
import { VirtualClock } from "#emulators/virtual-clock.ts";
import type { SiloStatus } from "#silo/status.generated.ts";
import { absentSilo } from "#state/observe.ts";
import { statusOf } from "#state/status.ts";
import { aGitHub, repo } from "../contract/github-pair.ts";
import { aSilo } from "../support/a-silo.ts";

const branch = "silo-status";
const path = "silos/status/acme-erp.json";
const silo = aSilo();
const status = statusOf(silo, absentSilo({ silo, managerId: "default" }), {
  now: Date.UTC(2026, 10, 24),
});

function aBranch() {
  const { client, emulator } = aGitHub();
  const commit = async (changes: Partial<SiloStatus> = {}) => {
    const document = {
      silo,
      result: "done",
      status: { ...status, ...changes },
    } as const;
    await commitStatus(
      {
        github: client,
        repository: repo,
        branch,
        clock: new VirtualClock(),
        random: { bytes: (length) => new Uint8Array(length).fill(7) },
      },
      [document],
    );
    return client.getBranchHead(repo, branch);
  };
  return { commit, emulator };
}

const measuredKong = (uptime_seconds: number): Partial<SiloStatus> => {
  const { kong } = status.services;
  if (!kong) throw new Error("There is no kong");
  const measured = { ...kong, cpu_percent: uptime_seconds, memory_mb: 1, uptime_seconds };
  return {
    services: { ...status.services, kong: measured },
    idle: { ...status.idle, inactivity_seconds: uptime_seconds },
  };
};

test("what only was measured again is no news", async () => {
  const { commit } = aBranch();
  const first = await commit(measuredKong(5));
  expect(await commit(measuredKong(6))).toBe(first);
  expect(await commit()).toBe(first);
});

test("what happened is news", async () => {
  const { commit } = aBranch();
  const first = await commit();
  const second = await commit({ last_error: { at: null, message: "no room" } });
  expect(second).not.toBe(first);
  expect(await commit()).not.toBe(second);
});

test.each(["", "{", "null", '"x"', "[1]"])("a file that holds %j is written anew", async (text) => {
  const { commit, emulator } = aBranch();
  await commit();
  emulator.push(repo, branch, { [path]: text });
  await commit();
  const written = emulator.files(repo, branch)?.get(path) ?? "";
  expect(JSON.parse(written)).toEqual(JSON.parse(JSON.stringify(status)));
});
