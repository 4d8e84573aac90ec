import type { GuestMachine, Neighbourhood, Workload } from "#emulators/workload.ts";

/** Says what a machine would: enough to see from the outside what the cloud does with it. */
export interface AWorkload {
  readonly workload: Workload;
  readonly boots: GuestMachine[];
  /** Who had written to the volume before each boot. */
  readonly found: (string | undefined)[];
  readonly stops: string[];
  readonly discarded: string[];
  /** Machines of an app here end with this code as soon as they boot. */
  readonly crashing: Map<string, number>;
  /** Machines of an app here fail their checks. */
  readonly unhealthy: Set<string>;
  /** How the machines saw each other at the last boot. */
  others: Neighbourhood | undefined;
}

export function aWorkload(): AWorkload {
  const seen: AWorkload = {
    boots: [],
    found: [],
    stops: [],
    discarded: [],
    crashing: new Map(),
    unhealthy: new Set(),
    others: undefined,
    workload: {
      name: "trivial",
      async boot(machine, others) {
        seen.boots.push(machine);
        seen.found.push(machine.volume?.data.get("written by"));
        seen.others = others;
        const exitCode = seen.crashing.get(machine.app);
        if (exitCode !== undefined) return { kind: "exits", exitCode, log: "gave up" };
        machine.volume?.data.set("written by", machine.id);
        return { kind: "listens", ports: [8080] };
      },
      async check(machine) {
        const passing = !seen.unhealthy.has(machine.app);
        return { passing, output: passing ? "fine" : "not fine" };
      },
      async respond(machine, _others, port, request) {
        const { pathname } = new URL(request.url);
        const text = `${machine.app}:${port}${pathname} ${await request.text()}`;
        return new Response(text, { status: pathname === "/missing" ? 404 : 200 });
      },
      async exec(_machine, { command, stdin = "" }) {
        if (command[0] === "false") return { exit_code: 1, stdout: "", stderr: "no\n" };
        return { exit_code: 0, stdout: `${command.join(" ")}${stdin}`, stderr: "" };
      },
      async stop(machine) {
        seen.stops.push(machine.id);
      },
      async discard(volumeId) {
        seen.discarded.push(volumeId);
      },
    },
  };
  return seen;
}
