/** `silo regions`: where a silo can be, live from Fly, with what the example size costs there. */

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
  const markup = regionMarkup(code);
  const price =
    markup === undefined ? "price unknown" : `${(markup * 100).toFixed(0)} % of the iad price`;
  return `${code}  ${name.padEnd(32)} ${price}`;
}
