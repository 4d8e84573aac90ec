import { describe, expect, it } from "vitest";
import type { Database, Login, SqlAnswer } from "#emulators/postgres/database.ts";
import { runPsql } from "#emulators/postgres/psql.ts";

const table: SqlAnswer = {
  results: [
    {
      columns: [
        { name: "id", numeric: true },
        { name: "a name", numeric: false },
      ],
      rows: [
        ["1", "one"],
        ["20", null],
      ],
      tag: "SELECT 2",
    },
  ],
  notices: [],
};
const created: SqlAnswer = {
  results: [{ columns: [], rows: [], tag: "CREATE TABLE" }],
  notices: [],
};
const failure: SqlAnswer = {
  results: [],
  notices: [],
  error: { severity: "ERROR", code: "42703", message: 'column "foo" does not exist', position: 8 },
};

/** Answers by the first word; remembers what it was asked. */
function aDatabase() {
  const logins: Login[] = [];
  const queries: string[] = [];
  const database: Database = {
    async connect(login) {
      logins.push(login);
      if (login.user === "nobody") {
        return { severity: "FATAL", code: "28000", message: 'role "nobody" does not exist' };
      }
      return {
        async query(text) {
          queries.push(text);
          if (text.startsWith("bad")) return failure;
          return text.startsWith("create") ? created : table;
        },
        async end() {},
      };
    },
  };
  const psql = (args: readonly string[], stdin = "", env = {}, files = {}) =>
    runPsql({ database, env, files }, { command: ["psql", "-h", "::1", ...args], stdin });
  return { psql, logins, queries, database };
}

describe("psql's output", () => {
  it.each([
    { args: ["-c", "t"], text: " id | a name \n----+--------\n  1 | one\n 20 | \n(2 rows)\n\n" },
    { args: ["-t", "-c", "t"], text: "  1 | one\n 20 | \n\n" },
    { args: ["-A", "-c", "t"], text: "id|a name\n1|one\n20|\n(2 rows)\n" },
    { args: ["-Atc", "t"], text: "1|one\n20|\n" },
    { args: ["-AtF", ",", "-c", "t"], text: "1,one\n20,\n" },
    { args: ["--csv", "-c", "t"], text: "id,a name\n1,one\n20,\n" },
    {
      args: ["-x", "-c", "t"],
      text: "-[ RECORD 1 ]\nid     | 1\na name | one\n-[ RECORD 2 ]\nid     | 20\na name | \n\n",
    },
    { args: ["-c", "create"], text: "CREATE TABLE\n" },
    { args: ["-q", "-c", "create"], text: "" },
  ])("of $args", async ({ args, text }) => {
    expect(await aDatabase().psql(args)).toEqual({ exit_code: 0, stdout: text, stderr: "" });
  });
});

describe("psql's exit code", () => {
  const error = 'ERROR:  column "foo" does not exist\nLINE 1: bad foo\n               ^\n';

  it("is 1 for a failed -c, with the place in the text", async () => {
    const text = error.replace("               ^", "               ^");
    expect(await aDatabase().psql(["-c", "bad foo"])).toEqual({
      exit_code: 1,
      stdout: "",
      stderr: text,
    });
  });

  it("is 0 for a script that goes on after errors and 3 for one that stops", async () => {
    const script = "create;\nbad foo;\ncreate;\n";
    const on = await aDatabase().psql([], script);
    expect(on.exit_code).toBe(0);
    expect(on.stdout).toBe("CREATE TABLE\nCREATE TABLE\n");
    expect(on.stderr).toMatch(/^psql:<stdin>:2: ERROR: {2}column/);
    const stopped = await aDatabase().psql(["-v", "ON_ERROR_STOP=1", "-f", "-"], script);
    expect(stopped).toMatchObject({ exit_code: 3, stdout: "CREATE TABLE\n" });
  });

  it("is 2 when the server refuses, with its words", async () => {
    expect(await aDatabase().psql(["-U", "nobody", "-c", "t"])).toEqual({
      exit_code: 2,
      stdout: "",
      stderr:
        'psql: error: connection to server at "::1", port 5432 failed: FATAL:  role "nobody" does not exist\n',
    });
  });

  it("is 1 for a command line that it does not know", async () => {
    expect((await aDatabase().psql(["--nonsense"])).exit_code).toBe(1);
    expect((await aDatabase().psql(["-f", "/no.sql"])).stderr).toBe(
      "psql: error: /no.sql: No such file or directory\n",
    );
  });
});

describe("psql's command line", () => {
  it("names the connection by options, environment, URI or pairs", async () => {
    const { psql, logins } = aDatabase();
    await psql(["-Upostgres", "-d", "app", "-c", "t"]);
    await psql(["-c", "t"], "", { PGUSER: "me", PGDATABASE: "mine" });
    await psql(["postgresql://you@localhost/yours", "-c", "t"]);
    await psql(["-d", "host=localhost user=they dbname=theirs", "-c", "t"]);
    await psql(["-c", "t"]);
    expect(logins.map(({ user, database }) => `${user}@${database}`)).toEqual([
      "postgres@app",
      "me@mine",
      "you@yours",
      "they@theirs",
      "root@root",
    ]);
    expect(logins.every(({ password }) => password === undefined)).toBe(true);
  });

  it("runs several -c and -f in order, -1 in one transaction, and no variables in -c", async () => {
    const { psql, queries } = aDatabase();
    const args = ["-1", "-v", "x=5", "-c", "a :x", "-f", "/s.sql", "-c", "c"];
    await psql(args, "", {}, { "/s.sql": "b :x;" });
    expect(queries).toEqual(["begin", "a :x", "b 5;", "c", "commit"]);
  });

  it("rolls one transaction back after an error", async () => {
    const { psql, queries } = aDatabase();
    const done = await psql(["-1", "-v", "ON_ERROR_STOP=on", "-c", "bad foo", "-c", "t"]);
    expect(done.exit_code).toBe(1);
    expect(queries).toEqual(["begin", "bad foo", "rollback"]);
  });

  it("sets variables from the environment and runs what a query wrote", async () => {
    const { psql, queries } = aDatabase();
    const script = "\\set pw `echo \"$PGPASSWORD\"`\nalter :'pw';\nselect \\gexec\n";
    await psql(["-f", "-"], script, { PGPASSWORD: "it's" });
    expect(queries).toEqual(["alter 'it''s';", "select", "1", "one", "20"]);
  });

  it("is let in over the socket as the image's rules say", async () => {
    const { database } = aDatabase();
    const socket = (user: string, env = {}) =>
      runPsql({ database, env, files: {} }, { command: ["psql", "-U", user, "-c", "t"] });
    expect((await socket("postgres")).exit_code).toBe(0);
    expect((await socket("authenticator")).stderr).toContain("Peer authentication failed");
    expect((await socket("supabase_admin")).stderr).toContain("no password supplied");
    expect((await socket("supabase_admin", { PGPASSWORD: "x" })).exit_code).toBe(0);
  });
});
