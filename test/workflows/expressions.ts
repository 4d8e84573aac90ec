/** GitHub's expressions, evaluated by GitHub's own library. */

import { data, Evaluator, Lexer, Parser } from "@actions/expressions";

export type Contexts = Readonly<Record<string, unknown>>;
type StatusFunctions = Readonly<Record<"always" | "success" | "failure" | "cancelled", boolean>>;

const none: StatusFunctions = { always: true, success: true, failure: false, cancelled: false };

export function evaluate(
  expression: string,
  contexts: Contexts,
  status: StatusFunctions = none,
): unknown {
  const functions = Object.entries(status).map(([name, value]) => ({
    name,
    minArgs: 0,
    maxArgs: 0,
    call: () => new data.BooleanData(value),
  }));
  const { tokens } = new Lexer(expression).lex();
  const parsed = new Parser(tokens, Object.keys(contexts), functions).parse();
  const context = JSON.parse(JSON.stringify(contexts), data.reviver) as data.Dictionary;
  const named = new Map(functions.map((definition) => [definition.name, definition]));
  const value = new Evaluator(parsed, context, named).evaluate();
  return JSON.parse(JSON.stringify(value, data.replacer));
}

/** A text with `${{ … }}` in it, as a step gets it; a value that is one expression keeps its kind. */
export function fill(value: string, contexts: Contexts): unknown {
  const whole = /^\$\{\{((?:(?!\}\}).)*)\}\}$/s.exec(value.trim());
  if (whole?.[1] !== undefined) return evaluate(whole[1], contexts);
  return value.replace(/\$\{\{(.*?)\}\}/gs, (_, expression: string) =>
    String(evaluate(expression, contexts) ?? ""),
  );
}

/** Without a status function a condition is asked only after success. */
export function holds(condition: string, contexts: Contexts, status: StatusFunctions): boolean {
  const bare = condition.replace(/^\s*\$\{\{(.*)\}\}\s*$/s, "$1");
  const asksStatus = /\b(always|success|failure|cancelled)\s*\(/.test(bare);
  const full = asksStatus ? bare : `success() && (${bare})`;
  const value = evaluate(full, contexts, status);
  return value !== false && value !== null && value !== "" && value !== 0;
}
