/**
 * One pull request for each silo that expired, which removes its file. It is looked for first, open or
 * closed: whoever closed it has answered, until the spec has another end.
 */

import type { Silo } from "#silo/silo.ts";
import { howToKeep } from "#state/expiry.ts";
import { branchFor } from "./branch-for.ts";
import type { GitHubConnection } from "./types.ts";

export type Proposal =
  | { readonly kind: "open" | "new" | "closed" | "merged"; readonly pull: number }
  /** The default branch has no such file any more. */
  | { readonly kind: "removed" };

const mostTries = 3;

export async function proposeRemoval(
  { github, repository }: GitHubConnection,
  silo: Silo,
): Promise<Proposal> {
  const head = branchOf(silo);
  const [known] = await github.pullsFrom(repository, head);
  if (known) {
    const kind = known.isOpen ? "open" : known.isMerged ? "merged" : "closed";
    return { kind, pull: known.number };
  }
  const { defaultBranch: base } = await github.repository(repository);
  const isIn = async (branch: string) =>
    (await github.readFiles(repository, branch, [silo.file])).has(silo.file);
  if (!(await isIn(base))) return { kind: "removed" };
  for (let tried = 0; tried < mostTries; tried++) {
    const expectedHead = await branchFor({ github, repository }, head, base);
    if (expectedHead === undefined) throw new Error(`${repository} has no branch ${base}`);
    if (!(await isIn(head))) break;
    await github.commitFiles(repository, {
      branch: head,
      expectedHead,
      message: titleOf(silo),
      additions: new Map(),
      deletions: [silo.file],
    });
  }
  const title = titleOf(silo);
  const pull = await github.createPull(repository, { head, base, title, body: bodyOf(silo) });
  return { kind: "new", pull };
}

/** Of this end: a later one that passes is another question. */
const branchOf = ({ slug, spec }: Silo): string =>
  `silo-expired/${slug}-${(spec.devenv.expires_at ?? "").replace(/[^0-9A-Za-z-]/g, "-")}`;

const titleOf = ({ slug, spec }: Silo): string =>
  `Remove silo ${slug}, which expired on ${spec.devenv.expires_at}`;

function bodyOf(silo: Silo): string {
  const { slug, spec } = silo;
  return [
    `${spec.owner ? `${spec.owner}: the` : "The"} silo \`${slug}\` expired on ${spec.devenv.expires_at}. It is stopped, and its volumes have a last snapshot.`,
    "",
    "- Nothing of it is removed unless this is merged, and then only if `prevent_destroy` is false in its live state.",
    `- To keep it: close this, and ${howToKeep(silo)}.`,
    "",
    "If no check shows below, close this and open it again: what a workflow opens starts none.",
    "",
  ].join("\n");
}
