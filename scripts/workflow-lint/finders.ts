/** What rules are made of: most look at one kind of thing, jobs, steps or texts. */

import {
  type Job,
  mapping,
  type Path,
  type Step,
  text,
  textsIn,
  type Workflow,
} from "./workflow.ts";

export interface Fault {
  readonly path: Path;
  readonly says: string;
}

export interface Rule {
  readonly name: string;
  readonly find: (workflow: Workflow) => readonly Fault[];
}

export const stepsOf = ({ jobs }: Workflow): readonly Step[] => jobs.flatMap(({ steps }) => steps);
export const usesOf = ({ body }: Step): string => text(body.uses);
export const actionOf = (step: Step): string => usesOf(step).split("@")[0] ?? "";
export const runOf = ({ body }: Step): string => text(body.run);

export const environmentOf = ({ body: { environment } }: Job): string =>
  text(environment) || text(mapping(environment).name);

/** The fault is said of the job, or of one of its keys. */
export const inJobs =
  (isFaulty: (job: Job) => boolean, says: string, key?: string): Rule["find"] =>
  ({ jobs }) =>
    jobs.filter(isFaulty).map(({ path }) => ({ path: key ? [...path, key] : path, says }));

export const inSteps =
  (isFaulty: (step: Step) => boolean, says: string, key: string): Rule["find"] =>
  (workflow) =>
    stepsOf(workflow)
      .filter(isFaulty)
      .map(({ path }) => ({ path: [...path, key], says }));

export const inTexts =
  (faulty: RegExp, says: string): Rule["find"] =>
  ({ root }) =>
    textsIn(root)
      .filter(([, value]) => faulty.test(value))
      .map(([path]) => ({ path, says }));
