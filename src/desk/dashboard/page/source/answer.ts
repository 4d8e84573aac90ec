/** Answers of the desk: JSON, or a problem that says what is wrong and what to do. */

import { isRecord, text } from "../model/fleet.ts";

export class Problem extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.name = "Problem";
    this.status = status;
  }
}

export async function jsonOf(response: Response): Promise<unknown> {
  if (!response.ok) throw await problemOf(response);
  const type = response.headers.get("content-type") ?? "";
  if (!/^application\/([a-z.+-]+\+)?json\b/.test(type)) {
    throw new Problem(response.status, "The answer is not JSON");
  }
  return response.json();
}

export async function problemOf(response: Response): Promise<Problem> {
  const body: unknown = await response.json().catch(() => undefined);
  const said = isRecord(body) ? [text(body.detail) ?? text(body.title), text(body.fix)] : [];
  const words = said.filter((part) => part !== null && part !== "").join("; ");
  return new Problem(response.status, words === "" ? fallback(response.status) : words);
}

function fallback(status: number): string {
  if (status === 401) return "This token is not valid, or not any more";
  if (status === 403) return "Your role may not do this";
  if (status === 404) return "There is no such silo, or it is not yours";
  if (status === 429) return "Too many requests: try again in a minute";
  return `The desk answered ${status}`;
}

export const messageOf = (error: unknown): string =>
  error instanceof Problem ? error.message : "The server cannot be reached";
