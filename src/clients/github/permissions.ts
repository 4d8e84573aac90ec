/** Which permission a refused call lacked, and how to give it. */

import type { TokenName } from "./request.ts";

/** What `permissions:` of a workflow can give GITHUB_TOKEN, of what this client needs. */
const inWorkflows: ReadonlyMap<string, string> = new Map([
  ["contents", "contents"],
  ["deployments", "deployments"],
  ["issues", "issues"],
  ["metadata", "metadata"],
  ["pull_requests", "pull-requests"],
  ["statuses", "statuses"],
]);

/**
 * From the header `X-Accepted-GitHub-Permissions` (`secrets=write`, alternatives parted by `;`) to
 * what to do; empty where GitHub names nothing.
 */
export function permissionAdvice(header: string | null, token: TokenName): string {
  const alternatives = (header ?? "").split(";").map((text) => text.trim());
  const accepted = alternatives.filter((text) => wellFormed.test(text)).slice(0, 4);
  const named = accepted.map((text) => text.replaceAll("=", ": ").replaceAll(",", " and "));
  if (named.length === 0) return "";
  const lacks = `${token} lacks ${named.join(", or ")} (X-Accepted-GitHub-Permissions)`;
  return `${lacks}: ${adviceOn(accepted, token)}`;
}

const wellFormed = /^[a-z_]{1,40}=[a-z]{1,10}(?:,\s*[a-z_]{1,40}=[a-z]{1,10}){0,4}$/;

function adviceOn(accepted: readonly string[], token: TokenName): string {
  const app = "give it to the GitHub App or fine-grained token";
  if (token === "SILO_SECRETS_TOKEN") return `${app} that SILO_SECRETS_TOKEN is from`;
  const grantable = accepted.find((text) =>
    text.split(",").every((part) => inWorkflows.has(permissionOf(part))),
  );
  if (grantable === undefined) {
    return `no workflow can give it to GITHUB_TOKEN, so ${app}, and set SILO_SECRETS_TOKEN`;
  }
  const lines = grantable.split(",").map((part) => {
    const [name = "", level = ""] = part.trim().split("=");
    return `${inWorkflows.get(name)}: ${level}`;
  });
  return `add \`${lines.join(", ")}\` under \`permissions\` of the job, or ${app}`;
}

function permissionOf(part: string): string {
  return part.trim().split("=")[0] ?? "";
}
