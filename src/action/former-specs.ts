/**
 * Specs that are gone, by the history of the default branch. A silo whose spec is there, whatever the
 * commit of this run says, has not lost it: somebody has put it back meanwhile.
 */

import type { FormerSpecs } from "#commands/types.ts";
import { isProposal } from "./event.ts";
import { textAt } from "./json.ts";
import type { Step } from "./step.ts";

export function formerSpecsOf(step: Step): FormerSpecs {
  const { event, inputs } = step;
  const base = baseOf(step);
  return {
    async of(slug) {
      const { github, repository } = await step.github();
      const branch = event.defaultBranch ?? (await github.repository(repository)).defaultBranch;
      // Of a pull request for another branch a merge removes nothing that counts.
      if (base.branch !== undefined && base.branch !== branch) return undefined;
      const file = `${inputs.silosDir}/${slug}.yml`;
      const path = file.replace(/^(\.\/)+/, "");
      const { isThere, lastChange } = await github.fileHistory(repository, branch, path);
      const before = base.sha
        ? (await github.readFilesAt(repository, base.sha, [path])).get(path)
        : undefined;
      if (isProposal(event) && isThere) {
        // A pull request that is behind lacks what it has not seen yet, and removes nothing by that.
        if (before === undefined) return undefined;
        return { file, text: before, by: "this change", isOfThisChange: true };
      }
      if (isThere) return undefined;
      const by = lastChange?.sha.slice(0, 7) ?? "";
      if (before !== undefined && !isProposal(event)) {
        return { file, text: before, by, isOfThisChange: true };
      }
      const text = lastChange?.before;
      return text === undefined ? undefined : { file, text, by, isOfThisChange: false };
    },
  };
}

/** What the default branch was before the change, as far as the event tells. */
function baseOf({ event: { name, payload } }: Step): {
  readonly sha?: string | undefined;
  readonly branch?: string | undefined;
} {
  if (name === "pull_request") {
    return {
      sha: textAt(payload, "pull_request", "base", "sha"),
      branch: textAt(payload, "pull_request", "base", "ref"),
    };
  }
  if (name === "merge_group") return { sha: textAt(payload, "merge_group", "base_sha") };
  const before = name === "push" ? textAt(payload, "before") : undefined;
  return before === undefined || /^0+$/.test(before) ? {} : { sha: before };
}
