/** Netlify's API as far as a silo needs it, and the frontends it builds, without a socket. */

import type { Fetch } from "#world/effects.ts";
import { createFaults } from "../faults.ts";
import type { LoggedRequest } from "../fly/emulator.ts";
import { type IncomingRequest, readIncoming, unlessAborted } from "../incoming.ts";
import { Seeded } from "../seeded.ts";
import { addSite } from "./add-site.ts";
import { type ApiParts, answerApi } from "./api.ts";
import type { Reply } from "./call.ts";
import type { NetlifyCloud } from "./cloud.ts";
import { netlifyTimes, noTimes } from "./deploy-times.ts";
import type { VariableRow } from "./entities.ts";
import { answerFrontend } from "./frontend.ts";
import { objectId } from "./ids.ts";
import { buildLimits, callLimit } from "./limits.ts";
import type { NetlifyEmulatorOptions, SiteOption, TeamOption } from "./options.ts";
import { settle } from "./settle.ts";
import { NetlifyStore, type SavedNetlify } from "./store.ts";
import { createTokens } from "./tokens.ts";
import { createTypedFaults } from "./typed-faults.ts";

export type { NetlifyEmulatorOptions };

export interface NetlifyEmulator {
  /** The API: `/api/v1/…` on any host. Rejects when a fault breaks the connection. */
  readonly fetch: Fetch;
  /** The built frontends: each answers with the variables it was built with. */
  readonly proxy: Fetch;
  /** Oldest first. No header and no body is kept. */
  readonly requests: readonly LoggedRequest[];
  readonly control: {
    addTeam(team: TeamOption): void;
    /** To a team that is there. */
    addSite(team: string, site: SiteOption): void;
    /** Variables of a site, or those of the whole team. For looking only. */
    variables(team: string, site?: string): readonly Readonly<VariableRow>[];
    /** What the newest finished build of a branch saw. */
    builtWith(site: string, branch: string): Readonly<Record<string, string>> | undefined;
  };
  /** Everything, as JSON; holds the values of the variables. */
  save(): SavedNetlify;
}

export function createNetlifyEmulator(options: NetlifyEmulatorOptions): NetlifyEmulator {
  const { clock, seed = 1, state } = options;
  const cloud = createCloud(options);
  const parts: ApiParts = {
    cloud,
    readToken: createTokens(options.tokens),
    limit: callLimit(() => clock.now(), options.limits === "off"),
    typed: createTypedFaults(),
    nextFault: createFaults(options.faults ?? [], new Seeded(seed + 1)),
  };
  if (state) cloud.store.load(state);
  else for (const team of options.teams ?? []) addTeam(cloud, team);
  const requests: LoggedRequest[] = [];
  const requestIds = new Seeded(seed + 2);

  const serve = async (request: IncomingRequest): Promise<Response> => {
    const atMs = clock.now();
    let status = 0;
    let responseSize = 0;
    try {
      const reply = await answerApi(parts, request);
      const text = reply.body === undefined ? null : JSON.stringify(reply.body);
      status = reply.status;
      responseSize = text?.length ?? 0;
      return responseOf(reply, text, requestIds.hex(26));
    } finally {
      requests.push({
        method: request.method,
        path: request.path,
        query: request.query.toString(),
        status,
        atMs,
        durationMs: clock.now() - atMs,
        requestSize: request.bodyText.length,
        responseSize,
      });
    }
  };

  return {
    async fetch(input, init) {
      const request = await readIncoming(input, init);
      return unlessAborted(serve(request), request.signal);
    },
    async proxy(input, init) {
      return answerFrontend(cloud, new Request(input, init));
    },
    requests,
    control: {
      addTeam: (team) => addTeam(cloud, team),
      addSite: (team, site) => addSite(cloud, mustTeam(cloud, team).id, site),
      variables(team, site) {
        const owner = site === undefined ? mustTeam(cloud, team) : cloud.store.siteNamed(site);
        return owner?.variables ?? [];
      },
      builtWith(name, branch) {
        settle(cloud);
        const site = cloud.store.siteNamed(name);
        return site && cloud.store.published(site.id, branch)?.environment;
      },
    },
    save() {
      settle(cloud);
      return cloud.store.save({ random: cloud.ids.state, atMs: clock.now() });
    },
  };
}

function createCloud({
  clock,
  seed,
  latency,
  limits,
  state,
  makesSites = false,
}: NetlifyEmulatorOptions): NetlifyCloud {
  return {
    clock,
    ids: new Seeded(state?.random ?? seed ?? 1),
    store: new NetlifyStore(),
    times: latency === "netlify" ? netlifyTimes : noTimes,
    builds: buildLimits(() => clock.now(), limits === "off"),
    makesSites,
  };
}

function addTeam(cloud: NetlifyCloud, { slug, plan = "free", sites = [] }: TeamOption): void {
  if (cloud.store.team(slug)) throw new Error(`Team ${slug} is there already`);
  const id = objectId(cloud.ids);
  const createdMs = cloud.clock.now();
  cloud.store.teams.set(id, { id, slug, name: slug, plan, createdMs, variables: [] });
  for (const site of sites) addSite(cloud, id, site);
}

function mustTeam({ store }: NetlifyCloud, slug: string) {
  const team = store.team(slug);
  if (team === undefined) throw new Error(`There is no team ${slug}`);
  return team;
}

function responseOf(reply: Reply, text: string | null, requestId: string): Response {
  const headers = {
    "x-nf-request-id": requestId,
    ...(text !== null && { "content-type": "application/json" }),
    ...reply.headers,
  };
  return new Response(text, { status: reply.status, headers });
}
