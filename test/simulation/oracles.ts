/** What must hold after every event of a story, and at its end. */

import type { MachineRow, VolumeRow } from "#emulators/fly/entities.ts";
import type { Cloud, Run } from "../support/a-cloud.ts";
import { derivedCredentials } from "../support/derived.ts";
import { appsOf, metadataOf, type Rows, repository, rowsOf, standing } from "./rows.ts";
import type { Event } from "./story.ts";

export interface Oracles {
  readonly violations: readonly string[];
  violate(text: string): void;
  afterRun(line: string, run: Run): void;
  afterEvent(event: Event): Promise<void>;
  atEnd(): Promise<void>;
}

const mostCalls = 6_000;
const mostMs = 3 * 3_600_000;

export function createOracles(cloud: Cloud, slugs: readonly string[]): Oracles {
  const violations = new Set<string>();
  const violate = (text: string) => void violations.add(text);
  /** What is secret → what it is. */
  const secrets = new Map<string, string>();
  const generations = new Map<string, number>();
  const withData = new Map<string, string>();
  const destroyed = new Set<string>();

  const leaks = (where: string, text: string) => {
    for (const [secret, what] of secrets) {
      if (text.includes(secret)) violate(`${what} is in ${where}`);
    }
  };

  const learn = async (slug: string, machines: readonly MachineRow[]) => {
    const kong = machines.find(({ app }) => app === `devenv-${slug}-kong`);
    if (!kong) return;
    const keys = await derivedCredentials(cloud, slug).catch(() => undefined);
    if (!keys) return;
    secrets.set(keys.serviceRoleKey.reveal(), `the service key of ${slug}`);
    secrets.set(keys.passwords.postgres.reveal(), `the database password of ${slug}`);
    secrets.set(keys.jwtSecret.reveal(), `the JWT secret of ${slug}`);
    secrets.set(keys.studioPassword.reveal(), `the Studio password of ${slug}`);
    secrets.set(keys.anonKey.reveal(), `the anon key of ${slug}`);
    const incarnation = metadataOf(kong).silo_incarnation ?? "";
    const before = generations.get(incarnation) ?? 0;
    if (keys.generation < before) violate(`the generation of ${slug} went back from ${before}`);
    generations.set(incarnation, keys.generation);
  };

  const checkSilo = (slug: string, rows: Rows, event: Event) => {
    const machines = appsOf(rows.machines, slug, ({ app }) => app);
    for (const [app, all] of Map.groupBy(machines, (machine) => machine.app)) {
      if (all.length > 1) violate(`${app} has ${all.length} machines`);
    }
    for (const volume of appsOf(rows.volumes, slug, ({ app }) => app)) {
      if (hasData(volume, machines)) withData.set(volume.id, slug);
      const isLost = volume.deletedMs !== undefined && withData.has(volume.id);
      if (isLost && !destroyed.has(slug)) violate(`the volume ${volume.id} of ${slug} is lost`);
    }
    const kong = machines.find(({ app }) => app.endsWith("-kong"));
    const metadata = kong && metadataOf(kong);
    const isAtRest = metadata?.silo_power === "stopped" && !metadata.silo_phase;
    if (!isAtRest || event.kind !== "run") return;
    const up = machines.filter(({ state }) => state === "started");
    if (up.length > 0)
      violate(`${slug} is stopped, and ${up.map(({ name }) => name).join()} is up`);
    const left = [...standing(cloud, slug).keys()];
    if (left.length > 0) violate(`${slug} is stopped, and GitHub still has ${left.join()}`);
  };

  return {
    get violations() {
      return [...violations];
    },
    violate,
    afterRun(line, { stdout, stderr, calls, ms }) {
      const text = stdout + stderr;
      if (text.includes("bug in silo-manager"))
        violate(`"${line}" found a bug: ${text.slice(-400)}`);
      if (calls.length > mostCalls) violate(`"${line}" made ${calls.length} calls`);
      if (ms > mostMs) violate(`"${line}" took ${Math.round(ms / 60_000)} minutes`);
      leaks(`the output of "${line}"`, text);
    },
    async afterEvent(event) {
      if (event.kind === "run" && event.line.startsWith("destroy ")) {
        for (const slug of slugs) if (event.line.includes(slug)) destroyed.add(slug);
      }
      const rows = await rowsOf(cloud);
      for (const slug of slugs) {
        await learn(slug, rows.machines);
        checkSilo(slug, rows, event);
      }
      for (const [path, text] of cloud.github?.files(repository, "silo-status") ?? []) {
        leaks(path, text);
      }
    },
    async atEnd() {
      const { machines, volumes } = await rowsOf(cloud);
      const now = cloud.clock.now();
      for (const { app, lease } of machines) {
        if (lease && lease.expiresMs > now) violate(`the lock of ${app} is held`);
      }
      for (const [place, all] of Map.groupBy(
        volumes.filter(isThere),
        ({ app, name }) => `${app} ${name}`,
      )) {
        if (all.length > 1) violate(`there are ${all.length} volumes ${place}`);
      }
      for (const slug of slugs) {
        const anon = [...standing(cloud, slug)].filter(([key]) => key.endsWith("_ANON_KEY"));
        const keys = await derivedCredentials(cloud, slug).catch(() => undefined);
        for (const [key, value] of anon) {
          if (value !== keys?.anonKey.reveal())
            violate(`${key} of ${slug} is not the one in force`);
        }
      }
      const inventory = await cloud.run("inventory --format json");
      if (inventory.exitCode !== 0) violate(`the inventory does not balance: ${inventory.stdout}`);
    },
  };
}

const isThere = ({ deletedMs }: VolumeRow): boolean => deletedMs === undefined;

/** Mounted by a machine that has run. */
const hasData = ({ attachedTo }: VolumeRow, machines: readonly MachineRow[]): boolean =>
  machines.some(({ id, initialised }) => id === attachedTo && initialised);
