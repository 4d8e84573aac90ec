/** What was found by the clock is kept in issues: one a silo that drifted, one for what is nobody's. */

import { driftMarkdown } from "#render/drift.ts";
import { inventoryText, isClean } from "#render/inventory.ts";
import { styleOf } from "#render/style.ts";
import type { GitHubIssue, GitHubWrites } from "#world/github.ts";
import type { Found, Step } from "./step.ts";

const label = "silo-manager";

interface Wanted {
  /** `drift:acme-erp`. */
  readonly topic: string;
  readonly title: string;
  /** Absent: nothing is wrong (any more). */
  readonly text: string | undefined;
}

export async function keepIssues(step: Step, found: Found): Promise<void> {
  const wanted = wantedIssues(found);
  if (wanted.length === 0) return;
  const { runner } = step;
  try {
    const { github, repository } = await step.github();
    const open = await github.listIssues(repository, label);
    const me = open.length > 0 ? await github.viewer(repository) : "";
    // Anybody may write our first line into an issue of theirs.
    const ours = open.filter(({ author }) => author === me || author === `${me}[bot]`);
    for (const one of wanted) {
      const how = await keep(github, repository, ours, one);
      if (how) runner.log(`${one.title}: the issue was ${how}\n`);
    }
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    runner.annotate("warning", `The issues were not kept: ${why}`);
  }
}

function wantedIssues({ drift, inventory }: Found): readonly Wanted[] {
  const drifts = (drift?.drifts ?? []).map((one) => ({
    topic: `drift:${one.silo}`,
    title: `${one.silo} drifted`,
    text: one.items.length > 0 ? driftMarkdown([one]) : undefined,
  }));
  if (!inventory) return drifts;
  const { inventory: seen, leftovers } = inventory;
  const text = isClean(seen, leftovers)
    ? undefined
    : fenced(inventoryText(seen, leftovers, styleOf(false)));
  return [...drifts, { topic: "inventory", title: "Things of silos that are nobody's", text }];
}

async function keep(
  github: GitHubWrites,
  repository: string,
  open: readonly GitHubIssue[],
  { topic, title, text }: Wanted,
): Promise<"opened" | "brought up to date" | "closed" | undefined> {
  const marker = `<!-- silo-manager:${topic} -->`;
  const [there, ...spare] = open.filter(({ body }) => body.startsWith(marker));
  for (const { number } of spare) await github.updateIssue(repository, number, { state: "closed" });
  if (text === undefined) {
    if (!there) return undefined;
    await github.updateIssue(repository, there.number, { state: "closed" });
    return "closed";
  }
  const body = `${marker}\n${text}`;
  if (!there) {
    await github.createIssue(repository, { title, body, label });
    return "opened";
  }
  if (there.body.replaceAll("\r\n", "\n").trim() === body.trim()) return undefined;
  await github.updateIssue(repository, there.number, { body });
  return "brought up to date";
}

/** A fence that no line of the text can end. */
const fenced = (text: string): string =>
  `\`\`\`\`text\n${text.replaceAll("````", "'''")}\`\`\`\`\n`;
