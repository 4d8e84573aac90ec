/** `silo dashboard`: the dashboard as files for any web server, from what the last runs noted. */

import { readStatusTexts } from "#commands/read-statuses.ts";
import { readSpecs } from "#commands/specs.ts";
import type { RunCommand } from "#commands/types.ts";
import { Refused } from "#silo/errors.ts";
import { dashboardAssets } from "./assets.ts";
import { countText } from "./page/model/words.ts";
import { snapshotFiles } from "./snapshot.ts";

export const run: RunCommand = async (context) => {
  const { options, files, clock, output } = context;
  const out = options.value("out");
  if (out === undefined) {
    const fix = "silo dashboard --out _site";
    throw new Refused("Say where the page is to be written", { exitCode: 2, fix });
  }
  const specs = readSpecs(context);
  const { where, statuses } = await readStatusTexts(context, specs);
  const noted = specs.selected.map((silo, index) => ({
    silo,
    status: parsed(statuses[index]?.text),
  }));
  const data = snapshotFiles(noted, clock.now());
  for (const { path, text } of dashboardAssets("snapshot")) files.write(`${out}/${path}`, text);
  for (const [path, content] of data) files.write(`${out}/${path}`, `${JSON.stringify(content)}\n`);
  if (options.format === "json") {
    const paths = [...dashboardAssets("snapshot").map(({ path }) => path), ...data.keys()];
    output.write(
      `${JSON.stringify({ silos: noted.length, from: where, files: paths }, null, 2)}\n`,
    );
  } else if (!options.quiet) {
    const unknown = noted.filter(({ status }) => status === undefined).length;
    const rest = unknown === 0 ? "" : `; of ${unknown} nothing is noted there`;
    output.note(
      `${out}/index.html shows ${countText(noted.length, "silo")} from ${where}${rest}\n`,
    );
  }
  return 0;
};

/** What is no JSON is handed on as its text, which the page shows as unreadable. */
function parsed(text: string | undefined): unknown {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
