/** What several commands say alike. */

import type { Option } from "./types.ts";

export const silos = "[SILO…]";

export const reason: Option = {
  name: "reason",
  value: "TEXT",
  text: "why; shown by `silo why` and in the status",
};
