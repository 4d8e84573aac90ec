import { runPower } from "./power.ts";
import type { RunCommand } from "./types.ts";

export const run: RunCommand = (context) => runPower("restart", context);
