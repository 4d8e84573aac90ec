import { type Call, ok, type Reply, text } from "../call.ts";
import type { Cloud } from "../cloud.ts";
import { invalid } from "../errors.ts";
import { machineToChange } from "../lookups.ts";
import { durationMs } from "../machine-config.ts";
import { migrateHost } from "../migration.ts";
import {
  isResting,
  killProcess,
  restartMachine,
  startMachine,
  stopMachine,
  suspendMachine,
} from "../power.ts";
import type { Route } from "../router.ts";

const path = "/v1/apps/:app/machines/:machine";

export const machinePowerRoutes: readonly Route[] = [
  { method: "POST", path: `${path}/start`, action: "machine-start", access: "write", run: start },
  { method: "POST", path: `${path}/stop`, action: "machine-stop", access: "write", run: stop },
  {
    method: "POST",
    path: `${path}/suspend`,
    action: "machine-suspend",
    access: "write",
    run: suspend,
  },
  {
    method: "POST",
    path: `${path}/restart`,
    action: "machine-restart",
    access: "write",
    run: restart,
  },
  {
    method: "POST",
    path: `${path}/signal`,
    action: "machine-signal",
    access: "write",
    run: signal,
  },
  {
    method: "POST",
    path: `${path}/cordon`,
    action: "machine-cordon",
    access: "write",
    run: cordon,
  },
  {
    method: "POST",
    path: `${path}/uncordon`,
    action: "machine-uncordon",
    access: "write",
    run: uncordon,
  },
];

const signals = [
  "SIGABRT",
  "SIGALRM",
  "SIGFPE",
  "SIGHUP",
  "SIGILL",
  "SIGINT",
  "SIGKILL",
  "SIGPIPE",
  "SIGQUIT",
  "SIGSEGV",
  "SIGTERM",
  "SIGTRAP",
  "SIGUSR1",
  "SIGUSR2",
];
const harmless = ["SIGHUP", "SIGUSR1", "SIGUSR2", "SIGALRM", "SIGPIPE", "SIGTRAP"];

function start(call: Call, cloud: Cloud): Reply {
  const row = machineToChange(call, cloud);
  const migrates = row.app.includes("fault-migrate") && isResting(row);
  if (migrates) migrateHost(row, cloud, call.at);
  const previous_state = startMachine(cloud, row, call.at);
  return ok({ previous_state, migrated: migrates, new_host: migrates ? row.host : "" });
}

function stop(call: Call, cloud: Cloud): Reply {
  const row = machineToChange(call, cloud);
  const name = text(call.body, "signal");
  if (name !== undefined && !signals.includes(name)) throw invalid(`signal "${name}" is unknown`);
  const timeout = text(call.body, "timeout");
  if (timeout !== undefined && durationMs(timeout) === undefined) {
    throw invalid(`timeout "${timeout}" is not a duration`);
  }
  stopMachine(cloud, row, call.at);
  return ok({ ok: true });
}

function suspend(call: Call, cloud: Cloud): Reply {
  suspendMachine(cloud, machineToChange(call, cloud), call.at);
  return ok({ ok: true });
}

function restart(call: Call, cloud: Cloud): Reply {
  restartMachine(cloud, machineToChange(call, cloud), call.at);
  return ok({ ok: true });
}

function signal(call: Call, cloud: Cloud): Reply {
  const row = machineToChange(call, cloud);
  const name = text(call.body, "signal") ?? "";
  if (!signals.includes(name)) throw invalid(`signal "${name}" is unknown`);
  if (!harmless.includes(name)) killProcess(cloud, row, call.at);
  return ok({ ok: true });
}

function cordon(call: Call, cloud: Cloud): Reply {
  return setCordoned(call, cloud, true);
}

function uncordon(call: Call, cloud: Cloud): Reply {
  return setCordoned(call, cloud, false);
}

function setCordoned(call: Call, cloud: Cloud, cordoned: boolean): Reply {
  const row = machineToChange(call, cloud);
  row.cordoned = cordoned;
  cloud.life.touch(row, call.at);
  return ok({ ok: true });
}
