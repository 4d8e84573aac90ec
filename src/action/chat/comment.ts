import type { Event } from "../event.ts";
import { numberAt, textAt } from "../json.ts";
import type { Person } from "./who-may.ts";

export interface AskingComment {
  readonly id: number;
  readonly issue: number;
  readonly isPull: boolean;
  readonly body: string;
  readonly author: Person;
}

/** Only one that was just made, and by a person. */
export function commentOf({ name, payload }: Event): AskingComment | undefined {
  const id = numberAt(payload, "comment", "id");
  const issue = numberAt(payload, "issue", "number");
  const login = textAt(payload, "comment", "user", "login");
  const userId = numberAt(payload, "comment", "user", "id");
  const isNew = name === "issue_comment" && textAt(payload, "action") === "created";
  const isByPerson = textAt(payload, "comment", "user", "type") === "User";
  if (!isNew || !isByPerson || !id || !issue || !login || !userId) return undefined;
  return {
    id,
    issue,
    author: { login, id: userId },
    body: textAt(payload, "comment", "body") ?? "",
    isPull: textAt(payload, "issue", "pull_request", "url") !== undefined,
  };
}
