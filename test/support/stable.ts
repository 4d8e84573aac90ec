/** What a job did and said, without what is other every time. */

import type { Job } from "./a-workshop.ts";

export function stable(what: Job | string): string {
  if (typeof what === "string") return settled(what);
  const { exitCode, annotations, outputs, summary, log, requests, post } = what;
  return settled(
    [
      `exit ${exitCode}${post.exitCode === 0 ? "" : `, post ${post.exitCode}`}`,
      ...section(
        "annotations",
        annotations.map((one) => JSON.stringify(one)),
      ),
      ...section(
        "outputs",
        Object.entries(outputs).map(([name, value]) => `${name}: ${value}`),
      ),
      ...section("summary", summary === "" ? [] : [summary]),
      ...section(
        "log",
        [log.trim(), post.log.trim()].filter((text) => text !== ""),
      ),
      ...section(
        "requests",
        counted(requests.map(({ to, method, path }) => `${to} ${method} ${path}`)),
      ),
    ].join("\n"),
  );
}

const section = (title: string, lines: readonly string[]): string[] =>
  lines.length === 0 ? [] : [`== ${title}`, ...lines];

/** The order of calls that are made at once is chance. */
function counted(lines: readonly string[]): string[] {
  const groups = Map.groupBy(lines.map(settled), (line) => line);
  return [...groups]
    .map(([line, all]) => `${line}${all.length > 1 ? ` ×${all.length}` : ""}`)
    .sort();
}

/** The steps of a plan are shown elsewhere, and every new kind of step would change every story. */
const settled = (text: string): string =>
  text
    .replace(/(?:^\| .*\n)+/gm, "| … |\n")
    .replace(/(?:^ {2}(?:\w+| {2}[-+~>.=] .*| {6}.*)\n)+/gm, "  …\n")
    .replace(/^> this version .*\n\n|^note: this version .*\n/gm, "")
    .replace(/\b\d+ (steps?)\b/g, "… $1")
    .replace(/^\*\*.* a month.*\n\n/gm, "")
    .replace(/\$\d+\.\d\d/g, "$…")
    .replace(/sealed [A-Za-z0-9+/=]{20,}/g, "sealed …")
    .replace(/[0-9a-f]{32}\.[A-Za-z0-9+/=]{20,}/g, "<plan>")
    .replace(/\/tmp\/\S*\/(silo-[\w.]+)/g, "<temp>/$1")
    .replace(/(?:^> - .*\n)+/gm, "> - …\n")
    .replace(/for \d+ reasons/g, "for … reasons")
    .replace(/^note: what stands on GitHub .*\n/gm, "")
    .replace(/^> what stands on GitHub .*\n*/gm, "")
    .replace(/\b[0-9a-f]{40}\b/g, "<sha>")
    .replace(/\b[0-9a-f]{32}\b/g, "<digest>")
    .replace(/actions\/runs\/\d+/g, "actions/runs/<id>")
    .replace(/in \d+\.\d s/g, "in … s");
