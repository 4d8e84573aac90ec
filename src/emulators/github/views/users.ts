import { createHash } from "node:crypto";
import type { User } from "../entities.ts";

export function userView(user: User, base: string) {
  const path = user.login.replace("[bot]", "%5Bbot%5D");
  const url = `${base}/users/${path}`;
  return {
    login: user.login,
    id: user.id,
    node_id: nodeId("U", user.id),
    avatar_url: `https://avatars.githubusercontent.com/u/${user.id}?v=4`,
    gravatar_id: "",
    url,
    html_url: `https://github.com/${path}`,
    followers_url: `${url}/followers`,
    following_url: `${url}/following{/other_user}`,
    gists_url: `${url}/gists{/gist_id}`,
    starred_url: `${url}/starred{/owner}{/repo}`,
    subscriptions_url: `${url}/subscriptions`,
    organizations_url: `${url}/orgs`,
    repos_url: `${url}/repos`,
    events_url: `${url}/events{/privacy}`,
    received_events_url: `${url}/received_events`,
    type: user.type,
    site_admin: false,
  };
}

/** Owners have no row of their own: the id comes from the name. */
export function ownerOf(login: string): User {
  return { login, id: idOf(login), type: "User" };
}

export const teamOf = (org: string, team: string): number => idOf(`${org}/${team}`);

const idOf = (name: string): number =>
  createHash("sha1").update(name.toLowerCase()).digest().readUInt32BE() >>> 8;

export function teamView(id: number, base: string) {
  return {
    id,
    node_id: nodeId("T", id),
    name: `team-${id}`,
    slug: `team-${id}`,
    description: null,
    privacy: "closed",
    permission: "pull",
    url: `${base}/teams/${id}`,
    html_url: `https://github.com/orgs/acme/teams/team-${id}`,
    members_url: `${base}/teams/${id}/members{/member}`,
    repositories_url: `${base}/teams/${id}/repos`,
    type: "organization",
    parent: null,
  };
}

/** Opaque to a client, and of the same thing always the same. */
export function nodeId(kind: string, id: number | string): string {
  return `${kind}_${Buffer.from(`${kind}:${id}`).toString("base64url")}`;
}
