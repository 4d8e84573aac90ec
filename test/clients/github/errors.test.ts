/** Refusals: what they are called, what they tell a person, and what they never tell. */

import { describe, expect, it } from "vitest";
import { Secret } from "#silo/secret.ts";
import type { Fetch } from "#world/effects.ts";
import {
  failureOf,
  json,
  notFound,
  refusal,
  repo,
  scripted,
  secretsToken,
  token,
} from "./scripted.ts";

const place = { kind: "repository" } as const;

describe("a refusal", () => {
  it.each([
    [400, "Problems parsing JSON", "invalid"],
    [401, "Bad credentials", "unauthorized"],
    [403, "Resource not accessible by integration", "forbidden"],
    [403, "Resource protected by organization SAML enforcement", "forbidden"],
    [403, "Upgrade to GitHub Pro or make this repository public", "not_in_plan"],
    [404, "Not Found", "not_found"],
    [409, "Conflict: merge conflict", "conflict"],
    [410, "Issues are disabled for this repo", "invalid"],
    [422, "Reference already exists", "already_exists"],
    [422, "Maximum number of secrets reached", "quota"],
    [422, "Validation Failed", "invalid"],
    [451, "Repository access blocked", "forbidden"],
    [301, "Moved Permanently", "invalid"],
  ])("%i “%s” is %s", async (status, message, category) => {
    const { client, asked } = scripted(() => refusal(status, message));
    expect(await failureOf(client.updateComment(repo, 1, "x"))).toMatchObject({
      facts: { provider: "github", status, category, ambiguous: false },
    });
    expect(asked).toHaveLength(1);
  });

  it("names what was tried, the reasons, the status and GitHub's request id", async () => {
    const { client } = scripted(() =>
      json(422, {
        message: "Validation Failed",
        errors: [
          { resource: "Deployment", field: "ref", code: "missing" },
          "No ref found",
          { message: "Description is too long" },
          { value: 7 },
        ],
      }),
    );
    expect(String(await failureOf(client.updateComment(repo, 1, "x")))).toBe(
      "ApiError: Cannot change the comment 1 of acme/erp: Validation Failed: ref missing: No ref found: Description is too long (422, invalid, x-github-request-id 0400:1A2B:3C4D)",
    );
  });

  it("of a moved repository says to give its new name, and is not followed", async () => {
    const { client, asked } = scripted(() =>
      json(301, { message: "Moved" }, { location: "https://elsewhere.test/x" }),
    );
    expect(String(await failureOf(client.repository(repo)))).toContain("give its new name");
    expect(asked).toHaveLength(1);
  });
});

describe("a missing permission", () => {
  const refused = (accepted: string) =>
    scripted(() =>
      refusal(403, "Resource not accessible by integration", {
        "x-accepted-github-permissions": accepted,
      }),
    );

  it("of GITHUB_TOKEN that a workflow can give says where", async () => {
    const { client } = refused("issues=write; pull_requests=write");
    expect(String(await failureOf(client.updateComment(repo, 1, "x")))).toContain(
      "GITHUB_TOKEN lacks issues: write, or pull_requests: write (X-Accepted-GitHub-Permissions): add `issues: write` under `permissions` of the job, or give it to the GitHub App or fine-grained token",
    );
  });

  it("that no workflow can give says so", async () => {
    const { client } = scripted(
      () =>
        refusal(403, "Resource not accessible by integration", {
          "x-accepted-github-permissions": "secrets=write",
        }),
      { secretsToken: new Secret(secretsToken) },
    );
    expect(String(await failureOf(client.listSecrets(repo, place)))).toContain(
      "SILO_SECRETS_TOKEN lacks secrets: write (X-Accepted-GitHub-Permissions): give it to the GitHub App or fine-grained token that SILO_SECRETS_TOKEN is from",
    );
  });

  it("of both kinds at once names both", async () => {
    const { client } = refused("contents=write,workflows=write");
    expect(String(await failureOf(client.updateComment(repo, 1, "x")))).toContain(
      "no workflow can give it to GITHUB_TOKEN, so give it to the GitHub App or fine-grained token, and set SILO_SECRETS_TOKEN",
    );
  });

  it.each(["", "<script>=write", "a".repeat(10_000), "secrets=write\u202e", "secrets"])(
    "header that is none (%j) is left out",
    async (accepted) => {
      const { client } = scripted(() => {
        const answer = refusal(403, "Forbidden");
        // What no HTTP library would let through is not tested.
        if (/^[\x20-\x7e]*$/.test(accepted)) {
          answer.headers.set("x-accepted-github-permissions", accepted);
        }
        return answer;
      });
      const text = String(await failureOf(client.updateComment(repo, 1, "x")));
      expect(text).not.toContain("lacks");
      expect(text.length).toBeLessThan(200);
    },
  );
});

