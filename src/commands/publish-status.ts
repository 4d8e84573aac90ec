/**
 * What is told of the silos of a run: one commit of their status files and their deployments, or
 * files in the working tree where no repository is known. Copies for people: that they cannot be
 * written fails nothing.
 */

import { plainText } from "#silo/plain-text.ts";
import type { Silo } from "#silo/silo.ts";
import { commitStatus, type StatusDocument, statusText, withReceiptOf } from "./commit-status.ts";
import { showDeployments } from "./show-deployments.ts";
import type { CommandContext, GitHubConnection, Specs } from "./types.ts";

const decoder = new TextDecoder();

export interface StatusPublisher {
  /** Told as soon as a silo is done; never throws. */
  readonly add: (silo: Silo, make: () => Promise<Omit<StatusDocument, "silo">>) => Promise<void>;
  /** At the end of the run; never throws. */
  readonly end: () => Promise<void>;
}

export function statusPublisher(
  { files, options, output, clock, random, handOverTo }: CommandContext,
  { repository, config }: Specs,
  connect: () => Promise<GitHubConnection | undefined>,
): StatusPublisher {
  const kept: StatusDocument[] = [];
  const branch = handOverTo ?? config.github.status_branch;
  const attempt = async (what: string, work: () => Promise<void>) => {
    try {
      await work();
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      output.note(`warning: ${plainText(`${what}: ${why}`)}\n`);
    }
  };
  return {
    add(silo, make) {
      const path = `${options.silosDir}/status/${silo.slug}.json`;
      return attempt(`${path} was not written`, async () => {
        const document = { silo, ...(await make()) };
        if (repository === undefined) {
          const there = files.exists(path) ? decoder.decode(files.read(path)) : undefined;
          files.write(path, statusText(withReceiptOf(document.status, there)));
        } else kept.push(document);
      });
    },
    async end() {
      if (kept.length === 0) return;
      const slugs = kept.map(({ silo }) => silo.slug).join(", ");
      const connected = async () => {
        const connection = await connect();
        if (connection) return connection;
        throw new Error("GitHub cannot be reached without GITHUB_REPOSITORY and GITHUB_TOKEN");
      };
      await attempt(`the status of ${slugs} was not committed to ${branch}`, async () =>
        commitStatus({ ...(await connected()), branch, clock, random }, kept),
      );
      await attempt(`the deployments of ${slugs} do not show how it is`, async () =>
        showDeployments(
          await connected(),
          kept.filter(({ result }) => result !== "unchanged"),
        ),
      );
    },
  };
}
