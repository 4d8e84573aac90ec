/** A repository in which nothing reaches the default branch without its code owners. */

import type { RepositorySeed } from "#emulators/github/options.ts";

export const guarded = {
  rules: [{ kind: "ruleset", branch: "main", requiredReviews: 1, codeOwners: true }],
  files: { "README.md": "# silos\n", ".github/CODEOWNERS": "* @somtech/devops\n" },
} satisfies Partial<RepositorySeed>;
