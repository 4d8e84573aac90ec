/** The files of the dashboard's page, and the policy that keeps anything else out of it. */

import { icon, markup, script, styles } from "./page.generated.ts";

export interface Asset {
  readonly path: string;
  readonly type: string;
  readonly text: string;
}

const sources = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  // Even a mistake in the page could not make markup of data.
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
];

/** As a header: that it is not framed is nothing that a page itself can ask for. */
export const contentSecurityPolicy = [...sources, "frame-ancestors 'none'"].join("; ");

/** `desk`: the data are asked for, with a token. `snapshot`: they lie beside the page as files. */
export const dashboardAssets = (source: "desk" | "snapshot"): readonly Asset[] => [
  {
    path: "index.html",
    type: "text/html; charset=utf-8",
    text: markup.replace("{{policy}}", sources.join("; ")).replace("{{source}}", source),
  },
  { path: "dashboard/page.js", type: "text/javascript; charset=utf-8", text: script },
  { path: "dashboard/page.css", type: "text/css; charset=utf-8", text: styles },
  { path: "dashboard/icon.svg", type: "image/svg+xml", text: icon },
];
