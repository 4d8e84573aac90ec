/** What Fly charges, as data with its date. Nothing here is read from Fly at run time. */

export const prices = {
  /** Month of https://fly.io/docs/about/pricing that the numbers were checked against. */
  asOf: "2026-08",
  currency: "USD",
  /** A month of a machine, in hours; billed by the second. */
  hoursPerMonth: 730,
  /** USD a month, before the region's markup (formula: superfly/flyio-price-calc-ex, 2024). */
  cpuMonth: { shared: 0.695, performance: 21 },
  memoryGbMonth: 5,
  /** USD per GB of provisioned volume, also while it is attached to nothing. */
  volumeGbMonth: 0.15,
  /** USD per GB of root file system of a stopped machine, for 30 days. */
  stoppedRootfsGb30Days: 0.15,
  dedicatedIpv4Month: 2,
  regionMarkup: {
    ams: 1.0385,
    arn: 1.0385,
    bom: 1.077,
    cdg: 1.1346,
    dfw: 1.25,
    ewr: 1,
    fra: 1.1538,
    gru: 1.615,
    iad: 1,
    jnb: 1.3029,
    lax: 1.1995,
    lhr: 1.1346,
    nrt: 1.3077,
    ord: 1.25,
    sin: 1.269,
    sjc: 1.1923,
    syd: 1.269,
    yyz: 1.1154,
  },
} as const;

/** A region that is not in the list is priced as the dearest one, so that no budget is overrun. */
export function regionMarkup(region: string): number {
  const markups: Readonly<Record<string, number>> = prices.regionMarkup;
  return markups[region] ?? Math.max(...Object.values(markups));
}
