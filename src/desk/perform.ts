/** One request, whichever door it came by: is it understood, may the caller, which silo, done. */

import { mayDo, type Role, seesContext } from "#silo/access.ts";
import { ApiError } from "#silo/errors.ts";
import type { Answer, DeskAction, Input } from "./actions/types.ts";
import type { AuditEntry } from "./audit.ts";
import type { Caller } from "./caller.ts";
import { type Desk, siloFor } from "./desk.ts";
import { asProblem, Problem } from "./problem.ts";

export const mayAsk = (role: Role, { needs }: Pick<DeskAction, "needs">): boolean =>
  needs === "own-context" ? seesContext(role) : mayDo(role, needs);

/** Throws a `Problem`, and nothing else. Whatever happens is in the audit. */
export async function perform(
  desk: Desk,
  action: DeskAction,
  {
    caller,
    raw,
    via,
    address,
  }: { caller: Caller; raw: unknown } & Pick<AuditEntry, "via" | "address">,
): Promise<Answer> {
  const silo = siloNamed(raw);
  const note = (outcome: number) =>
    desk.audit({ via, action: action.name, silo, who: caller, address, outcome });
  try {
    const answer = await answerTo(desk, action, caller, raw);
    note(answer.status);
    return answer;
  } catch (error) {
    const problem = asProblem(error);
    note(problem.status);
    throw problem;
  }
}

/** In this order: no later answer tells what an earlier one keeps. */
async function answerTo(
  desk: Desk,
  action: DeskAction,
  caller: Caller,
  raw: unknown,
): Promise<Answer> {
  if (!mayAsk(caller.role, action)) throw new Problem(403, `A ${caller.role} may not do this`);
  const input = readInput(action, raw);
  const silo = await siloFor(desk, caller, input.silo ?? "");
  try {
    return await action.run(desk, { caller, silo, input });
  } catch (error) {
    // To whom the silo is no secret it may be said what failed about it.
    if (!(error instanceof ApiError)) throw error;
    throw new Problem(503, error.message, { fix: "ask again in a moment", retryAfterSeconds: 5 });
  }
}

function readInput({ input: fields }: DeskAction, raw: unknown): Input {
  if (typeof raw !== "object" || raw === null || Array.isArray(raw)) {
    throw new Problem(400, "The input is not an object");
  }
  const given = Object.entries(raw);
  const strange = given.find(([name]) => !Object.hasOwn(fields, name));
  if (strange) {
    throw new Problem(400, `Nothing is known of "${strange[0].slice(0, 40)}"`, {
      fix: `there are ${Object.keys(fields).join(", ")}`,
    });
  }
  const values = new Map(given);
  return Object.fromEntries(
    Object.entries(fields).flatMap(([name, field]) => {
      const value = values.get(name);
      if (value === undefined && field.isOptional) return [];
      const fits =
        typeof value === "string" &&
        value.length <= field.maxLength &&
        (field.pattern === undefined || new RegExp(field.pattern, "u").test(value));
      if (fits) return [[name, value]];
      throw new Problem(
        400,
        `"${name}" is ${value === undefined ? "missing" : "not as it should be"}`,
        {
          fix: `${field.description} For example ${field.examples[0]}`,
        },
      );
    }),
  );
}

/** For the audit: what was asked for, as far as it could be the name of a silo. */
function siloNamed(raw: unknown): string | undefined {
  const name = typeof raw === "object" && raw !== null ? Reflect.get(raw, "silo") : undefined;
  return typeof name === "string" && /^[a-z0-9-]{1,100}$/.test(name) ? name : undefined;
}
