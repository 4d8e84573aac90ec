/** Fleets of silos that all are as their specs want them, in the emulator, in virtual time. */

import type { SavedFly } from "#emulators/fly/store.ts";
import { keys } from "#silo/record.ts";
import type { Silo } from "#silo/silo.ts";
import { loadSilos } from "#spec/load-silos.ts";
import { desire } from "#state/desire.ts";
import type { Fetch } from "#world/effects.ts";
import { aCloud, type Cloud, type CloudOptions } from "../../test/support/a-cloud.ts";
import { memoryFiles } from "../../test/support/memory-files.ts";
import { specText } from "../../test/support/spec-text.ts";
import { type RecordedPlan, recordingReads } from "./recorded.ts";

const org = "acme";

export interface Fleet {
  plan(): Promise<FleetPlanRun>;
}

export interface FleetPlanRun {
  /** Of `plan --detailed-exitcode`: 0 when there is nothing to do. */
  readonly exitCode: number;
  /** As the client counts them, and as the cloud does. */
  readonly calls: number;
  readonly requests: number;
  readonly recorded: RecordedPlan;
}

/** Every silo made by `silo apply`. */
export async function appliedFleet(count: number): Promise<Fleet> {
  return fleetOn(await appliedCloud(count));
}

/** One silo made by `silo apply`, its rows copied under the other names: for large fleets. */
export async function copiedFleet(count: number): Promise<Fleet> {
  const original = await appliedCloud(1);
  const files = specFiles(count);
  return fleetOn(quickCloud({ files, state: copies(original.fly.save(), files) }));
}

async function appliedCloud(count: number): Promise<QuickCloud> {
  const cloud = quickCloud({ files: specFiles(count) });
  const { exitCode, stderr } = await cloud.run("apply --quiet");
  if (exitCode !== 0) throw new Error(`The fleet was not made: ${stderr}`);
  return cloud;
}

function fleetOn({ clock, files, fly, record, run }: QuickCloud): Fleet {
  return {
    async plan() {
      const before = fly.requests.length;
      const answers = record();
      const { exitCode, calls } = await run("plan --quiet --detailed-exitcode");
      return {
        exitCode,
        calls: calls.length,
        requests: fly.requests.length - before,
        recorded: { atMs: clock.now(), files: Object.fromEntries(files.content), answers },
      };
    },
  };
}

interface QuickCloud extends Cloud {
  /** From now on every answer is kept in what this gives. */
  record(): RecordedPlan["answers"];
}

/** Without latency and limits, and past the check of every exchange: only the work itself is left. */
function quickCloud(options: CloudOptions): QuickCloud {
  let fetch: Fetch = (input, init) => cloud.fly.fetch(input, init);
  const cloud = aCloud({
    ...options,
    limits: "off",
    wrap: () => (input, init) => fetch(input, init),
  });
  return {
    ...cloud,
    record() {
      const recording = recordingReads(cloud.fly.fetch);
      fetch = recording.fetch;
      return recording.answers;
    },
  };
}

const slugOf = (index: number) => `acme-app${index}`;

function specFiles(count: number): Readonly<Record<string, string>> {
  const names = Array.from({ length: count }, (_, index) => `app${index}`);
  return Object.fromEntries(
    names.map((app) => [`silos/acme-${app}.yml`, specText({ client: "acme", app, org })]),
  );
}

function copies(saved: SavedFly, files: Readonly<Record<string, string>>): SavedFly {
  const silos = loadedSilos(files, saved.atMs);
  const copied = silos.map((silo, index) => copyOf(saved, silo, index));
  return {
    ...saved,
    apps: copied.flatMap(({ apps }) => apps),
    machines: copied.flatMap(({ machines }) => machines),
    volumes: copied.flatMap(({ volumes }) => volumes),
  };
}

type Rows = Pick<SavedFly, "apps" | "machines" | "volumes">;

/** Names of the silo become the copy's, ids of machines and volumes become its own. */
function copyOf({ apps, machines, volumes }: SavedFly, silo: Silo, index: number): Rows {
  const text = JSON.stringify({ apps, machines, volumes })
    .replaceAll(new RegExp(`${slugOf(0)}(?=[^0-9])`, "g"), silo.slug)
    .replaceAll(/"(id|attachedTo|volume)":"(vol_)?([0-9a-z]{10,})"/g, `"$1":"$2$3x${index}"`);
  const rows = JSON.parse(text) as Rows & { machines: readonly MachineRow[] };
  const desired = desire(silo, 1);
  for (const machine of rows.machines) {
    // It is listed as started; that anything runs in it is not needed for lists.
    machine.startedMs = undefined;
    const { versions } = machine;
    for (const { config } of versions) {
      const { [keys.service]: service } = config.metadata;
      const wanted = Object.values(desired).find(({ name }) => name === service);
      if (!wanted) throw new Error(`The service ${service} is none`);
      config.metadata[keys.specDigest] = wanted.specDigest;
      config.metadata[keys.secretsDigest] = wanted.secretsDigest;
    }
  }
  return rows;
}

/** As far as it is touched here. */
interface MachineRow {
  startedMs: number | undefined;
  readonly versions: readonly { readonly config: { readonly metadata: Record<string, string> } }[];
}

function loadedSilos(files: Readonly<Record<string, string>>, now: number): readonly Silo[] {
  const { silos } = loadSilos(memoryFiles(files), {
    silosDir: "silos",
    configFile: "silo.config.yml",
    now,
    monthlyCost: () => 0,
  });
  return silos;
}