describe("an error text", () => {
  it("holds no token, however GitHub spells it", async () => {
    const { client } = scripted(() =>
      refusal(422, `bad ${token} ${btoa(secretsToken)} Bearer abcdefgh12345 ghp_0123456789abcdef`),
    );
    const error = await failureOf(client.updateComment(repo, 1, "x"));
    expect(String(error)).toContain("bad *** *** Bearer *** ***");
    expect(JSON.stringify(error)).not.toMatch(/token"|abcdefgh/);
    expect(error).not.toHaveProperty("cause");
  });

  it("is one short line without control characters", async () => {
    const { client } = scripted(() => refusal(422, `a\u0000\n\u001b[31m${"b".repeat(1_000_000)}`));
    const text = String(await failureOf(client.updateComment(repo, 1, "x")));
    expect(text).toMatch(/^[^\p{Cc}]{1,450}$/u);
  });
});

describe("a body that is not what it should be", () => {
  const hostile: readonly unknown[] = [
    null,
    [],
    "text",
    5,
    {},
    { secrets: {}, variables: {}, environments: "x", id: "7" },
    { secrets: [null], variables: [5], environments: [[]] },
    { secrets: [{ name: {}, updated_at: 1 }], variables: [{ name: "A" }] },
  ];

  it.each(hostile)("%j is an error of ours, never a crash", async (body) => {
    const { client } = scripted(() => json(200, body));
    const failures = await Promise.all([
      failureOf(client.repository(repo)),
      failureOf(client.listSecrets(repo, { kind: "environment", environment: "e" })),
      failureOf(client.listVariables(repo, place)),
      failureOf(client.getEnvironment(repo, "e")),
      failureOf(client.listEnvironments(repo)),
      failureOf(client.getBranchHead(repo, "main")),
      failureOf(client.readFiles(repo, "main", ["a"])),
      failureOf(client.getDeploymentState(repo, 1).then((state) => state ?? Promise.reject(state))),
    ]);
    for (const failure of failures.slice(0, -1)) {
      expect(failure).toMatchObject({ facts: { category: "invalid", ambiguous: false } });
    }
  });

  it.each(["<html>", "{", "\u0000"])("%j is tried again when it was asked for", async (text) => {
    const { client, asked } = scripted(() => new Response(text, { status: 200 }));
    expect(await failureOf(client.repository(repo))).toMatchObject({
      facts: { category: "invalid" },
    });
    expect(asked).toHaveLength(4);
  });

  it("that has no end is not read to it", async () => {
    let sent = 0;
    // Not through the contract, which would read it to its end.
    const fetch: Fetch = async () => {
      const pull = (controller: ReadableStreamDefaultController<Uint8Array>) => {
        sent += 1 << 20;
        controller.enqueue(new Uint8Array(1 << 20).fill(0x20));
      };
      return new Response(new ReadableStream({ pull }), { status: 200 });
    };
    const { client } = scripted(notFound, { fetch });
    expect(String(await failureOf(client.repository(repo)))).toContain("too long");
    expect(sent).toBeLessThan(64 * (1 << 20));
  });

  it("of a deprecated endpoint prints nothing", async () => {
    const { client } = scripted(() => {
      const answer = notFound();
      answer.headers.set("deprecation", "true");
      answer.headers.set("content-type", ";;;");
      return answer;
    });
    expect(await failureOf(client.updateComment(repo, 1, "x"))).toMatchObject({
      facts: { category: "not_found" },
    });
  });
});
