/** `silo move`: another region in the spec; the plan of that spec is what moves the silo. */

import { Refused } from "#silo/errors.ts";
import { placeIn } from "#spec/check-regions.ts";
import { isSource, readText } from "#spec/read-text.ts";
import { setRegion } from "#spec/set-region.ts";
import { readSpecs } from "./specs.ts";
import type { RunCommand } from "./types.ts";

export const run: RunCommand = async (context) => {
  const { operands, options, output, files } = context;
  const [name, to, ...others] = operands;
  if (!name || !to || others.length > 0) {
    throw new Refused("Name a silo and the region it is to move to", {
      exitCode: 2,
      fix: "silo move acme-erp ams",
    });
  }
  const { selected, config } = readSpecs({ ...context, operands: [name] });
  const [silo] = selected;
  const { problem } = placeIn(to, config.regions);
  if (problem) {
    throw new Refused(`Nothing can be moved to ${to}: ${problem.message}`, {
      exitCode: 2,
      fix: "`silo regions` lists those there are",
    });
  }
  const source = silo && readText(files, silo.file);
  if (!silo || !source || !isSource(source)) throw new Error(`${name} cannot be read again`);
  const { slug, file, spec } = silo;
  const from = spec.devenv.fly_region;
  if (from !== to) {
    const edit = setRegion(source.text, to);
    const place = `${file}:${edit.line}:${edit.column}`;
    if (edit.kind === "refused") {
      throw new Refused(`${place}: fly_region cannot be changed here without changing more`, {
        exitCode: 2,
        fix: `write fly_region: ${to} under devenv yourself`,
      });
    }
    files.write(file, edit.text);
  }
  const isChanged = from !== to;
  if (options.format === "json") {
    output.write(
      `${JSON.stringify({ silo: slug, file, from, to, changed: isChanged }, null, 2)}\n`,
    );
  } else if (isChanged) {
    output.write(
      `${file}: fly_region ${from} → ${to}\n` +
        `Nothing else has changed yet. \`silo plan ${slug}\` shows the move; an apply of it, or the merge of\n` +
        `this file, stops ${slug}, copies its volumes, compares, and starts it in ${to} under the same names.\n`,
    );
  } else {
    output.write(`${file}: fly_region is ${to} already\n`);
  }
  return 0;
};
