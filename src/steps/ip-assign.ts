/** Addresses. No name protects them: a second call makes a second address, so look twice. */

import type { DesiredService } from "#state/desire.ts";
import { emptyAgainst } from "#state/sure-lists.ts";
import type { FlyIp, FlyIpType } from "#wire/fly.ts";
import { eachService, type StepRule, serviceKey, serviceStep } from "./build-step.ts";
import { createOnce } from "./create-once.ts";
import type { StepWorld } from "./types.ts";

export const ipAssign: StepRule = (situation) =>
  eachService(situation).flatMap(({ wanted, seen }) => {
    // A shallow look says nothing about addresses.
    if (!wanted.enabled || !seen.ips) return [];
    const present = seen.ips.filter((ip) => isInPlace(wanted, ip)).map(ipTypeOf);
    return wanted.ips
      .filter((type) => !present.includes(type))
      .map((type) =>
        serviceStep(situation, wanted.name, `ip-assign-${type}`, {
          effect: "create",
          text: `Assign ${ipTexts[type]} to ${wanted.app}`,
          after: [serviceKey(situation.silo.slug, wanted.name, "app-create")],
          run: (world) => ensureIp(world, wanted, type),
        }),
      );
  });

const ipTexts: Record<FlyIpType, string> = {
  v4: "a dedicated IPv4 ($2.00 a month)",
  v6: "a public IPv6",
  shared_v4: "a shared IPv4",
  private_v6: "a private address on the silo's network",
};

/** The list names no type: it is told by the address itself. */
export function ipTypeOf({ ip, shared }: FlyIp): FlyIpType {
  if (ip.startsWith("fdaa:")) return "private_v6";
  if (ip.includes(":")) return "v6";
  return shared ? "shared_v4" : "v4";
}

/** A private address on another network than the silo's opens the service to whoever is on that one. */
export function isInPlace(wanted: DesiredService, ip: FlyIp): boolean {
  if (ipTypeOf(ip) !== "private_v6") return true;
  // The list may leave the network out, and then there is nothing to compare.
  return ip.network?.name === undefined || ip.network.name === wanted.network;
}

async function ensureIp(world: StepWorld, wanted: DesiredService, type: FlyIpType): Promise<void> {
  const { fly, clock, signal, facts } = world;
  const list = async () => {
    const all = (await fly.listIps(wanted.app)) ?? [];
    return all.filter((ip) => ipTypeOf(ip) === type && isInPlace(wanted, ip));
  };
  await createOnce({
    clock,
    signal,
    isNewPlace: facts.newApps.has(wanted.app),
    look: async () => (await list())[0],
    second: {
      list,
      isSame: (a, b) => a.ip === b.ip,
      takeBack: ({ ip }) => fly.releaseIp(wanted.app, ip),
      unlisted: () => emptyAgainst(wanted.app, "addresses", "one was just assigned"),
    },
    create: () =>
      fly.assignIp(
        wanted.app,
        type === "private_v6" ? { type, network: wanted.network } : { type },
      ),
  });
}
