/** `silo regions`: where a silo can be, live from Fly, with what the example size costs there. */

import { plainText } from "#silo/plain-text.ts";
import { regionMarkup } from "#silo/prices.ts";
import type { FlyRegion } from "#wire/fly.ts";
import type { RunCommand } from "./types.ts";

export const run: RunCommand = async ({ output, options, connectFly }) => {
  const { reads: fly } = await connectFly();
  const regions = [...(await fly.regions())]
    .filter(({ deprecated }) => !deprecated)
    .sort((a, b) => (a.code < b.code ? -1 : 1));
  output.write(
    options.format === "json"
      ? `${JSON.stringify(regions, null, 2)}\n`
      : regions.map((region) => `${regionLine(region)}\n`).join(""),
  );
  return 0;
};

function regionLine({ code, name }: FlyRegion): string {
  const percent = (regionMarkup(code) * 100).toFixed(0);
  return `${plainText(code)}  ${plainText(name).padEnd(32)} ${percent} % of the iad price`;
}
