/** Users and teams by name. A name with `nobody` in it is nobody's. */

import { type Call, ok, param, type Reply } from "../call.ts";
import { notFound } from "../errors.ts";
import type { Route } from "../router.ts";
import { ownerOf, teamOf, teamView, userView } from "../views/users.ts";

export const peopleRoutes: readonly Route[] = [
  { method: "GET", path: "/users/:username", action: "user-named", accepts: "", run: getUser },
  {
    method: "GET",
    path: "/orgs/:org/teams/:team",
    action: "team-get",
    accepts: "members=read",
    run: getTeam,
  },
];

const known = (name: string): string => {
  if (name.includes("nobody")) throw notFound();
  return name;
};

function getUser(call: Call): Reply {
  return ok(userView(ownerOf(known(param(call, "username"))), call.base));
}

function getTeam(call: Call): Reply {
  const id = teamOf(param(call, "org"), known(param(call, "team")));
  return ok(teamView(id, call.base));
}
