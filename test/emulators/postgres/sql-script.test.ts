import { describe, expect, it } from "vitest";
import { readScript, statementsOf } from "#emulators/postgres/sql-script.ts";

describe("a script", () => {
  it.each([
    { name: "plain statements", text: "select 1; select 2;", parts: ["select 1", "select 2"] },
    { name: "no last semicolon", text: "select 1;\nselect 2", parts: ["select 1", "select 2"] },
    {
      name: "a semicolon in a string",
      text: "select ';'; select 'it''s; x'",
      parts: ["select ';'", "select 'it''s; x'"],
    },
    {
      name: "an escaped quote",
      text: "select E'\\';'; select 2",
      parts: ["select E'\\';'", "select 2"],
    },
    { name: "a quoted name", text: 'select ";" ; select 2', parts: ['select ";"', "select 2"] },
    {
      name: "dollar quotes",
      text: "do $$ begin; end $$; select $a$ $$; $a$",
      parts: ["do $$ begin; end $$", "select $a$ $$; $a$"],
    },
    {
      name: "comments",
      text: "-- one; two\nselect 1 /* a; /* b; */ c; */;",
      parts: ["select 1 /* a; /* b; */ c; */"],
    },
    {
      name: "parentheses",
      text: "create rule r as do (select 1; select 2); select 3",
      parts: ["create rule r as do (select 1; select 2)", "select 3"],
    },
    { name: "casts", text: "select a::text, now()", parts: ["select a::text, now()"] },
  ])("is split with $name", ({ text, parts }) => {
    expect(statementsOf(text)).toEqual(parts);
  });

  it("has its variables replaced, quoted as asked", () => {
    const values: Record<string, string> = { a: "it's", t: 'my"table' };
    const text = "select :'a' from :\"t\" where x = :a and ':a' = ':missing' and :missing";
    expect([...readScript(text, (name) => values[name])]).toMatchObject([
      {
        text: "select 'it''s' from \"my\"\"table\" where x = it's and ':a' = ':missing' and :missing",
      },
    ]);
  });

  it("tells psql's own commands and the lines of everything", () => {
    const parts = [
      ...readScript("\\set x 1\nselect\n 1;\nselect 'drop' \\gexec\nselect 2", () => undefined),
    ];
    expect(parts).toEqual([
      { kind: "command", name: "set", rest: "x 1", pending: "", line: 1 },
      { kind: "sql", text: "select\n 1;", line: 3 },
      { kind: "command", name: "gexec", rest: "", pending: "select 'drop'", line: 4 },
      { kind: "sql", text: "select 2", line: 5 },
    ]);
  });
});
