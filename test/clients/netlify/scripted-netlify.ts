/** A Netlify client whose calls are answered by a script, on virtual time. */

import { expect, onTestFinished } from "vitest";
import { createNetlifyClient, type NetlifyClientOptions } from "#clients/netlify/client.ts";
import { VirtualClock } from "#emulators/virtual-clock.ts";
import { Secret } from "#silo/secret.ts";
import type { Fetch } from "#world/effects.ts";
import type { NetlifySite, NetlifyWrites } from "#world/netlify.ts";
import { netlifyContract } from "../../support/netlify-contract.ts";
import { recordingFetch } from "../../support/recording-fetch.ts";
import { type Asked, type Handler, json } from "../scripted-fetch.ts";

export interface ScriptedNetlify {
  readonly client: NetlifyWrites;
  readonly asked: Asked[];
  readonly clock: VirtualClock;
  /** `GET /sites?name=x`, below the base path. */
  calls(): readonly string[];
}

export const token = "nfp_test-token-0123456789";
export const site: NetlifySite = {
  id: "0d3a9d2f-6e8e-4b53-8b1f-2f0f5f1d9c11",
  name: "silo-acme-erp",
  accountId: "acme",
  url: "https://silo-acme-erp.netlify.app",
  productionBranch: "main",
};

/** Every request is held to Netlify's document, and names the site wherever there are variables. */
export function scriptedNetlify(
  handler: Handler,
  options: Partial<NetlifyClientOptions> = {},
): ScriptedNetlify {
  const clock = new VirtualClock(Date.UTC(2026, 10, 24, 12));
  const asked: Asked[] = [];
  const answer: Fetch = async (input, init) => {
    const call: Asked = {
      method: init?.method ?? "GET",
      url: new URL(String(input)),
      headers: new Headers(init?.headers),
      body: typeof init?.body === "string" ? JSON.parse(init.body) : undefined,
      at: clock.now(),
    };
    asked.push(call);
    if (call.url.pathname.includes("/env")) {
      expect(call.url.searchParams.get("site_id")).toBe(site.id);
      expect(JSON.stringify(call.body ?? "")).not.toContain("scopes");
    }
    let given = await handler(call, asked.length);
    if (typeof given === "function") given = await given();
    if (given instanceof Error) throw given;
    return given;
  };
  const recording = recordingFetch(answer, netlifyContract);
  onTestFinished(() => {
    // Scripted answers may be odd on purpose; what is asked may not.
    const found = recording.violations().filter((text) => !/: answer |status is not/.test(text));
    expect(found).toEqual([]);
  });
  const client = createNetlifyClient({
    fetch: recording.fetch,
    clock,
    token: new Secret(token),
    ...options,
  });
  const calls = () =>
    asked.map(({ method, url }) => {
      const query = new URLSearchParams(url.searchParams);
      query.delete("site_id");
      const rest = query.size === 0 ? "" : `?${query}`;
      return `${method} ${url.pathname.replace("/api/v1", "")}${rest}`;
    });
  return { client, asked, clock, calls };
}

export const refused = (status: number, message: string, headers: Record<string, string> = {}) =>
  json(status, { code: status, message }, headers);

export function aVariable(
  values: readonly (readonly [context: string, value: string, branch?: string])[],
  more: Record<string, unknown> = {},
): Record<string, unknown> {
  return {
    key: "VITE_SUPABASE_ANON_KEY",
    scopes: ["builds", "post_processing"],
    is_secret: false,
    values: values.map(([context, value, branch], index) => ({
      id: `value-${index}`,
      context,
      value,
      ...(branch !== undefined && { context_parameter: branch }),
    })),
    ...more,
  };
}

export function aDeploy(changes: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    id: "deploy-1",
    build_id: "build-1",
    state: "ready",
    branch: "prod",
    context: "branch-deploy",
    title: "new keys",
    url: "http://silo-acme-erp.netlify.app",
    ssl_url: site.url,
    deploy_ssl_url: "https://prod--silo-acme-erp.netlify.app",
    error_message: null,
    ...changes,
  };
}
