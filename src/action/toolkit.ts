/** The runner, by @actions/core: its commands, command files and job summary. */

import { writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  error,
  getInput,
  getState,
  notice,
  saveState,
  setOutput,
  setSecret,
  summary,
  warning,
} from "@actions/core";
import type { Runner } from "./runner.ts";

const annotations = { error, warning, notice };

export const toolkit: Runner = {
  input: (name) => getInput(name),
  mask: setSecret,
  output: setOutput,
  saveState,
  state: getState,
  annotate: (kind, message, { file, line, column, title } = {}) =>
    annotations[kind](message, {
      ...(title !== undefined && { title }),
      ...(file !== undefined && { file }),
      ...(line !== undefined && { startLine: line }),
      ...(column !== undefined && { startColumn: column }),
    }),
  async summarise(markdown) {
    // Outside a runner there is none.
    if (process.env.GITHUB_STEP_SUMMARY) await summary.addRaw(markdown, true).write();
  },
  keep(name, text) {
    const path = join(process.env.RUNNER_TEMP ?? tmpdir(), name);
    writeFileSync(path, text);
    return path;
  },
  log: (text) => void process.stdout.write(text),
};
