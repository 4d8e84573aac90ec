/** Starts the page: on a desk if one served it, else on the files of a snapshot beside it. */

import { browser } from "./browser.ts";
import { deskSource } from "./source/desk.ts";
import { snapshotSource } from "./source/snapshot.ts";
import { startPage } from "./ui/page.ts";

const meta = document.querySelector<HTMLMetaElement>("meta[name=silo-source]");
const isDesk = meta?.content === "desk";
startPage({
  browser,
  needsToken: isDesk,
  sourceFor: (token) => (isDesk ? deskSource(browser, token) : snapshotSource(browser)),
});
