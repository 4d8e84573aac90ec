/**
 * A query of Prometheus and MetricsQL, as far as it is emulated: selectors with labels and a range,
 * functions over ranges, aggregations by labels, arithmetic. Whatever else is asked is refused.
 */

export interface Matcher {
  readonly label: string;
  readonly isWanted: (value: string) => boolean;
}

export interface Selector {
  readonly kind: "selector";
  readonly name: string;
  readonly matchers: readonly Matcher[];
  /** Absent: the newest sample. */
  readonly rangeMs: number | undefined;
}

export type Expression =
  | Selector
  | { readonly kind: "number"; readonly value: number }
  | { readonly kind: "function"; readonly name: string; readonly of: Selector }
  | {
      readonly kind: "aggregate";
      readonly name: string;
      readonly by: readonly string[];
      readonly of: Expression;
    }
  | {
      readonly kind: "binary";
      readonly operator: string;
      readonly left: Expression;
      readonly right: Expression;
    };

export const rangeFunctions = [
  "count_over_time",
  "increase",
  "last_over_time",
  "max_over_time",
  "min_over_time",
  "rate",
  "tlast_change_over_time",
  "tlast_over_time",
] as const;
export const aggregations = ["count", "max", "min", "sum"] as const;

/** The query cannot be answered, and why. */
export class QueryProblem extends Error {}

const problem = (why: string): QueryProblem => new QueryProblem(`cannot parse the query: ${why}`);

export function parseQuery(text: string): Expression {
  const tokens = new Tokens(text);
  const expression = sum(tokens);
  if (tokens.next !== undefined) throw problem(`unexpected ${tokens.next}`);
  return expression;
}

class Tokens {
  readonly #all: readonly string[];
  #at = 0;

  constructor(text: string) {
    const pattern =
      /\s*("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|\d+(?:\.\d+)?(?:ms|[smhdw])?|[a-zA-Z_:][\w:]*|!=|=~|!~|[-+*/(){}[\],=])/y;
    const all: string[] = [];
    let end = 0;
    for (let found = pattern.exec(text); found; found = pattern.exec(text)) {
      all.push(found[1] ?? "");
      end = pattern.lastIndex;
    }
    if (text.slice(end).trim() !== "") throw problem(`unexpected ${text.slice(end).trim()[0]}`);
    this.#all = all;
  }

  get next(): string | undefined {
    return this.#all[this.#at];
  }

  take(): string {
    const token = this.#all[this.#at++];
    if (token === undefined) throw problem("it ends too early");
    return token;
  }

  skip(wanted: string): boolean {
    if (this.next !== wanted) return false;
    this.#at++;
    return true;
  }

  need(wanted: string): void {
    if (!this.skip(wanted)) throw problem(`${wanted} is missing before ${this.next ?? "the end"}`);
  }
}

const sum = (tokens: Tokens): Expression => binary(tokens, ["+", "-"], product);
const product = (tokens: Tokens): Expression => binary(tokens, ["*", "/"], operand);

function binary(
  tokens: Tokens,
  operators: readonly string[],
  side: (tokens: Tokens) => Expression,
): Expression {
  let left = side(tokens);
  while (operators.includes(tokens.next ?? "")) {
    left = { kind: "binary", operator: tokens.take(), left, right: side(tokens) };
  }
  return left;
}

function operand(tokens: Tokens): Expression {
  const token = tokens.take();
  if (token === "(") {
    const inner = sum(tokens);
    tokens.need(")");
    return inner;
  }
  if (/^\d/.test(token)) return { kind: "number", value: Number(token) };
  if (!/^[a-zA-Z_]/.test(token)) throw problem(`unexpected ${token}`);
  if (isOneOf(aggregations, token)) return aggregate(tokens, token);
  if (tokens.next !== "(") return selector(tokens, token);
  if (!isOneOf(rangeFunctions, token)) throw problem(`unknown function ${token}`);
  tokens.need("(");
  const of = selector(tokens, tokens.take());
  if (of.rangeMs === undefined) throw problem(`${token} needs a range`);
  tokens.need(")");
  return { kind: "function", name: token, of };
}

function aggregate(tokens: Tokens, name: string): Expression {
  const before = tokens.skip("by") ? labels(tokens) : undefined;
  tokens.need("(");
  const of = sum(tokens);
  tokens.need(")");
  const by = before ?? (tokens.skip("by") ? labels(tokens) : []);
  return { kind: "aggregate", name, by, of };
}

function labels(tokens: Tokens): string[] {
  const names: string[] = [];
  tokens.need("(");
  while (!tokens.skip(")")) {
    names.push(tokens.take());
    tokens.skip(",");
  }
  return names;
}

function selector(tokens: Tokens, name: string): Selector {
  const matchers: Matcher[] = [];
  if (tokens.skip("{")) {
    while (!tokens.skip("}")) {
      matchers.push(matcher(tokens.take(), tokens.take(), unquoted(tokens.take())));
      tokens.skip(",");
    }
  }
  if (!tokens.skip("[")) return { kind: "selector", name, matchers, rangeMs: undefined };
  const rangeMs = durationMs(tokens.take());
  tokens.need("]");
  return { kind: "selector", name, matchers, rangeMs };
}

/** Regular expressions are anchored at both ends. */
function matcher(label: string, operator: string, text: string): Matcher {
  const isNegative = operator.startsWith("!");
  const pattern = operator.endsWith("~") ? new RegExp(`^(?:${text})$`) : undefined;
  if (!["=", "!=", "=~", "!~"].includes(operator)) throw problem(`unexpected ${operator}`);
  const isMatch = (value: string) => (pattern ? pattern.test(value) : value === text);
  return { label, isWanted: (value) => isMatch(value) !== isNegative };
}

function unquoted(token: string): string {
  if (!/^["']/.test(token)) throw problem(`${token} is not in quotes`);
  return token.slice(1, -1).replace(/\\(.)/g, "$1");
}

const units: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

function durationMs(token: string): number {
  const [, count, unit = "s"] = /^(\d+(?:\.\d+)?)(ms|[smhdw])?$/.exec(token) ?? [];
  if (count === undefined) throw problem(`${token} is no duration`);
  return Number(count) * (units[unit] ?? 0);
}

const isOneOf = (words: readonly string[], word: string): boolean => words.includes(word);
