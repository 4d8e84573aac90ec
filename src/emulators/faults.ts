/** Faults by rule, as a fault file lists them: which calls they strike and what happens then. */

/** `empty-list` and `partial` change the answer of a list; the others take its place. */
export type FaultAnswer =
  | { readonly status: number; readonly body?: unknown }
  | "timeout"
  | "reset"
  | "empty-list"
  | "partial";

export interface FaultRule {
  readonly match: {
    readonly method?: string;
    /** `*` is one segment, `**` any number of them: `/v1/apps/*-pg/machines/**`. */
    readonly path?: string;
    /** Only the n-th matching call, from 1. */
    readonly nth?: number;
    /** Every n-th matching call. */
    readonly every?: number;
    /** 0 to 1. */
    readonly probability?: number;
    /** At most so often. */
    readonly times?: number;
  };
  /** Whether a write still takes effect. Default `before`: it does not. */
  readonly effect?: "before" | "after";
  /** Without it the call is only delayed. */
  readonly answer?: FaultAnswer;
  readonly delayMs?: number;
  /** `partial`: the regions that do not answer; the first one of the list when absent. */
  readonly regions?: readonly string[];
}

export type FaultPlan = readonly FaultRule[];

/** Numbers in [0, 1), as a seed gives them. */
export interface Fractions {
  fraction(): number;
}

export type NextFault = (method: string, path: string) => FaultRule | undefined;

/** Counts the calls; the first rule that strikes wins. */
export function createFaults(plan: FaultPlan, random: Fractions): NextFault {
  const counters = plan.map((rule) => ({
    rule,
    path: globOf(rule.match.path),
    seen: 0,
    struck: 0,
  }));
  return (method, path) => {
    let found: FaultRule | undefined;
    for (const counter of counters) {
      const { match } = counter.rule;
      if (match.method !== undefined && match.method.toUpperCase() !== method) continue;
      if (!counter.path.test(path)) continue;
      counter.seen++;
      if (found || !strikes(counter.rule, counter.seen, random)) continue;
      if (counter.struck >= (match.times ?? Number.POSITIVE_INFINITY)) continue;
      counter.struck++;
      found = counter.rule;
    }
    return found;
  };
}

function strikes({ match }: FaultRule, seen: number, random: Fractions): boolean {
  if (match.nth !== undefined && seen !== match.nth) return false;
  if (match.every !== undefined && seen % match.every !== 0) return false;
  return match.probability === undefined || random.fraction() < match.probability;
}

function globOf(glob = "**"): RegExp {
  const pattern = glob
    .split(/(\*\*|\*)/)
    .map((part) =>
      part === "**" ? ".*" : part === "*" ? "[^/]*" : part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"),
    )
    .join("");
  return new RegExp(`^${pattern}$`);
}

/** Reads a fault file: a list of rules, or an object with `rules`. Throws with the place and why. */
export function parseFaultPlan(json: unknown): FaultPlan {
  const rules = isRecord(json) && "rules" in json ? json.rules : json;
  if (!Array.isArray(rules)) throw new TypeError("Fault plan is not a list of rules");
  return rules.map((rule, index) => parseRule(rule, `Fault rule ${index + 1}`));
}

function parseRule(rule: unknown, where: string): FaultRule {
  if (!isRecord(rule)) throw new TypeError(`${where} is not an object`);
  refuseUnknown(rule, ["match", "effect", "answer", "delayMs", "regions"], where);
  const match = rule.match ?? {};
  if (!isRecord(match)) throw new TypeError(`${where}: match is not an object`);
  refuseUnknown(
    match,
    ["method", "path", "nth", "every", "probability", "times"],
    `${where}: match`,
  );
  const { answer, effect } = rule;
  const words = ["timeout", "reset", "empty-list", "partial"];
  const isAnswer =
    answer === undefined ||
    (typeof answer === "string" && words.includes(answer)) ||
    (isRecord(answer) && typeof answer.status === "number");
  if (!isAnswer) {
    throw new TypeError(`${where}: answer must be one of ${words.join(", ")} or {status, body}`);
  }
  if (effect !== undefined && effect !== "before" && effect !== "after") {
    throw new TypeError(`${where}: effect must be before or after`);
  }
  if (answer === undefined && typeof rule.delayMs !== "number") {
    throw new TypeError(`${where} needs an answer or delayMs`);
  }
  return { ...rule, match } as FaultRule;
}

function refuseUnknown(
  value: Record<string, unknown>,
  known: readonly string[],
  where: string,
): void {
  for (const key of Object.keys(value)) {
    if (!known.includes(key))
      throw new TypeError(`${where}: unknown key ${key}, known are ${known.join(", ")}`);
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
