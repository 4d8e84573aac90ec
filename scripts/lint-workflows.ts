/**
 * `npm run workflows`: GitHub's language service and our own rules over .github/workflows and
 * action.yml. Ends 1 with file:line of everything found. actionlint and zizmor, which are not npm
 * packages, run in .ci/run.
 */

import { existsSync, globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { loadLanguageService } from "./workflow-lint/load-language-service.ts";
import { type Finding, findFaults } from "./workflow-lint/rules.ts";
import { readWorkflow } from "./workflow-lint/workflow.ts";

const root = join(import.meta.dirname, "..");
const workflows = globSync(".github/workflows/*.{yml,yaml}", { cwd: root }).sort();
const actions = ["action.yml"].filter((file) => existsSync(join(root, file)));
const read = (file: string) => readFileSync(join(root, file), "utf8");

const { diagnose } = await loadLanguageService();
const diagnoses: Finding[] = [];
for (const file of [...workflows, ...actions]) {
  const found = await diagnose(file, read(file));
  diagnoses.push(...found.map((one) => ({ file, rule: "github", ...one })));
}
const faults = workflows.flatMap((file) => findFaults(readWorkflow(file, read(file))));
const found = [...diagnoses, ...faults];
for (const { file, line, rule, says } of found) console.error(`${file}:${line}: ${rule}: ${says}`);
if (found.length > 0) process.exitCode = 1;
else console.log(`${workflows.length} workflows: nothing found`);
