/** The runbook, section by section, as it is written: each line does and prints what it says. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { statusOf } from "../scenarios/rotations.ts";
import { watchedPostgres } from "../security/watched-postgres.ts";
import { aCloud, type Cloud, testMasterKey } from "../support/a-cloud.ts";
import { derivedCredentials } from "../support/derived.ts";
import { specText } from "../support/spec-text.ts";
import { type ConsoleLine, consoleLines, isAsExpected } from "./markdown-commands.ts";

const path = join(import.meta.dirname, "../../docs/leak-runbook.md");
const sections = consoleLines(readFileSync(path, "utf8"));

/** The shell of whoever follows it. */
class Shell {
  private readonly variables: Record<string, string> = { SILO_MASTER_KEY: testMasterKey };
  private readonly cloud: Cloud;
  constructor(cloud: Cloud) {
    this.cloud = cloud;
  }

  async type({ words, expected }: ConsoleLine): Promise<void> {
    const [, name = "", value = ""] = words.match(/^export (\w+)="(.*)"$/) ?? [];
    const [, unset] = words.match(/^unset (\w+)$/) ?? [];
    if (name) this.variables[name] = await this.expanded(value);
    else if (unset) this.variables[unset] = "";
    else await this.silo(words, expected);
  }

  private async expanded(value: string): Promise<string> {
    const [, name] = value.match(/^\$(\w+)$/) ?? [];
    const [, line] = value.match(/^\$\(silo (.*)\)$/) ?? [];
    if (name) return this.variables[name] ?? "";
    return (await this.run(line ?? "")).stdout.trim();
  }

  private async silo(words: string, expected: readonly string[]): Promise<void> {
    const [, line = "", exitCode = "0"] = words.match(/^silo (.*?)(?:\s+# exit (\d))?$/) ?? [];
    const run = await this.run(line);
    const said = `${line}:\n${run.stdout}${run.stderr}`;
    expect(run.exitCode, said).toBe(Number(exitCode));
    expect(expected.length, line).toBeGreaterThan(0);
    expect(isAsExpected(expected, run.stdout || run.stderr), said).toBe(true);
  }

  private run(line: string) {
    return this.cloud.run(line, { environment: this.variables });
  }
}

const sectionsWithLines = [...sections].filter(([, lines]) => lines.length > 0);

test("every case has a way out", () => {
  expect(sectionsWithLines.map(([title]) => title)).toEqual([
    "A Fly token",
    "The master key",
    "A service key, or a database password",
    "An anon key",
    "The master key is lost",
    "A GitHub or Netlify token",
    "A person leaves",
  ]);
});

test.each(sectionsWithLines)(
  "%s: as it is written, and what leaked opens nothing",
  async (_title, lines) => {
    const postgres = watchedPostgres();
    const cloud = aCloud({
      files: { "silos/acme-erp.yml": specText() },
      // What is asked of a database is asked of a real one.
      ...(lines.some(({ words }) => words.startsWith("silo psql")) && {
        postgres: postgres.onClock,
      }),
    });
    onTestFinished(async () => {
      await cloud.fly.close();
      await postgres.close();
    });
    expect(await cloud.run("apply acme-erp")).toMatchObject({ exitCode: 0 });
    await cloud.clock.sleep(60_000);
    const leaked = await derivedCredentials(cloud, "acme-erp");
    expect(await statusOf(cloud, leaked)).toBe(200);
    const shell = new Shell(cloud);
    for (const line of lines) await shell.type(line);
    expect(await statusOf(cloud, leaked)).toBe(401);
  },
);
