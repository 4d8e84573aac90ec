/** The receipts of silos, from where their status files are: the status branch, or the working tree. */

import type { Receipt } from "#silo/status.generated.ts";
import { receipt as isReceipt } from "#spec/receipt-validator.generated.js";
import { statusPath } from "./commit-status.ts";
import type { CommandContext, Specs } from "./types.ts";

export type FoundReceipt =
  | { readonly kind: "found"; readonly receipt: Receipt }
  | { readonly kind: "missing"; readonly text: string }
  | { readonly kind: "unreadable"; readonly text: string };

/** One a chosen silo, and where they were looked for. */
export async function readReceipts(
  context: CommandContext,
  specs: Specs,
): Promise<{ readonly where: string; readonly receipts: readonly FoundReceipt[] }> {
  const { files, options, connectGitHub } = context;
  const { selected, config } = specs;
  const connection = await connectGitHub();
  if (!connection) {
    const receipts = selected.map(({ slug, spec }) => {
      const path = `${options.silosDir}/status/${slug}.json`;
      const text = files.exists(path) ? new TextDecoder().decode(files.read(path)) : undefined;
      return receiptIn(text, path, spec.silo_id);
    });
    return { where: `${options.silosDir}/status`, receipts };
  }
  const { github, repository } = connection;
  const branch = config.github.status_branch;
  const head = await github.getBranchHead(repository, branch);
  const there =
    head === undefined
      ? new Map<string, string>()
      : await github.readFiles(repository, branch, selected.map(statusPath));
  const receipts = selected.map((silo) => {
    const path = statusPath(silo);
    return receiptIn(there.get(path), path, silo.spec.silo_id);
  });
  return { where: `the branch ${branch} of ${repository}`, receipts };
}

function receiptIn(text: string | undefined, path: string, siloId: string): FoundReceipt {
  if (text === undefined) return { kind: "missing", text: `there is no ${path}` };
  const unreadable = (why: string): FoundReceipt => ({
    kind: "unreadable",
    text: `${path} is not as silo-manager writes it: ${why}`,
  });
  let status: unknown;
  try {
    status = JSON.parse(text);
  } catch {
    return unreadable("it is not JSON");
  }
  if (typeof status !== "object" || status === null) return unreadable("it is not an object");
  const { silo_id, receipt } = status as Readonly<Record<string, unknown>>;
  if (silo_id !== siloId) return unreadable(`it is of the silo_id ${JSON.stringify(silo_id)}`);
  if (receipt === null) return { kind: "missing", text: `${path} holds no receipt` };
  return isReceipt(receipt)
    ? { kind: "found", receipt }
    : unreadable("its receipt has another form");
}
