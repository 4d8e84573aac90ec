/**
 * Fly's regions as of 2026-08 (fly.io/docs/reference/regions). The live list is asked when a
 * plan is made; this one lets a file be checked without the network.
 */

export interface KnownRegion {
  readonly code: string;
  readonly name: string;
  /** Where a silo goes when Fly takes nothing new here: the nearest region that is still open. */
  readonly successor?: string;
}

const open = (code: string, name: string): KnownRegion => ({ code, name });
const retired = (code: string, name: string, successor: string): KnownRegion => ({
  code,
  name,
  successor,
});

export const knownRegions: readonly KnownRegion[] = [
  open("ams", "Amsterdam, Netherlands"),
  open("arn", "Stockholm, Sweden"),
  open("bom", "Mumbai, India"),
  open("cdg", "Paris, France"),
  open("dfw", "Dallas, Texas (US)"),
  open("ewr", "Secaucus, New Jersey (US)"),
  open("fra", "Frankfurt, Germany"),
  open("gru", "São Paulo, Brazil"),
  open("iad", "Ashburn, Virginia (US)"),
  open("jnb", "Johannesburg, South Africa"),
  open("lax", "Los Angeles, California (US)"),
  open("lhr", "London, United Kingdom"),
  open("nrt", "Tokyo, Japan"),
  open("ord", "Chicago, Illinois (US)"),
  open("sin", "Singapore"),
  open("sjc", "San Jose, California (US)"),
  open("syd", "Sydney, Australia"),
  open("yyz", "Toronto, Canada"),
  retired("atl", "Atlanta, Georgia (US)", "iad"),
  retired("bog", "Bogotá, Colombia", "iad"),
  retired("bos", "Boston, Massachusetts (US)", "ewr"),
  retired("den", "Denver, Colorado (US)", "dfw"),
  retired("eze", "Ezeiza, Argentina", "gru"),
  retired("gdl", "Guadalajara, Mexico", "dfw"),
  retired("gig", "Rio de Janeiro, Brazil", "gru"),
  retired("hkg", "Hong Kong", "sin"),
  retired("mad", "Madrid, Spain", "cdg"),
  retired("mia", "Miami, Florida (US)", "iad"),
  retired("otp", "Bucharest, Romania", "fra"),
  retired("phx", "Phoenix, Arizona (US)", "lax"),
  retired("qro", "Querétaro, Mexico", "dfw"),
  retired("scl", "Santiago, Chile", "gru"),
  retired("sea", "Seattle, Washington (US)", "sjc"),
  // Never a region of Fly, but often written for San Francisco.
  retired("sfo", "San Francisco, California (US)", "sjc"),
  retired("waw", "Warsaw, Poland", "fra"),
  retired("yul", "Montreal, Canada", "yyz"),
];
