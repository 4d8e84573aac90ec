/**
 * How long things take, as one table: the emulator sleeps by it and a benchmark computes the
 * critical path from it. The figures of `fly` are assumptions (facts/performance.md 4.3).
 */

import type { FlyMachineConfig } from "#wire/fly.ts";

/** Milliseconds throughout. */
export interface LatencyModel {
  /** From the arrival of a call to its answer, by the name of the route. */
  callMs(action: string): number;
  pullMs(image: string): number;
  /** From a boot to the first listening port. */
  initMs(image: string, first: boolean): number;
  readonly bootMs: number;
  readonly resumeMs: number;
  readonly stopMs: number;
  readonly crashMs: number;
  readonly destroyMs: number;
  readonly volumeMs: number;
  readonly snapshotMs: number;
  /** A machine is not readable by id for so long after its creation. */
  readonly visibleMs: number;
  /** New secrets reach machine creation so late. */
  readonly secretsMs: number;
  /** A destroyed machine is still readable for so long. */
  readonly goneMs: number;
  readonly orgListLagMs: number;
  /** Whether checks run only at their interval, or at every look. */
  readonly checkTicks: boolean;
}

export const noLatency: LatencyModel = {
  callMs: () => 0,
  pullMs: () => 0,
  initMs: () => 0,
  bootMs: 0,
  resumeMs: 0,
  stopMs: 0,
  crashMs: 0,
  destroyMs: 0,
  volumeMs: 0,
  snapshotMs: 0,
  visibleMs: 0,
  secretsMs: 0,
  goneMs: 0,
  orgListLagMs: 0,
  checkTicks: false,
};

export const flyLatency: LatencyModel = {
  callMs: (action) => flyCallMs[action] ?? 50,
  pullMs: (image) => stepsOf(image).pull,
  initMs: (image, first) => (first ? stepsOf(image).init : stepsOf(image).laterInit),
  bootMs: 500,
  resumeMs: 300,
  stopMs: 1_000,
  crashMs: 500,
  destroyMs: 500,
  volumeMs: 300,
  snapshotMs: 2_000,
  visibleMs: 200,
  secretsMs: 200,
  goneMs: 2_000,
  orgListLagMs: 1_500,
  checkTicks: true,
};

/** Calls that write; everything else reads and takes 50 ms. */
const flyCallMs: Readonly<Record<string, number>> = {
  "app-create": 1_000,
  "app-delete": 1_000,
  "ip-assign": 500,
  "ip-release": 500,
  "secrets-update": 500,
  "secret-set": 500,
  "secret-delete": 500,
  "volume-create": 1_500,
  "volume-update": 200,
  "volume-extend": 500,
  "volume-delete": 300,
  "snapshot-create": 300,
  "machine-create": 1_500,
  "machine-update": 500,
  "machine-delete": 300,
  "machine-start": 100,
  "machine-stop": 100,
  "machine-suspend": 100,
  "machine-restart": 100,
  "machine-signal": 100,
  "machine-exec": 300,
};

interface ImageSteps {
  readonly pull: number;
  readonly init: number;
  readonly laterInit: number;
}

const unknownImage: ImageSteps = { pull: 10_000, init: 2_000, laterInit: 1_000 };

const imageSteps: Readonly<Record<string, ImageSteps>> = {
  "supabase/postgres": { pull: 30_000, init: 12_000, laterInit: 2_000 },
  "postgrest/postgrest": { pull: 5_000, init: 1_000, laterInit: 1_000 },
  "supabase/gotrue": { pull: 8_000, init: 5_000, laterInit: 1_000 },
  kong: { pull: 8_000, init: 3_000, laterInit: 1_000 },
  "supabase/storage-api": { pull: 15_000, init: 6_000, laterInit: 1_000 },
  "supabase/studio": { pull: 20_000, init: 5_000, laterInit: 1_000 },
  "supabase/postgres-meta": { pull: 8_000, init: 1_000, laterInit: 1_000 },
};

function stepsOf(image: string): ImageSteps {
  return imageSteps[imageRepository(image)] ?? unknownImage;
}

/** `docker.io/library/kong:3.4.2@sha256:…` is the repository `kong`. */
export function imageRepository(image: string): string {
  const path = image.split("@")[0] ?? image;
  const colon = path.lastIndexOf(":");
  const untagged = colon > path.lastIndexOf("/") ? path.slice(0, colon) : path;
  return untagged
    .replace(/^(docker\.io|docker-hub-mirror\.fly\.io)\//, "")
    .replace(/^library\//, "");
}

/** The images of a machine are pulled side by side: the slowest one counts. */
export function machinePullMs(model: LatencyModel, config: FlyMachineConfig): number {
  return Math.max(...imagesOf(config).map((image) => model.pullMs(image)));
}

export function machineInitMs(
  model: LatencyModel,
  config: FlyMachineConfig,
  first: boolean,
): number {
  return Math.max(...imagesOf(config).map((image) => model.initMs(image, first)));
}

/**
 * From a boot to the first check that can pass: checks run at every interval from the boot. The
 * model's arithmetic for benchmarks; the emulator itself goes by the clock.
 * @internal
 */
export function firstPassMs(initMs: number, intervalMs: number): number {
  return Math.max(1, Math.ceil(initMs / intervalMs)) * intervalMs;
}

export function imagesOf(config: FlyMachineConfig): readonly string[] {
  const containers = config.containers ?? [];
  return containers.length === 0 ? [config.image] : containers.map(({ image }) => image);
}
