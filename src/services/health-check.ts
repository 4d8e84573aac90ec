/**
 * Machine checks with the timing every silo uses. Fly never restarts a machine over them: they
 * are what `start --wait` and the status read.
 */

import type { FlyCheck } from "#wire/fly.ts";

export const timing = { interval: "10s", timeout: "5s", grace_period: "30s" } as const;

export const httpCheck = (port: number, path: string): FlyCheck => ({
  type: "http",
  port,
  method: "GET",
  path,
  ...timing,
});

export const tcpCheck = (port: number): FlyCheck => ({ type: "tcp", port, ...timing });
