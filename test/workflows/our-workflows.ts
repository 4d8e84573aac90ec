import { globSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import {
  type Job,
  mapping,
  readWorkflow,
  type Step,
  text,
  textsIn,
  type Workflow,
} from "../../scripts/workflow-lint/workflow.ts";

const root = join(import.meta.dirname, "../..");

/** By the name of the file without its ending. */
export const ourWorkflows: ReadonlyMap<string, Workflow> = new Map(
  globSync(".github/workflows/*.yml", { cwd: root })
    .sort()
    .map((file) => [
      basename(file, ".yml"),
      readWorkflow(file, readFileSync(join(root, file), "utf8")),
    ]),
);

export function ourWorkflow(name: string): Workflow {
  const found = ourWorkflows.get(name);
  if (found) return found;
  throw new Error(`There is no workflow ${name}`);
}

export function jobOf(workflow: string, id: string): Job {
  const found = ourWorkflow(workflow).jobs.find((job) => job.id === id);
  if (found) return found;
  throw new Error(`${workflow} has no job ${id}`);
}

/** `silo-apply/prepare` → job. */
export const ourJobs: ReadonlyMap<string, Job> = new Map(
  [...ourWorkflows].flatMap(([name, { jobs }]) => jobs.map((job) => [`${name}/${job.id}`, job])),
);

export const secretsOf = ({ body }: Job): readonly string[] => [
  ...new Set(
    textsIn(body).flatMap(([, value]) =>
      [...value.matchAll(/\bsecrets\.(\w+)/g)].map(([, name = ""]) => name),
    ),
  ),
];

export const inputsOf = ({ body }: Step) => mapping(body.with);
export const isOurs = ({ body }: Step): boolean => text(body.uses) === "./";
export const mintsToken = ({ body }: Step): boolean =>
  text(body.uses).startsWith("actions/create-github-app-token@");
