/**
 * Reads a script the way psql does: statements end at a semicolon outside of quotes, comments and
 * parentheses; `:name` is replaced; a backslash starts a command of psql's own.
 */

export type ScriptPart =
  | { readonly kind: "sql"; readonly text: string; readonly line: number }
  | {
      readonly kind: "command";
      readonly name: string;
      readonly rest: string;
      /** The statement that the command ends, as `\gexec` does. */
      readonly pending: string;
      readonly line: number;
    };

export function* readScript(
  text: string,
  variable: (name: string) => string | undefined,
): Generator<ScriptPart> {
  const state = { at: 0, line: 1, depth: 0, sql: "" };
  while (state.at < text.length) {
    const token = nextToken(text, state.at);
    state.at += token.length;
    state.line += token.split("\n").length - 1;
    if (token === ";" && state.depth === 0) {
      if (state.sql.trim()) yield { kind: "sql", text: `${state.sql.trim()};`, line: state.line };
      state.sql = "";
    } else if (token.startsWith("\\")) {
      const [, name = "", rest = ""] = /^\\(\S+)\s*(.*)$/.exec(token) ?? [];
      const pending = state.sql.trim();
      yield { kind: "command", name, rest: rest.trim(), pending, line: state.line };
      if (name.startsWith("g")) state.sql = "";
    } else {
      if (token === "(") state.depth++;
      if (token === ")") state.depth = Math.max(0, state.depth - 1);
      if (!(token.startsWith("--") && !state.sql.trim())) state.sql += interpolate(token, variable);
    }
  }
  if (state.sql.trim()) yield { kind: "sql", text: state.sql.trim(), line: state.line };
}

/** The statements of a text that psql would send as one, without psql's own syntax. */
export function statementsOf(text: string): string[] {
  const parts = [...readScript(text, () => undefined)];
  return parts.flatMap((part) => (part.kind === "sql" ? [part.text.replace(/;$/, "")] : []));
}

export const quoteLiteral = (text: string): string => `'${text.replaceAll("'", "''")}'`;
export const quoteIdentifier = (text: string): string => `"${text.replaceAll('"', '""')}"`;

const tokenForms: readonly RegExp[] = [
  /--[^\n]*/y,
  /[eE]'(?:[^'\\]|\\[\s\S]|'')*'/y,
  /'[^']*(?:''[^']*)*'/y,
  /"(?:[^"]|"")*"/y,
  /\$([A-Za-z_]\w*)?\$[\s\S]*?\$\1\$/y,
  /::/y,
  /:(?:[A-Za-z_]\w*|'\w+'|"\w+")/y,
  /\\[^\n]*/y,
  /[A-Za-z_]\w*/y,
  /[^-eE'"$:\\;()/A-Za-z_]+/y,
];

function nextToken(text: string, at: number): string {
  if (text.startsWith("/*", at)) return text.slice(at, endOfComment(text, at));
  for (const form of tokenForms) {
    form.lastIndex = at;
    const found = form.exec(text);
    if (found) return found[0];
  }
  return text.charAt(at);
}

function endOfComment(text: string, start: number): number {
  let depth = 0;
  for (let at = start; at < text.length; at++) {
    const two = text.slice(at, at + 2);
    if (two === "/*") depth++;
    if (two === "*/" && --depth === 0) return at + 2;
    if (two === "/*" || two === "*/") at++;
  }
  return text.length;
}

function interpolate(token: string, variable: (name: string) => string | undefined): string {
  const [, quote = "", name] = /^:(['"]?)(\w+)\1$/.exec(token) ?? [];
  const value = name === undefined ? undefined : variable(name);
  if (value === undefined) return token;
  if (quote === "'") return quoteLiteral(value);
  return quote === '"' ? quoteIdentifier(value) : value;
}
