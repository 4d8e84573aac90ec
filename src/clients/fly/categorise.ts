/**
 * What a refusal means, by status and body. A code that the API set (`status` in the body) outranks
 * its words; words are read as they were seen (facts of 2026, each with its source in the tests).
 */

import type { ApiErrorCategory } from "#silo/errors.ts";
import { object } from "../shape.ts";
import type { FlyAction } from "./limits.ts";

export interface Refusal {
  readonly category: ApiErrorCategory;
  /** The API's words, not yet fit to be shown. */
  readonly detail: string;
  readonly existingId?: string | undefined;
}

export function categorise(answer: {
  readonly status: number;
  readonly text: string;
  readonly action?: FlyAction;
}): Refusal {
  const body = readErrorBody(answer.text);
  const category = categoryOf(answer.status, body, answer.action);
  const existingId =
    category === "already_exists" ? machineIdPattern.exec(body.words)?.[1] : undefined;
  return { category, detail: detailOf(answer.status, body), existingId };
}

const machineIdPattern = /machine ID ([0-9A-Za-z_-]+) already exists/i;

function categoryOf(
  status: number,
  body: ErrorBody,
  action: FlyAction | undefined,
): ApiErrorCategory {
  if (status === 401) return "unauthorized";
  // A page of a proxy, or a path the API does not know, says nothing about what was asked for.
  if (status === 404) return isNoAnswer(body) ? "unknown" : "not_found";
  if (status === 408) return "timeout";
  if (status === 429) return "throttled";
  if (status < 400) return "unknown";
  const coded = codeCategories.get(body.code);
  if (coded) return coded;
  // Words of a 5xx prove nothing: they may quote an error that was met on the way.
  if (status >= 500) return "transient";
  for (const [category, pattern] of wordCategories) if (pattern.test(body.words)) return category;
  if (status === 403) return isPermission(body) ? "forbidden" : "quota";
  if (status === 409 || status === 412) return conflictCategory(status, action);
  return "invalid";
}

const codeCategories: ReadonlyMap<string, ApiErrorCategory> = new Map([
  ["insufficient_capacity", "capacity"],
  ["volume_placement_capacity", "capacity"],
  ["name_taken", "name_taken"],
]);

/** In this order: an earlier one may contain a word of a later one. */
const wordCategories: readonly (readonly [ApiErrorCategory, RegExp])[] = [
  ["region_retired", /region \S+ is deprecated|deprecated and cannot have new resources/i],
  ["quota", /\bquota\b|over the allowed|limit (?:reached|exceeded)|exceeds? .*\blimit/i],
  ["name_taken", /name has already been taken/i],
  ["already_exists", /unique machine name violation|\balready_exists\b|already exists/i],
  ["secrets_version", /min_secrets_version/i],
  ["volume_claimed", /already claimed|volume .*already (?:attached|in use)/i],
  ["lease_held", /\blease\b/i],
  [
    "capacity",
    /no capacity|could not reserve resource|could not find a candidate host|insufficient (?:memory|cpus?|ips|resources|capacity)/i,
  ],
  ["busy", /machine getting replaced|unable to \S+ machine from current state/i],
  ["version_mismatch", /concurrent update|current[_ ]version|machine[_ ]version|version mismatch/i],
  ["not_found", /volume (?:\S+ )?(?:not found|does not exist)/i],
];

function conflictCategory(status: number, action: FlyAction | undefined): ApiErrorCategory {
  // Of metadata a failed precondition has one documented cause.
  return status === 412 && action === "metadata.patch" ? "version_mismatch" : "conflict";
}

function isPermission(body: ErrorBody): boolean {
  const words = /unauthori[sz]ed|forbidden|not (?:authori[sz]ed|allowed)|permission|access|token/i;
  return body.words === "" || body.html || words.test(body.words);
}

function isNoAnswer(body: ErrorBody): boolean {
  return body.html || /^404 page not found$/i.test(body.words);
}

interface ErrorBody {
  readonly words: string;
  readonly code: string;
  readonly html: boolean;
}

function readErrorBody(text: string): ErrorBody {
  const html = /^\s*<(?:!doctype|html|head|body|\?xml)/i.test(text);
  if (html) return { words: "", code: "", html };
  try {
    const body = object(JSON.parse(text), "error");
    const words = [body.error, body.message].flatMap(wordsOf);
    const { status } = body;
    return { words: words.join(": "), code: typeof status === "string" ? status : "", html };
  } catch {
    return { words: text.trim(), code: "", html };
  }
}

function wordsOf(value: unknown): string[] {
  if (typeof value === "string") return value === "" ? [] : [value];
  if (typeof value !== "object" || value === null || !("message" in value)) return [];
  return typeof value.message === "string" ? [value.message] : [];
}

function detailOf(status: number, body: ErrorBody): string {
  if (body.html) return "an HTML page came instead of an answer";
  if (body.words !== "") return body.words;
  if (body.code !== "") return body.code;
  return `the API answered ${status} without a word`;
}
