/**
 * Addresses that are not wanted (any more), private ones on a network that is not the silo's, and the
 * spare one of a pair made by accident.
 */

import { eachService, type StepRule, serviceStep } from "./build-step.ts";
import { ipTypeOf, isInPlace } from "./ip-assign.ts";

export const ipRelease: StepRule = (situation) =>
  eachService(situation)
    .filter(({ wanted, seen }) => wanted.enabled && seen.ownership.kind === "ours")
    .flatMap(({ wanted, seen }) => {
      const kept = new Set<string>();
      const surplus = [...(seen.ips ?? [])]
        .sort((a, b) => ((a.created_at ?? "") + a.ip < (b.created_at ?? "") + b.ip ? -1 : 1))
        .filter((ip) => {
          const type = ipTypeOf(ip);
          if (!isInPlace(wanted, ip) || kept.has(type) || !wanted.ips.includes(type)) return true;
          kept.add(type);
          return false;
        });
      return surplus.map(({ ip }) =>
        serviceStep(situation, wanted.name, `ip-release-${ip}`, {
          effect: "destroy",
          text: `Release address ${ip} of ${wanted.app}`,
          run: ({ fly }) => fly.releaseIp(wanted.app, ip),
        }),
      );
    });
