import { renderMasterKey } from "#silo/master-key.ts";
import type { RunCommand } from "./types.ts";

export const run: RunCommand = async ({ random, output }) => {
  output.write(`${renderMasterKey(random.bytes(32))}\n`);
  return 0;
};
