import { type Call, isoTime, ok, param, type Reply, type RepoCall } from "../call.ts";
import { notAccessible, notFound } from "../errors.ts";
import type { Hub } from "../hub.ts";
import type { Quota } from "../limits.ts";
import type { Route } from "../router.ts";
import { repositoryView } from "../views/repository.ts";
import { ownerOf, userView } from "../views/users.ts";

const anyone = "metadata=read";

export const platformRoutes: readonly Route[] = [
  { method: "GET", path: "/rate_limit", action: "rate-limit", accepts: anyone, run: getRateLimit },
  { method: "GET", path: "/user", action: "user-get", accepts: anyone, run: getUser },
  { method: "GET", repoPath: "", action: "repository-get", accepts: anyone, run: getRepository },
  {
    method: "GET",
    repoPath: "/collaborators/:username/permission",
    action: "collaborator-permission",
    accepts: anyone,
    run: getPermission,
  },
];

function getRateLimit(call: Call, { limits }: Hub): Reply {
  const core = limits.quota(call.actor, "core");
  const graphql = limits.quota(call.actor, "graphql");
  const search: Quota = { ...core, limit: 30, used: 0, remaining: 30 };
  return ok({ resources: { core, graphql, search }, rate: core });
}

/** An installation is nobody: only a person's token has a user. */
function getUser({ actor, base }: Call, { clock }: Hub): Reply {
  if (actor.kind !== "pat") throw notAccessible(true);
  const time = isoTime(clock.now());
  return ok({
    ...userView(actor.user, base),
    ...{ name: null, company: null, blog: null, location: null, email: null, hireable: null },
    ...{ bio: null, public_repos: 0, public_gists: 0, followers: 0, following: 0 },
    ...{ private_gists: 0, total_private_repos: 0, owned_private_repos: 0, disk_usage: 0 },
    collaborators: 0,
    two_factor_authentication: true,
    created_at: time,
    updated_at: time,
  });
}

function getRepository({ repo, base, actor }: RepoCall): Reply {
  const push = actor.permissions.contents === "write";
  const admin = actor.permissions.administration === "write";
  const permissions = { admin, maintain: admin, push, triage: push, pull: true };
  return ok({ ...repositoryView(repo, base), permissions });
}

function getPermission(call: RepoCall): Reply {
  const login = param(call, "username");
  const permission = call.repo.collaborators[login];
  if (permission === undefined && call.repo.isPrivate) throw notFound();
  const role = permission ?? "read";
  const user = { ...userView(ownerOf(login), call.base), role_name: role };
  return ok({ permission: role, role_name: role, user });
}
