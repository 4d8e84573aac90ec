import { expect, onTestFinished } from "vitest";
import { createFlyEmulator, type FlyEmulator } from "#emulators/fly/emulator.ts";
import type { FlyEmulatorOptions } from "#emulators/fly/options.ts";
import { VirtualClock } from "#emulators/virtual-clock.ts";
import type { FlyMachine, FlyVolume } from "#wire/fly.ts";
import { flyContract } from "../../support/fly-contract.ts";
import { recordingFetch } from "../../support/recording-fetch.ts";
import { type AWorkload, aWorkload } from "./a-workload.ts";

export interface Answer<T = unknown> {
  readonly status: number;
  readonly body: T;
  readonly headers: Headers;
}

export interface AFly {
  readonly emulator: FlyEmulator;
  readonly clock: VirtualClock;
  readonly inside: AWorkload;
  /** Path below `/v1`. Every exchange is held to Fly's OpenAPI document. */
  call<T = Record<string, unknown>>(
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<Answer<T>>;
  /** The same without the document: for requests that it does not allow. */
  raw: AFly["call"];
  app(name: string, more?: { network?: string; org?: string }): Promise<void>;
  machine(app: string, more?: Record<string, unknown>): Promise<FlyMachine>;
  volume(app: string, more?: Record<string, unknown>): Promise<FlyVolume>;
  get(app: string, id: string): Promise<FlyMachine>;
}

/** An emulated cloud whose limits are off unless the test is about them. */
export function aFly(options: Partial<FlyEmulatorOptions> = {}): AFly {
  const clock = new VirtualClock();
  const inside = aWorkload();
  const emulator = createFlyEmulator({
    clock,
    limits: "off",
    workloadFor: () => inside.workload,
    ...options,
  });
  const recording = recordingFetch(emulator.fetch, flyContract);
  onTestFinished(() => expect(recording.violations()).toEqual([]));
  const callWith =
    (fetch: typeof emulator.fetch): AFly["call"] =>
    async (method, path, body, headers = {}) => {
      const response = await fetch(`http://fly.local/v1${path}`, {
        method,
        headers: { authorization: "Bearer any", ...headers },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      const parsed = text === "" ? undefined : JSON.parse(text);
      return { status: response.status, body: parsed, headers: response.headers };
    };
  const call = callWith(recording.fetch);
  const must = async <T>(answer: Promise<Answer<T>>): Promise<T> => {
    const { status, body } = await answer;
    if (status >= 300) throw new Error(`${status} ${JSON.stringify(body)}`);
    return body;
  };
  return {
    emulator,
    clock,
    inside,
    call,
    raw: callWith(emulator.fetch),
    async app(name, { network, org = "acme" } = {}) {
      await must(call("POST", "/apps", { name, org_slug: org, ...(network && { network }) }));
    },
    machine: (app, { config, ...more } = {}) =>
      must(
        call<FlyMachine>("POST", `/apps/${app}/machines`, {
          name: "main",
          region: "yyz",
          config: aConfig(config as Record<string, unknown>),
          ...more,
        }),
      ),
    volume: (app, more = {}) =>
      must(
        call<FlyVolume>("POST", `/apps/${app}/volumes`, {
          name: "data",
          region: "yyz",
          size_gb: 10,
          ...more,
        }),
      ),
    get: (app, id) => must(call<FlyMachine>("GET", `/apps/${app}/machines/${id}`)),
  };
}

export function aConfig(more: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    image: "registry.example/app:1",
    guest: { cpu_kind: "shared", cpus: 1, memory_mb: 256 },
    ...more,
  };
}

export const aWebService = (more: Record<string, unknown> = {}) => ({
  protocol: "tcp",
  internal_port: 8080,
  autostop: "off",
  autostart: false,
  ports: [
    { port: 80, handlers: ["http"], force_https: true },
    { port: 443, handlers: ["tls", "http"] },
  ],
  ...more,
});
