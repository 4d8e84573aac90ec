/**
 * Who may ask for what: the role map of silo.config.yml, applied to whoever wrote the comment or
 * started the run, by id: a name can be given up and taken by somebody else.
 */

import type { Surroundings } from "#commands/run-words.ts";
import type { GitHubConnection } from "#commands/types.ts";
import { mayDo, type Role, roles } from "#silo/access.ts";
import type { SiloConfig } from "#silo/config.generated.ts";
import { Refused } from "#silo/errors.ts";
import { loadConfig } from "#spec/load-config.ts";
import type { Step } from "../step.ts";
import { askedIn } from "./asked.ts";

export interface Person {
  readonly login: string;
  /** Undefined where only the name is told, as of a run. */
  readonly id: number | undefined;
}

type RoleMap = SiloConfig["chat"]["roles"];

const permissions = ["triage", "write", "maintain", "admin"];

/** The first role of a person that may do it. */
export async function roleThatMay(
  { github, repository }: GitHubConnection,
  map: RoleMap,
  { login, id }: Person,
  action: string,
): Promise<Role | undefined> {
  const found = await github.permissionOf(repository, login);
  if (!found || (id !== undefined && found.id !== id)) return undefined;
  const held = permissions.indexOf(found.role);
  for (const role of roles) {
    if (!mayDo(role, action)) continue;
    for (const who of map[role] ?? []) {
      const [, org, slug] = /^@([^/]+)\/(.+)$/.exec(who) ?? [];
      const has =
        org !== undefined && slug !== undefined
          ? await github.isInTeam(repository, { org, slug }, login)
          : held >= 0 && permissions.indexOf(who) <= held;
      if (has) return role;
    }
  }
  return undefined;
}

/** Mending runs what an apply would, so it is asked for like a restart. */
const actionOf = ({ command, switches }: Step["inputs"]): string =>
  command === "drift" && switches.includes("heal") ? "restart" : command;

const dispatched = ["start", "stop", "restart", "rotate", "hold", "release", "restore"];

/** What the desk starts; it has looked at the role of whoever asked. Nobody else can be a bot's login. */
const askedOfDesk = ["start", "stop", "hold", "release"];

/** Of a run that somebody started by hand, where the configuration says who may. */
export async function assertMayDispatch(
  step: Step,
  { files, variable, clock }: Pick<Surroundings, "files" | "variable" | "clock">,
): Promise<void> {
  const { event, inputs } = step;
  const action = actionOf(inputs);
  if (event.name !== "workflow_dispatch" || !dispatched.includes(action)) return;
  const { chat, desk } = loadConfig(files, inputs.configFile).config;
  const map = chat.roles;
  if (Object.keys(map).length === 0) return;
  const actor = variable("GITHUB_TRIGGERING_ACTOR") ?? event.actor;
  if (actor === desk.actor && askedOfDesk.includes(action)) return;
  const person =
    inputs.commentId === undefined
      ? { login: actor, id: undefined }
      : await authorOf(step, inputs.commentId, clock.now());
  if (await roleThatMay(await step.github(), map, person, action)) return;
  throw new Refused(`@${person.login} may not ${inputs.command}`, {
    exitCode: 4,
    fix: `chat.roles in ${inputs.configFile} says who may`,
  });
}

const mostAgeMs = 60 * 60_000;

/** Anybody who may start workflows can name a comment: it must say just this, and just now. */
async function authorOf(
  { inputs, github: connect }: Step,
  id: number,
  now: number,
): Promise<Person> {
  const { github, repository } = await connect();
  const comment = await github.getComment(repository, id);
  const asked = askedIn(comment.body);
  const isThis =
    asked !== undefined &&
    asked !== "unclear" &&
    asked.command === inputs.command &&
    asked.duration === inputs.values.for &&
    inputs.silos.length === 1 &&
    inputs.silos[0] === asked.silo;
  const isFresh =
    comment.createdAt === comment.updatedAt && now - Date.parse(comment.createdAt) < mostAgeMs;
  if (isThis && isFresh && comment.isByPerson) {
    return { login: comment.author, id: comment.authorId };
  }
  throw new Refused(`The comment ${id} does not ask for this`, {
    exitCode: 4,
    fix: "write a new comment; an edited or old one is not followed",
  });
}
