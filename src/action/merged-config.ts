/**
 * The configuration of a proposal is the merged one: whoever asks for a change of its rules does not
 * work by the changed ones yet.
 */

import { escaped } from "#render/markdown.ts";
import { Refused } from "#silo/errors.ts";
import type { Files } from "#world/effects.ts";
import type { Step } from "./step.ts";

export async function withMergedConfig(step: Step, files: Files): Promise<Files> {
  const { configFile } = step.inputs;
  const { defaultBranch } = step.event;
  const path = configFile.replace(/^(\.\/)+/, "");
  if (defaultBranch === undefined) {
    throw new Refused("The event does not name the default branch", {
      exitCode: 2,
      fix: "run this on pull_request or merge_group",
    });
  }
  const { github, repository } = await step.github();
  const merged = (await github.readFiles(repository, defaultBranch, [path])).get(path);
  const proposed = files.exists(configFile) ? textOf(files.read(configFile)) : undefined;
  if (merged !== proposed) {
    const notice = `${path} differs from the one of ${defaultBranch}, which this was made with: a change of it is in force only after its merge.`;
    step.preface.push(`> [!IMPORTANT]\n> ${escaped(notice)}`);
    step.runner.log(`${notice}\n\n`);
  }
  return instead(files, configFile, merged);
}

const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

/** One file with another text, or as if it were not there. */
function instead(files: Files, path: string, text: string | undefined): Files {
  const bytes = text === undefined ? undefined : new TextEncoder().encode(text);
  const content = (): Uint8Array => {
    if (bytes) return bytes;
    throw new Error(`${path} is not on the default branch`);
  };
  return {
    ...files,
    read: (asked) => (asked === path ? content() : files.read(asked)),
    readStart: (asked, most) =>
      asked === path ? content().subarray(0, most) : files.readStart(asked, most),
    exists: (asked) => (asked === path ? bytes !== undefined : files.exists(asked)),
  };
}
