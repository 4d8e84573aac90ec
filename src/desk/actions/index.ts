/** All that can be asked of the desk about one silo. No action deletes anything. */

import { getAppContext } from "./get-app-context.ts";
import { cost, siloStatus, why } from "./look.ts";
import { hold, release, start, stop } from "./power.ts";
import { proposeChange } from "./propose-change.ts";
import type { DeskAction } from "./types.ts";

export const deskActions: readonly DeskAction[] = [
  getAppContext,
  siloStatus,
  why,
  cost,
  start,
  stop,
  hold,
  release,
  proposeChange,
];
