import { ok } from "../call.ts";
import { teamOf } from "../lookups.ts";
import type { Route } from "../router.ts";
import { sees } from "../tokens.ts";
import { teamView } from "../views.ts";

export const accountRoutes: readonly Route[] = [
  {
    method: "GET",
    path: "/accounts",
    run: ({ token }, { store }) =>
      ok([...store.teams.values()].filter(({ slug }) => sees(token, slug)).map(teamView)),
  },
  {
    method: "GET",
    path: "/accounts/:account",
    run: (call, cloud) => ok(teamView(teamOf(call, cloud))),
  },
  {
    method: "GET",
    path: "/user",
    run: ({ token }, { store }) => {
      const seen = [...store.sites.values()].filter(({ teamId }) =>
        sees(token, store.teams.get(teamId)?.slug ?? ""),
      );
      return ok({ id: "emulated", email: "emulated@netlify.test", site_count: seen.length });
    },
  },
];
