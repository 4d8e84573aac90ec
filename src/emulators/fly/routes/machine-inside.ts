import { type Call, integer, ok, type Reply, text } from "../call.ts";
import type { Cloud } from "../cloud.ts";
import { ApiProblem, invalid } from "../errors.ts";
import type { RunningGuest } from "../guests.ts";
import { machineOf } from "../lookups.ts";
import { currentConfig } from "../machine-config.ts";
import type { Route } from "../router.ts";

const path = "/v1/apps/:app/machines/:machine";

export const machineInsideRoutes: readonly Route[] = [
  { method: "POST", path: `${path}/exec`, action: "machine-exec", access: "write", run: exec },
  { method: "GET", path: `${path}/ps`, action: "machine-ps", access: "read", run: listProcesses },
];

/** 200 even when the command fails: `exit_code` says so. */
async function exec(call: Call, cloud: Cloud): Promise<Reply> {
  const guest = guestOf(call, cloud);
  const { command } = call.body;
  const words = Array.isArray(command) ? command : (text(call.body, "cmd") ?? "").split(/\s+/);
  if (words.length === 0 || words.some((word) => typeof word !== "string") || words[0] === "") {
    throw invalid("command is required");
  }
  const [stdin, timeout, container] = [
    text(call.body, "stdin"),
    integer(call.body, "timeout"),
    text(call.body, "container"),
  ];
  const result = await cloud.holdTime(
    guest.workload.exec(guest.machine, {
      command: words.map(String),
      ...(stdin !== undefined && { stdin }),
      ...(timeout !== undefined && { timeout }),
      ...(container !== undefined && { container }),
    }),
  );
  return ok(result);
}

function listProcesses(call: Call, cloud: Cloud): Reply {
  const { machine } = guestOf(call, cloud);
  const { ports } = machineOf(call, cloud);
  return ok(
    machine.containers.map(({ image, command }, index) => ({
      pid: 300 + index,
      command: command?.join(" ") ?? image,
      directory: "/",
      cpu: 0,
      rss: 64 * 1024 ** 2,
      rtime: 0,
      stime: 0,
      listen_sockets:
        index === 0 ? ports.map((port) => ({ proto: "tcp", address: `[::]:${port}` })) : [],
    })),
  );
}

function guestOf(call: Call, cloud: Cloud): RunningGuest {
  const row = machineOf(call, cloud);
  const guest = cloud.guests.of(row);
  if (row.state !== "started" || !guest) {
    throw new ApiProblem(
      412,
      `failed_precondition: machine is not running, currently ${row.state}`,
    );
  }
  const container = text(call.body, "container");
  const names = currentConfig(row).containers?.map(({ name }) => name) ?? [];
  if (container !== undefined && !names.includes(container)) {
    throw invalid(`container "${container}" not found`);
  }
  return guest;
}
