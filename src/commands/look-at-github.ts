/**
 * When a plan looks at GitHub. A run over the fleet asks for what a repository shows in lists of its
 * own, once for all silos; silos that were named, and those that are read deeply on Fly, too, have
 * each of their environments read. Whether what was withheld may be handed out by now is asked once a
 * repository, and only where something is withheld. That GitHub cannot be read changes no plan and
 * fails none.
 */

import { ApiError, Refused } from "#silo/errors.ts";
import { githubReader, type LookAtGitHub } from "#state/observe-github.ts";
import { isSurelyOut } from "#steps/github-deliver.ts";
import type { FurtherRead } from "./look-further.ts";
import type { CommandContext } from "./types.ts";

export function lookAtGitHub({
  connectGitHub,
}: Pick<CommandContext, "connectGitHub">): FurtherRead {
  const troubles = new Set<string>();
  const withheld = new Map<string, Set<string>>();
  let reader: Promise<LookAtGitHub | undefined> | undefined;
  const connect = async () => {
    const connection = await connectGitHub();
    return connection && githubReader(connection.github);
  };
  return {
    async add({ delivery, silo }, observed, isNamed) {
      const { record, depth } = observed;
      const isOut = delivery?.isReachable && isSurelyOut(delivery, record);
      if (!record || !isOut) return observed;
      try {
        reader ??= connect();
        const read = await reader;
        if (!read) return observed;
        const seen = await read(delivery, record, isNamed || depth === "deep");
        for (const reason of seen.withheld) {
          withheld.set(reason, (withheld.get(reason) ?? new Set()).add(silo.slug));
        }
        return { ...observed, standing: seen.standing };
      } catch (error) {
        if (!(error instanceof ApiError || error instanceof Refused)) throw error;
        troubles.add(error.message);
        return observed;
      }
    },
    notes: () => [
      ...[...troubles]
        .sort()
        .map((trouble) => `what stands on GitHub was not looked at: ${trouble}`),
      ...[...withheld].map(
        ([reason, slugs]) =>
          `${fewOf([...slugs].sort())}: some of it is withheld from GitHub: ${reason}`,
      ),
    ],
  };
}

const mostNamed = 3;

function fewOf(slugs: readonly string[]): string {
  const more = slugs.length - mostNamed;
  return [...slugs.slice(0, mostNamed), ...(more > 0 ? [`${more} more`] : [])].join(", ");
}
