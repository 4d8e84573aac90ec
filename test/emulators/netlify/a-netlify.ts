import { expect, onTestFinished } from "vitest";
import {
  createNetlifyEmulator,
  type NetlifyEmulator,
  type NetlifyEmulatorOptions,
} from "#emulators/netlify/emulator.ts";
import { VirtualClock } from "#emulators/virtual-clock.ts";
import { netlifyContract } from "../../support/netlify-contract.ts";
import { recordingFetch } from "../../support/recording-fetch.ts";

export interface Answer<T = Record<string, unknown>> {
  readonly status: number;
  readonly body: T;
  readonly headers: Headers;
}

export interface ANetlify {
  readonly emulator: NetlifyEmulator;
  readonly clock: VirtualClock;
  /** Path below `/api/v1`. Every exchange is held to Netlify's document. */
  call<T = Record<string, unknown>>(
    method: string,
    path: string,
    body?: unknown,
    token?: string,
  ): Promise<Answer<T>>;
  /** The same without the document: for requests that it does not allow. */
  raw: ANetlify["call"];
  siteId(name?: string): Promise<string>;
  /** Path of the variables of a site. */
  env(more?: string, site?: string): Promise<string>;
  /** Orders a build; gives the id of its deploy. */
  build(query?: string, site?: string): Promise<string>;
  deploy(id: string, site?: string): Promise<Record<string, unknown>>;
}

export const site = "silo-acme-erp";

/** A free team `acme` with one site, whose limits are off unless the test is about them. */
export function aNetlify(options: Partial<NetlifyEmulatorOptions> = {}): ANetlify {
  const clock = new VirtualClock();
  const emulator = createNetlifyEmulator({
    clock,
    limits: "off",
    teams: [{ slug: "acme", sites: [{ name: site }] }],
    ...options,
  });
  const recording = recordingFetch(emulator.fetch, netlifyContract);
  onTestFinished(() => expect(recording.violations()).toEqual([]));
  const callWith =
    (fetch: typeof emulator.fetch): ANetlify["call"] =>
    async (method, path, body, token = "any") => {
      const response = await fetch(`http://netlify.local/api/v1${path}`, {
        method,
        headers: { authorization: `Bearer ${token}` },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      const parsed = text === "" ? undefined : JSON.parse(text);
      return { status: response.status, body: parsed, headers: response.headers };
    };
  const call = callWith(recording.fetch);
  const siteId = async (name = site) => {
    const { body } = await call<{ id: string; name: string }[]>("GET", `/sites?name=${name}`);
    const found = body.find((candidate) => candidate.name === name);
    if (!found) throw new Error(`No site ${name}`);
    return found.id;
  };
  return {
    emulator,
    clock,
    call,
    raw: callWith(emulator.fetch),
    siteId,
    async env(more = "", name = site) {
      return `/accounts/acme/env${more}?site_id=${await siteId(name)}`;
    },
    async build(query = "branch=prod", name = site) {
      const path = `/sites/${await siteId(name)}/builds?${query}`;
      const { status, body } = await call<{ deploy_id: string }>("POST", path);
      if (status !== 200) throw new Error(`${status} ${JSON.stringify(body)}`);
      return body.deploy_id;
    },
    async deploy(id, name = site) {
      return (await call("GET", `/sites/${await siteId(name)}/deploys/${id}`)).body;
    },
  };
}

export const ofBranch = (value: string, branch = "prod") => ({
  context: "branch",
  context_parameter: branch,
  value,
});

export interface Variable {
  readonly key: string;
  readonly scopes: readonly string[];
  readonly is_secret: boolean;
  readonly values: readonly {
    readonly id: string;
    readonly value: string;
    readonly context: string;
    readonly context_parameter?: string;
  }[];
}
