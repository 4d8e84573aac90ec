import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readStatements } from "#spec/sql-statements.ts";

function read(text: string) {
  const statements = readStatements(text);
  if ("code" in statements) throw new Error(`${statements.line}: ${statements.message}`);
  return statements;
}

const sqlOf = (text: string) => read(text).map(({ sql }) => sql);

describe("where a statement ends", () => {
  test.each([
    ["select 1; select 2", ["select 1", "select 2"]],
    ["select ';'; select 2;", ["select ';'", "select 2"]],
    ["select 'it''s; so'; select 2;", ["select 'it''s; so'", "select 2"]],
    ["select e'\\';'; select 2;", ["select e'\\';'", "select 2"]],
    ["select '\\'; select 2;", ["select '\\'", "select 2"]],
    ['select ";" from "a""b;"; select 2', ['select ";" from "a""b;"', "select 2"]],
    ["do $$ begin; end $$; select 2", ["do $$ begin; end $$", "select 2"]],
    ["do $a$ $b$; $$ $a$; select 2", ["do $a$ $b$; $$ $a$", "select 2"]],
    ["select a$b$ from t; select $1", ["select a$b$ from t", "select $1"]],
    ["select 1 -- no; end\n; select 2", ["select 1 -- no; end", "select 2"]],
    ["/* a; /* b; */ c; */ select 1; select 2", ["/* a; /* b; */ c; */ select 1", "select 2"]],
    ["create rule r as on insert to t do (delete from u; select 1); select 2", 2],
    ["create function f() returns int begin atomic; select 1; end; select 2", 2],
    [
      "create or replace procedure p() begin atomic select case when true then 1 end; end; select 2",
      2,
    ],
    ["begin; select 1; end; select 2", 4],
    [";;\n-- nothing\n;", 0],
    ["select 1\r\n;\r\nselect 2", 2],
    ["select 'ünï;' as \"é;\"; select $é$;$é$", 2],
  ] as const)("%s", (text, expected) => {
    if (typeof expected === "number") expect(read(text)).toHaveLength(expected);
    else expect(sqlOf(text)).toEqual(expected);
  });

  test("statements of any kind, put together, are the same statements", () => {
    const part = fc.oneof(
      fc.stringMatching(/^[a-z ]{1,9}$/).map((text) => `select ${text.trim()}`),
      fc.string().map((text) => `select '${text.replaceAll("'", "''").replaceAll("\0", "")}'`),
      fc.string().map((text) => `select $x$${text.replaceAll("$x$", "").replaceAll("\0", "")} $x$`),
      fc
        .string()
        .map(
          (text) =>
            `/* ${text.replaceAll("*/", "").replaceAll("/*", "").replaceAll("\0", "")} */ select 1`,
        ),
    );
    fc.assert(
      fc.property(fc.array(part), (parts) => {
        const wanted = parts.map((text) => text.trim());
        expect(sqlOf(parts.map((text) => `${text};\n`).join(""))).toEqual(wanted);
      }),
    );
  });

  test("nothing makes it throw or hang, and no statement is lost", () => {
    const pieces = fc.constantFrom(
      "'",
      '"',
      "$$",
      "$a$",
      ";",
      "--",
      "/*",
      "*/",
      "\n",
      "(",
      ")",
      "e'",
      "x",
      "\\",
      " ",
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 30 }), (some) => {
        const text = some.join("");
        const statements = readStatements(text);
        if ("code" in statements) return;
        const kept = statements.map(({ sql }) => sql).join("");
        expect(text.replace(/[\s;]/g, "")).toContain(kept.replace(/[\s;]/g, "").slice(0, 1));
        for (const { sql, line } of statements) {
          expect(text).toContain(sql);
          expect(line).toBeLessThanOrEqual(text.split("\n").length);
        }
      }),
    );
  });
});

test("lines are those of the first word, in the file", () => {
  const text =
    "\n-- why\n/* and\nhow */ create table a (\n  id int\n);\n\n  insert into a\n values (1);";
  expect(read(text).map(({ line }) => line)).toEqual([4, 8]);
});

test.each([
  ["select 1;\nselect 'open;\n", 2, "SQL_SYNTAX", "What ' opens is not closed"],
  ["/* a\n/* b */", 1, "SQL_SYNTAX", "What /* opens is not closed"],
  ["do $body$ begin", 1, "SQL_SYNTAX", "What $body$ opens is not closed"],
  [
    "select 1;\n\\! rm -rf /",
    2,
    "PSQL_COMMAND",
    "A backslash begins a command of psql, and no SQL",
  ],
] as const)("%s", (text, line, code, message) => {
  expect(readStatements(text)).toEqual({ line, code, message });
});
