/**
 * Cuts SQL into statements as PostgreSQL's lexer and psql would: a semicolon ends one outside of
 * quotes, comments, parentheses and the body of an SQL function. What a statement says is told from
 * its words; quotes and comments are none.
 */

export interface ReadStatement {
  /** Without its semicolon; comments before it are part of it. */
  readonly sql: string;
  /** Of its first word, from 1. */
  readonly line: number;
  /** Lower case; what is in double quotes as it is, with them. */
  readonly words: readonly string[];
}

export interface SqlFault {
  readonly line: number;
  readonly code: "SQL_SYNTAX" | "PSQL_COMMAND";
  readonly message: string;
}

export function readStatements(text: string): readonly ReadStatement[] | SqlFault {
  const statements: ReadStatement[] = [];
  let current = emptyStatement(0);
  let at = 0;
  let line = 1;
  while (at < text.length) {
    const token = tokenAt(text, at);
    if (token.kind === "fault") return { ...token.fault, line };
    if (token.kind === "semicolon" && current.parentheses === 0 && current.blocks === 0) {
      push(statements, current, text.slice(current.start, at));
      current = emptyStatement(token.end);
    } else {
      if (token.kind !== "blank") current.line ??= line;
      follow(current, token, text.slice(at, token.end));
    }
    line += newlines(text, at, token.end);
    at = token.end;
  }
  push(statements, current, text.slice(current.start));
  return statements;
}

interface Growing {
  readonly start: number;
  line: number | undefined;
  readonly words: string[];
  parentheses: number;
  /** Of a function whose body is `BEGIN ATOMIC … END`. */
  blocks: number;
}

const emptyStatement = (start: number): Growing => ({
  start,
  line: undefined,
  words: [],
  parentheses: 0,
  blocks: 0,
});

function push(statements: ReadStatement[], { line, words }: Growing, sql: string): void {
  if (line !== undefined) statements.push({ sql: sql.trim(), line, words });
}

function follow(current: Growing, token: Token, text: string): void {
  if (token.kind === "open") current.parentheses++;
  if (token.kind === "close") current.parentheses = Math.max(0, current.parentheses - 1);
  if (token.kind !== "word") return;
  const word = text.startsWith('"') ? text : text.toLowerCase();
  current.words.push(word);
  if (current.parentheses > 0 || !isRoutine(current.words)) return;
  // As psql counts them.
  if (word === "begin" || (word === "case" && current.blocks > 0)) current.blocks++;
  if (word === "end" && current.blocks > 0) current.blocks--;
}

function isRoutine(words: readonly string[]): boolean {
  const [first, second, third, fourth] = words;
  const kind = second === "or" && third === "replace" ? fourth : second;
  return first === "create" && (kind === "function" || kind === "procedure");
}

type Token =
  | {
      readonly kind: "blank" | "semicolon" | "open" | "close" | "word" | "other";
      readonly end: number;
    }
  | { readonly kind: "fault"; readonly end: number; readonly fault: Omit<SqlFault, "line"> };

const word = /[\p{L}_][\p{L}\p{N}_$]*/uy;
const blank = /\s+/y;
const comment = /--[^\n]*/y;
const number = /\d[\p{L}\p{N}_.$]*/uy;
const dollarTag = /\$(?:[\p{L}_][\p{L}\p{N}_]*)?\$/uy;

function tokenAt(text: string, at: number): Token {
  const blankEnd = endOf(blank, text, at) ?? endOf(comment, text, at);
  if (blankEnd !== undefined) return { kind: "blank", end: blankEnd };
  const sign = text[at];
  if (sign === "/" && text[at + 1] === "*") return blockComment(text, at);
  if (sign === "'") return quoted(text, at, false);
  if (/[eE]/.test(sign ?? "") && text[at + 1] === "'") return quoted(text, at + 1, true);
  if (sign === '"') return until(text, at, at + 1, '"', "word");
  const tagEnd = sign === "$" ? endOf(dollarTag, text, at) : undefined;
  if (tagEnd !== undefined) return until(text, at, tagEnd, text.slice(at, tagEnd), "other");
  if (sign === "\\")
    return fault("PSQL_COMMAND", "A backslash begins a command of psql, and no SQL");
  if (sign === "\0") return fault("SQL_SYNTAX", "There is a zero byte");
  if (sign === ";") return { kind: "semicolon", end: at + 1 };
  if (sign === "(") return { kind: "open", end: at + 1 };
  if (sign === ")") return { kind: "close", end: at + 1 };
  const wordEnd = endOf(word, text, at);
  if (wordEnd !== undefined) return { kind: "word", end: wordEnd };
  return { kind: "other", end: endOf(number, text, at) ?? at + 1 };
}

function endOf(form: RegExp, text: string, at: number): number | undefined {
  form.lastIndex = at;
  return form.test(text) ? form.lastIndex : undefined;
}

/** A doubled quote is one of the text, and leaves this loop and enters it again as a new token. */
function until(
  text: string,
  at: number,
  from: number,
  closing: string,
  kind: "word" | "other",
): Token {
  const end = text.indexOf(closing, from);
  if (end >= 0) return { kind, end: end + closing.length };
  return fault("SQL_SYNTAX", `What ${shown(text.slice(at, from))} opens is not closed`);
}

function quoted(text: string, quote: number, hasEscapes: boolean): Token {
  if (!hasEscapes) return until(text, quote, quote + 1, "'", "other");
  for (let at = quote + 1; at < text.length; at++) {
    if (text[at] === "\\") at++;
    else if (text[at] === "'" && text[at + 1] === "'") at++;
    else if (text[at] === "'") return { kind: "other", end: at + 1 };
  }
  return fault("SQL_SYNTAX", "What ' opens is not closed");
}

/** They nest. */
function blockComment(text: string, start: number): Token {
  let depth = 0;
  for (let at = start; at < text.length; at++) {
    const two = text.slice(at, at + 2);
    if (two === "/*") depth++;
    else if (two === "*/") depth--;
    else continue;
    at++;
    if (depth === 0) return { kind: "blank", end: at + 1 };
  }
  return fault("SQL_SYNTAX", "What /* opens is not closed");
}

const fault = (code: SqlFault["code"], message: string): Token => ({
  kind: "fault",
  end: 0,
  fault: { code, message },
});

const shown = (text: string): string => (text.length > 20 ? `${text.slice(0, 20)}…` : text);

function newlines(text: string, from: number, to: number): number {
  let count = 0;
  for (let at = text.indexOf("\n", from); at >= 0 && at < to; at = text.indexOf("\n", at + 1)) {
    count++;
  }
  return count;
}
