import { describe, expect, it } from "vitest";
import { type ValidateInput, validate } from "#commands/validate.ts";
import { goodSpec } from "../spec/a-spec.ts";
import { memoryFiles } from "../spec/memory-files.ts";

const run = (specs: Record<string, string>, input: Partial<ValidateInput> = {}) =>
  validate({
    files: memoryFiles(specs),
    silosDir: "silos",
    configFile: "silo.config.yml",
    paths: [],
    now: Date.parse("2026-11-24"),
    format: "text",
    ...input,
  });

const good = { "silos/acme-erp.yml": goodSpec };
const warned = { "silos/acme-erp.yml": `${goodSpec}  fly_region: yul\n` };
const bad = {
  ...good,
  "silos/acme-crm.yml": goodSpec.replaceAll("erp", "crm").replace("devenv", "devenvs"),
};

describe("text", () => {
  it("says in one line that all is well", () => {
    expect(run(good)).toMatchObject({ exitCode: 0, stdout: "The spec is valid\n" });
  });

  it("warns without failing", () => {
    const { exitCode, stdout } = run(warned);
    expect(exitCode).toBe(0);
    expect(
      stdout,
    ).toBe(`silos/acme-erp.yml:6:15: warning RETIRED_REGION Fly takes nothing new in yul (Montreal, Canada); the silo is placed in yyz instead
  fix: Write yyz to have the file say where the silo is

The spec is valid, with 1 warning
`);
  });

  it("names place, code, message and fix of every error, and sums up", () => {
    const { exitCode, stdout } = run(bad);
    expect(exitCode).toBe(2);
    expect(stdout).toContain(
      'silos/acme-crm.yml:4:1: error UNKNOWN_KEY There is no key "devenvs"\n  fix: Did you mean devenv?\n',
    );
    expect(stdout).toMatch(/\n\n2 errors: 1 file of 2 cannot be used\n$/);
  });

  it("checks only the paths given", () => {
    expect(run(bad, { paths: ["silos/acme-erp.yml"] }).exitCode).toBe(0);
  });

  it("lets no file name write lines or drive the terminal", () => {
    const name = "silos/\u001b[2J\n::error::x.yml";
    const { stdout } = run({ [name]: "a: [" });
    expect(stdout).not.toContain("\u001b");
    expect(stdout).not.toMatch(/^::error/m);
  });
});

describe("json", () => {
  it("is one document", () => {
    expect(JSON.parse(run(warned, { format: "json" }).stdout)).toEqual({
      valid: true,
      files: 1,
      errors: 0,
      warnings: 1,
      findings: [
        expect.objectContaining({
          file: "silos/acme-erp.yml",
          line: 6,
          column: 15,
          severity: "warning",
          code: "RETIRED_REGION",
        }),
      ],
    });
  });
});

describe("github", () => {
  it("annotates the line", () => {
    const [first] = run(warned, { format: "github" }).stdout.split("\n");
    expect(first).toBe(
      "::warning file=silos/acme-erp.yml,line=6,col=15,title=RETIRED_REGION::Fly takes nothing new in yul (Montreal, Canada); the silo is placed in yyz instead%0Afix: Write yyz to have the file say where the silo is",
    );
  });

  it("escapes what would end a property or a line", () => {
    const { stdout } = run({ "silos/a,b:c%\r\n.yml": "x" }, { format: "github" });
    const lines = stdout.trimEnd().split("\n");
    expect(lines).toHaveLength(2);
    expect(lines[0]).toContain("file=silos/a%2Cb%3Ac%25%0D%0A.yml,");
  });
});
