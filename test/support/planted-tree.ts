import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

const root = join(import.meta.dirname, "../..");
const tool = (name: string) => join(root, "node_modules/.bin", name);

export interface Finding {
  readonly file: string;
  readonly rule: string;
}

export interface PlantedTree {
  /** What the import table finds in the tree. */
  imports(): readonly Finding[];
  /** What the linter finds in the tree. */
  lint(): readonly Finding[];
  remove(): void;
}

/** A tree of files outside the checkout, judged by the project's own configuration. */
export function plantTree(files: Readonly<Record<string, string>>): PlantedTree {
  const folder = mkdtempSync(join(tmpdir(), "silo-planted-"));
  for (const name of ["package.json", "biome.json", ".dependency-cruiser.mjs"]) {
    cpSync(join(root, name), join(folder, name));
  }
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  return {
    imports: () => {
      const args = ["--config", ".dependency-cruiser.mjs", "--output-type", "json", "src"];
      const { stdout, stderr } = spawnSync(tool("depcruise"), args, { cwd: folder });
      if (stdout.length === 0) throw new Error(stderr.toString());
      const { summary }: CruiseResult = JSON.parse(stdout.toString());
      return summary.violations.map(({ from, rule }) => ({ file: from, rule: rule.name }));
    },
    lint: () => {
      const args = ["lint", "--vcs-enabled=false", "--reporter=json", "--max-diagnostics=none"];
      const { stdout, stderr } = spawnSync(tool("biome"), [...args, "src"], { cwd: folder });
      if (stdout.length === 0) throw new Error(stderr.toString());
      const { diagnostics }: LintResult = JSON.parse(stdout.toString());
      return diagnostics.map(({ location, category }) => ({ file: location.path, rule: category }));
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

interface CruiseResult {
  readonly summary: {
    readonly violations: readonly {
      readonly from: string;
      readonly rule: { readonly name: string };
    }[];
  };
}

interface LintResult {
  readonly diagnostics: readonly {
    readonly location: { readonly path: string };
    readonly category: string;
  }[];
}
