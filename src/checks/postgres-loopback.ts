/**
 * The image trusts whoever comes from its loopback. If the server took Fly's proxy for that, anybody
 * on the internet were superuser: so a login from outside with a wrong password is tried, and must fail.
 */

import { publicHost } from "#silo/names.ts";
import type { Silo } from "#silo/silo.ts";
import { currentMachine } from "#state/observed.ts";
import type { LoginAnswer } from "#world/fly.ts";
import type { Check, Finding, FlyDoor, SeenSilo } from "./types.ts";

export const postgresLoopback: Check = {
  name: "postgres-loopback",
  async run({ fly, observed }) {
    if ("closed" in fly) return [];
    const seen = await observed();
    const isPublic = ({ silo }: SeenSilo) => silo.spec.devenv.services.postgres.public;
    return Promise.all(seen.filter(isPublic).map((one) => tried(one, fly.open)));
  },
};

async function tried({ silo, seen }: SeenSilo, { logInWrongly }: FlyDoor): Promise<Finding> {
  const about = silo.slug;
  if (currentMachine(seen.services.postgres)?.state !== "started") {
    const text = "its public Postgres does not run, so how it takes the proxy cannot be tried";
    return { about, verdict: "unknown", text, fix: `run \`silo doctor ${about}\` while it runs` };
  }
  return judged(silo, await logInWrongly(publicHost(silo.slugs, "postgres")));
}

/** 28P01 is a wrong password, 28000 a login that no rule allows. */
const refusals = ["28P01", "28000"];

function judged({ slug: about, slugs, file }: Silo, answer: LoginAnswer): Finding {
  const host = `${publicHost(slugs, "postgres")}:5432`;
  if (answer.kind === "let-in") {
    return {
      about,
      verdict: "failed",
      text: `${host} lets anybody in as superuser: a login with a wrong password was accepted`,
      fix: `set \`postgres: { public: false }\` in ${file} and apply it now; then \`silo rotate ${about}\``,
      refuses: true,
    };
  }
  if (answer.kind === "refused" && refusals.includes(answer.code)) {
    return { about, verdict: "ok", text: `${host} refuses a wrong password from outside` };
  }
  const why = answer.kind === "refused" ? `${answer.code}: ${answer.message}` : answer.why;
  return {
    about,
    verdict: "unknown",
    text: `${host} could not be tried with a wrong password: ${why}`,
    fix: `look at the logs of ${host.split(".")[0]}, then run \`silo doctor ${about}\` again`,
  };
}
