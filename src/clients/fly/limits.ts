/**
 * Every kind of call there is, with its rate limit. Documented (fly.io/docs/machines/api, 2026-08):
 * 1 request a second per action, burst 3, for each app or machine id that the request names; get
 * machine 5 a second, burst 10; app deletions 100 a minute in all. Paces are 2 % slower, so that
 * calls that travel at different speeds do not arrive too early.
 */

import type { Limit } from "../limiter.ts";

const usual: Limit = { perKey: { everyMs: 1_020, burst: 3 } };

const limits = {
  "app.create": usual,
  "app.delete": { ...usual, overall: { everyMs: 670, burst: 10 } },
  "app.get": usual,
  "app.list": usual,
  "event.list": usual,
  "ip.assign": usual,
  "ip.list": usual,
  "ip.release": usual,
  "lease.acquire": usual,
  "lease.get": usual,
  "lease.release": usual,
  "log.list": usual,
  "machine.create": usual,
  "machine.delete": usual,
  "machine.exec": usual,
  "machine.get": { perKey: { everyMs: 205, burst: 10 } },
  "machine.list": usual,
  "machine.start": usual,
  "machine.stop": usual,
  "machine.update": usual,
  "machine.wait": usual,
  "metadata.patch": usual,
  // No limit is documented.
  "metrics.query": { perKey: { everyMs: 100, burst: 20 } },
  "org.machines": usual,
  "org.volumes": usual,
  "region.list": usual,
  "secret.list": usual,
  "secret.set": usual,
  "snapshot.create": usual,
  "snapshot.list": usual,
  "token.current": usual,
  "volume.create": usual,
  "volume.delete": usual,
  "volume.extend": usual,
  "volume.list": usual,
} as const satisfies Record<string, Limit>;

export type FlyAction = keyof typeof limits;

export function limitOf(action: string): Limit {
  return action in limits ? limits[action as FlyAction] : usual;
}
