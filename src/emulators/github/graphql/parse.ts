import type {
  Argument,
  Condition,
  Fragment,
  Operation,
  QueryDocument,
  Selection,
  Value,
  VariableDefinition,
} from "./document.ts";
import { QueryProblem } from "./problems.ts";
import { type Word, wordsOf } from "./tokens.ts";

/** Throws a `QueryProblem` for what is no document, or uses what is not known here. */
export function parseQuery(source: string): QueryDocument {
  const cursor = new Cursor(wordsOf(source));
  const operations: Operation[] = [];
  const fragments = new Map<string, Fragment>();
  while (cursor.now.kind !== "end") {
    if (cursor.skip("fragment")) {
      const name = cursor.name();
      cursor.expect("on");
      fragments.set(name, { on: cursor.name(), selections: parseSelections(cursor) });
    } else operations.push(parseOperation(cursor));
  }
  if (operations.length === 0) throw cursor.wrong("an operation");
  return { operations, fragments };
}

function parseOperation(cursor: Cursor): Operation {
  const at = cursor.now;
  if (cursor.now.text === "{") {
    const selections = parseSelections(cursor);
    return { kind: "query", name: undefined, variables: [], selections, at };
  }
  const kind = cursor.name();
  if (kind !== "query" && kind !== "mutation") throw cursor.wrong("query or mutation", at);
  const name = cursor.now.kind === "name" ? cursor.name() : undefined;
  const variables = cursor.skip("(") ? parseVariables(cursor) : [];
  return { kind, name, variables, selections: parseSelections(cursor), at };
}

function parseVariables(cursor: Cursor): readonly VariableDefinition[] {
  const variables: VariableDefinition[] = [];
  while (!cursor.skip(")")) {
    const at = cursor.now;
    cursor.expect("$");
    const name = cursor.name();
    cursor.expect(":");
    const type = parseType(cursor);
    variables.push({ name, type, default: cursor.skip("=") ? parseValue(cursor) : undefined, at });
  }
  return variables;
}

function parseType(cursor: Cursor): string {
  let type: string;
  if (cursor.skip("[")) {
    type = `[${parseType(cursor)}]`;
    cursor.expect("]");
  } else type = cursor.name();
  return cursor.skip("!") ? `${type}!` : type;
}

function parseSelections(cursor: Cursor): readonly Selection[] {
  cursor.expect("{");
  const selections: Selection[] = [];
  while (!cursor.skip("}")) selections.push(parseSelection(cursor));
  return selections;
}

function parseSelection(cursor: Cursor): Selection {
  const at = cursor.now;
  if (cursor.skip("...")) {
    if (cursor.now.kind === "name" && cursor.now.text !== "on") {
      return { kind: "spread", name: cursor.name(), conditions: parseConditions(cursor), at };
    }
    const on = cursor.skip("on") ? cursor.name() : undefined;
    const conditions = parseConditions(cursor);
    return { kind: "inline", on, conditions, selections: parseSelections(cursor), at };
  }
  const first = cursor.name();
  const name = cursor.skip(":") ? cursor.name() : first;
  const args = cursor.skip("(") ? parseArguments(cursor, ")") : [];
  const conditions = parseConditions(cursor);
  const selections = cursor.now.text === "{" ? parseSelections(cursor) : [];
  return { kind: "field", key: first, name, args, conditions, selections, at };
}

function parseConditions(cursor: Cursor): readonly Condition[] {
  const conditions: Condition[] = [];
  while (cursor.skip("@")) {
    const at = cursor.now;
    const directive = cursor.name();
    const args = cursor.skip("(") ? parseArguments(cursor, ")") : [];
    const [condition] = args;
    if ((directive !== "include" && directive !== "skip") || condition?.name !== "if") {
      throw cursor.wrong("@include(if:) or @skip(if:)", at);
    }
    conditions.push({ when: directive === "include", value: condition.value });
  }
  return conditions;
}

function parseArguments(cursor: Cursor, end: string): readonly Argument[] {
  const args: Argument[] = [];
  while (!cursor.skip(end)) {
    const name = cursor.name();
    cursor.expect(":");
    args.push({ name, value: parseValue(cursor) });
  }
  return args;
}

function parseValue(cursor: Cursor): Value {
  const at = cursor.now;
  if (cursor.skip("$")) return { kind: "variable", name: cursor.name(), at };
  if (cursor.skip("{")) return { kind: "object", fields: parseArguments(cursor, "}") };
  if (cursor.skip("[")) {
    const items: Value[] = [];
    while (!cursor.skip("]")) items.push(parseValue(cursor));
    return { kind: "list", items };
  }
  if (at.kind === "end" || at.kind === "punctuator") throw cursor.wrong("a value");
  cursor.next();
  return { kind: "constant", value: constantOf(at) };
}

/** A bare name is an enum value, which travels as text. */
function constantOf({ kind, text }: Word): string | number | boolean | null {
  if (kind === "number") return Number(text);
  if (kind === "string") return text;
  const words: Readonly<Record<string, boolean | null>> = { true: true, false: false, null: null };
  return text in words ? (words[text] ?? null) : text;
}

class Cursor {
  readonly #words: readonly Word[];
  #index = 0;

  constructor(words: readonly Word[]) {
    this.#words = words;
  }

  get now(): Word {
    return this.#words[this.#index] ?? { kind: "end", text: "", line: 1, column: 1 };
  }

  next(): void {
    this.#index++;
  }

  /** A string is never mistaken for what it says. */
  skip(text: string): boolean {
    const isIt = this.now.text === text && this.now.kind !== "string";
    if (isIt) this.next();
    return isIt;
  }

  expect(text: string): void {
    if (!this.skip(text)) throw this.wrong(`"${text}"`);
  }

  name(): string {
    const { kind, text } = this.now;
    if (kind !== "name") throw this.wrong("a name");
    this.next();
    return text;
  }

  wrong(wanted: string, at: Word = this.now): QueryProblem {
    const got = at.kind === "end" ? "end of file" : JSON.stringify(at.text);
    return new QueryProblem(`Parse error on ${got}: expected ${wanted}`, at);
  }
}
