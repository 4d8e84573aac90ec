/**
 * The Lua expressions of request-transformer's `$( … )`: and, or, not, ==, ~=, .., strings,
 * numbers, nil, `headers.x`, `headers["x"]`, `query_params.x` and `:sub(a, b)`.
 */

export interface TemplateScope {
  readonly headers: Headers;
  readonly query: URLSearchParams;
}

type Value = string | number | boolean | undefined;

/** `undefined` when the value comes out as nil; throws on what is no expression. */
export function renderTemplate(text: string, scope: TemplateScope): string | undefined {
  const at = text.indexOf("$(");
  if (at < 0) return text;
  const end = closing(text, at + 1);
  const inner = text.slice(at + 2, end);
  const value = evaluate(inner, scope);
  const rest = renderTemplate(text.slice(end + 1), scope) ?? "";
  const whole = at === 0 && rest === "";
  if (value === undefined || value === false) return whole ? undefined : text.slice(0, at) + rest;
  return text.slice(0, at) + String(value) + rest;
}

function closing(text: string, open: number): number {
  let depth = 0;
  let quote = "";
  for (let at = open; at < text.length; at++) {
    const letter = text.charAt(at);
    if (quote) quote = letter === quote ? "" : quote;
    else if (letter === '"' || letter === "'") quote = letter;
    else if (letter === "(") depth++;
    else if (letter === ")" && --depth === 0) return at;
  }
  throw new Error(`Unbalanced template: ${text.slice(0, 40)}`);
}

interface Parser {
  readonly tokens: string[];
  readonly scope: TemplateScope;
}

function evaluate(text: string, scope: TemplateScope): Value {
  const form = /\s*(?:("[^"]*"|'[^']*')|(\d+)|(\w+)|(==|~=|\.\.|[()[\].:,-]))/gy;
  const tokens: string[] = [];
  while (form.lastIndex < text.trimEnd().length) {
    const found = form.exec(text);
    if (!found) throw new Error("Unreadable template");
    tokens.push(found[0].trim());
  }
  const parser = { tokens, scope };
  const value = either(parser);
  if (tokens.length > 0) throw new Error(`Unexpected ${tokens[0]} in a template`);
  return value;
}

const isTrue = (value: Value): boolean => value !== undefined && value !== false;

function either(parser: Parser): Value {
  let left = both(parser);
  while (accept(parser, "or")) {
    const right = both(parser);
    left = isTrue(left) ? left : right;
  }
  return left;
}

function both(parser: Parser): Value {
  let left = comparison(parser);
  while (accept(parser, "and")) {
    const right = comparison(parser);
    left = isTrue(left) ? right : left;
  }
  return left;
}

function comparison(parser: Parser): Value {
  const left = joined(parser);
  if (accept(parser, "==")) return left === joined(parser);
  if (accept(parser, "~=")) return left !== joined(parser);
  return left;
}

function joined(parser: Parser): Value {
  let left = single(parser);
  while (accept(parser, "..")) left = `${left ?? ""}${single(parser) ?? ""}`;
  return left;
}

function single(parser: Parser): Value {
  if (accept(parser, "not")) return !isTrue(single(parser));
  let value = atom(parser);
  while (accept(parser, ":")) value = method(parser, value);
  return value;
}

function atom(parser: Parser): Value {
  const token = parser.tokens.shift() ?? "";
  if (token === "(") {
    const value = either(parser);
    expect(parser, ")");
    return value;
  }
  if (/^["']/.test(token)) return token.slice(1, -1);
  if (/^\d+$/.test(token)) return Number(token);
  if (token === "nil") return undefined;
  if (token === "true" || token === "false") return token === "true";
  const table = { headers: parser.scope.headers, query_params: parser.scope.query }[token];
  if (!table) throw new Error(`Unknown name ${token} in a template`);
  return table.get(memberName(parser).replaceAll("_", "-")) ?? undefined;
}

function memberName(parser: Parser): string {
  if (accept(parser, ".")) return parser.tokens.shift() ?? "";
  expect(parser, "[");
  const name = (parser.tokens.shift() ?? "").slice(1, -1);
  expect(parser, "]");
  return name;
}

function method(parser: Parser, value: Value): Value {
  const name = parser.tokens.shift();
  expect(parser, "(");
  const given: number[] = [];
  while (!accept(parser, ")")) {
    const sign = accept(parser, "-") ? -1 : 1;
    given.push(sign * Number(parser.tokens.shift()));
    accept(parser, ",");
  }
  const text = String(value ?? "");
  if (name === "lower") return text.toLowerCase();
  if (name !== "sub") throw new Error(`Unknown method ${name} in a template`);
  const [from = 1, to = -1] = given;
  const start = from < 0 ? Math.max(text.length + from, 0) : from - 1;
  return text.slice(start, to < 0 ? text.length + to + 1 : to);
}

function accept({ tokens }: Parser, token: string): boolean {
  if (tokens[0] !== token) return false;
  tokens.shift();
  return true;
}

function expect(parser: Parser, token: string): void {
  if (!accept(parser, token)) throw new Error(`Expected ${token} in a template`);
}
