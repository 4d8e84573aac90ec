/** The dashboard without a desk. */

import type { Command } from "#commands/types.ts";

export const dashboardCommand: Command = {
  name: "dashboard",
  operands: "[SILO…]",
  summary: "Write the dashboard as a static page, from the status files of the last runs",
  details: [
    "For GitHub Pages or any web server: one page, its data beside it as files, nothing from",
    "elsewhere. It reads the status branch, or the working tree where no repository is known, and",
    "neither Fly nor a key. Whoever can open the page sees all of it; nothing can be done from it.",
  ],
  options: [{ name: "out", value: "DIR", text: "where to" }],
  examples: [{ line: "silo dashboard --out _site", text: "then publish _site" }],
  load: () => import("./command.ts"),
};
