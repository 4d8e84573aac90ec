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
  let last = 0;
  /** Something may be there that no run has seen: the drift at the end must find it. */
  let hasUnseen = false;
  const violate = (text: string) => void violations.add(text);
  /** What is secret → what it is. */
  const secrets = new Map<string, string>();
  const generations = new Map<string, number>();
  const withData = new Map<string, string>();
  const destroyed = new Set<string>();
  /** Stopped by somebody, and nothing was asked for since that starts it. */
  const asleep = new Set<string>();

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

  /** What no name protects is there once when a run says that it is done. */
  const twins = (slug: string, rows: Rows) => {
    const volumes = appsOf(rows.volumes, slug, ({ app }) => app).filter(isThere);
    const addresses = appsOf(rows.apps, slug, ({ name }) => name).flatMap(({ name, ips }) =>
      ips.map(({ type }) => `${name} ${type} address`),
    );
    const all = [...volumes.map(({ app, name }) => `${app} ${name} volume`), ...addresses];
    for (const [what, same] of Map.groupBy(all, (text) => text)) {
      if (same.length > 1) violate(`${what}: ${same.length} of it`);
    }
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
    if (isQuiet(event) && asleep.has(slug) && machines.some(({ state }) => state === "started")) {
      violate(`${slug} was woken by ${JSON.stringify(event)}`);
    }
    if (mayHaveUnseen(event)) hasUnseen = true;
    if (saysItIsDone(event) && last === 0 && !hasUnseen) twins(slug, rows);
    const kong = machines.find(({ app }) => app.endsWith("-kong"));
    const metadata = kong && metadataOf(kong);
    const isAtRest = metadata?.silo_power === "stopped" && !metadata.silo_phase;
    if (!isAtRest || !["run", "turn"].includes(event.kind)) return;
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
    afterRun(line, { exitCode, stdout, stderr, calls, ms }) {
      last = exitCode;
      const text = stdout + stderr;
      if (text.includes("bug in silo-manager"))
        violate(`"${line}" found a bug: ${text.slice(0, 600)}`);
      if (calls.length > mostCalls) violate(`"${line}" made ${calls.length} calls`);
      if (ms > mostMs) violate(`"${line}" took ${Math.round(ms / 60_000)} minutes`);
      leaks(`the output of "${line}"`, text);
    },
    async afterEvent(event) {
      const wasRefused = last !== 0;
      if (event.kind === "run" && event.line.startsWith("destroy ")) {
        for (const slug of slugs) if (event.line.includes(slug)) destroyed.add(slug);
      }
      const rows = await rowsOf(cloud);
      for (const slug of slugs) {
        if (!isQuiet(event) && (!("slug" in event) || event.slug === slug)) asleep.delete(slug);
        await learn(slug, rows.machines);
        checkSilo(slug, rows, event);
        if (stops(event, slug) && !wasRefused) asleep.add(slug);
      }
      for (const [path, text] of cloud.github?.files(repository, "silo-status") ?? []) {
        leaks(path, text);
      }
    },
    async atEnd() {
      const rows = await rowsOf(cloud);
      const { machines } = rows;
      const now = cloud.clock.now();
      for (const { app, lease } of machines) {
        if (lease && lease.expiresMs > now) violate(`the lock of ${app} is held`);
      }
      for (const slug of slugs) {
        twins(slug, rows);
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

const saysItIsDone = (event: Event): boolean =>
  event.kind === "run" && event.line.startsWith("apply");

/** A call that a proxy sent twice, or that arrived after all, its sender cannot see. */
const mayHaveUnseen = (event: Event): boolean =>
  event.kind === "run" &&
  event.trouble.kind === "weather" &&
  event.trouble.strikes.some((strike) => strike === "twice" || strike === "late");

/** Nothing in it may start what somebody has stopped. */
const isQuiet = (event: Event): boolean =>
  event.kind === "wait" || (event.kind === "run" && /^(apply|plan|status|drift)/.test(event.line));

const stops = (event: Event, slug: string): boolean =>
  (event.kind === "run" && event.line.startsWith(`stop ${slug}`)) ||
  (event.kind === "turn" && event.lines[1].startsWith(`stop ${slug}`));

const isThere = ({ deletedMs }: VolumeRow): boolean => deletedMs === undefined;

/** Mounted by a machine that has run. */
const hasData = ({ attachedTo }: VolumeRow, machines: readonly MachineRow[]): boolean =>
  machines.some(({ id, initialised }) => id === attachedTo && initialised);
