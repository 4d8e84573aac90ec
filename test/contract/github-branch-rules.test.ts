/** Whether a review guards a branch, as the client reads it off the emulated GitHub. */

import { describe, expect, it } from "vitest";
import type { GitHubEmulatorOptions } from "#emulators/github/emulator.ts";
import type { RepositorySeed } from "#emulators/github/options.ts";
import { aGitHub, repo } from "./github-pair.ts";

describe("branchGuards", () => {
  const reviewed = { branch: "main", requiredReviews: 1 };
  /** Who is no administrator sees no protection. */
  const noAdministrator: Partial<GitHubEmulatorOptions> = {
    tokens: [
      { token: "github_token:job", kind: "github_token" },
      {
        token: "app:secrets",
        kind: "app",
        permissions: { contents: "write", environments: "write", secrets: "write" },
      },
    ],
  };

  it.each<[string, boolean, NonNullable<RepositorySeed["rules"]>, Partial<GitHubEmulatorOptions>?]>(
    [
      ["without a rule", false, []],
      ["with a ruleset that asks for a review", true, [{ ...reviewed, kind: "ruleset" }]],
      ["with a protection that asks for a review", true, [{ ...reviewed, kind: "protection" }]],
      [
        "with a ruleset that asks for none",
        false,
        [{ ...reviewed, kind: "ruleset", requiredReviews: 0 }],
      ],
      [
        "with a protection that asks for none",
        false,
        [{ ...reviewed, kind: "protection", requiredReviews: 0 }],
      ],
      ["with a review of another branch", false, [{ ...reviewed, branch: "release" }]],
      [
        "with a protection that its token may not see",
        false,
        [{ ...reviewed, kind: "protection" }],
        noAdministrator,
      ],
      [
        "with a ruleset, which every token may see",
        true,
        [{ ...reviewed, kind: "ruleset" }],
        noAdministrator,
      ],
    ],
  )("%s: %s", async (_what, expected, rules, options = {}) => {
    const { client } = aGitHub({ rules }, options);
    expect((await client.branchGuards(repo, "main")).review).toBe(expected);
  });

  it.each(["ruleset", "protection"] as const)(
    "with code owners by a %s, whose file is then read",
    async (kind) => {
      const rules = [{ ...reviewed, kind, codeOwners: true }];
      const files = { "README.md": "#", "docs/CODEOWNERS": "* @a\n", CODEOWNERS: "* @b\n" };
      const { client } = aGitHub({ rules, files });
      expect(await client.branchGuards(repo, "main")).toEqual({
        review: true,
        codeOwnerReview: true,
        // The one at the root wins over the one in docs.
        codeOwners: "* @b\n",
        byRuleset: kind === "ruleset",
        isUnseen: false,
      });
    },
  );

  it("says that a protection may not be seen", async () => {
    const { client } = aGitHub({ rules: [{ ...reviewed, kind: "protection" }] }, noAdministrator);
    expect(await client.branchGuards(repo, "main")).toEqual({
      review: false,
      codeOwnerReview: false,
      codeOwners: undefined,
      byRuleset: false,
      isUnseen: true,
    });
  });

  it("is false where the plan of the account has no rules", async () => {
    const { client } = aGitHub({ private: true, plan: "free", rules: [reviewed] });
    expect((await client.branchGuards(repo, "main")).review).toBe(false);
  });

  it("does not take trouble for an answer", async () => {
    const { client } = aGitHub(
      {},
      { faults: [{ match: { path: "**" }, answer: { status: 503 } }] },
    );
    await expect(client.branchGuards(repo, "main")).rejects.toMatchObject({
      facts: { category: "transient" },
    });
  });
});
