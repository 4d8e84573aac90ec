import { Refused } from "#silo/errors.ts";
import { render } from "./render.ts";
import { readSpecs } from "./specs.ts";
import type { RunCommand } from "./types.ts";

export const run: RunCommand = async (context) => {
  const { operands, options, files, output } = context;
  if (operands.length !== 1) {
    throw new Refused("Name one silo", { exitCode: 2, fix: "silo render acme-erp --out rendered" });
  }
  const [silo] = readSpecs(context).selected;
  if (!silo) throw new Error("One silo was chosen");
  const rendered = Object.entries(render(silo));
  const out = options.value("out");
  if (options.format === "json") {
    output.write(`${JSON.stringify(Object.fromEntries(rendered), null, 2)}\n`);
  } else if (out === undefined) {
    for (const [path, text] of rendered) output.write(`# ---- ${path}\n${text}\n`);
  }
  if (out !== undefined) {
    for (const [path, text] of rendered) files.write(`${out}/${path}`, text);
    output.note(`${rendered.length} files in ${out}\n`);
  }
  return 0;
};
