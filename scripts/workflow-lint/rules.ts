/**
 * What GitHub's secure-use guide, zizmor and our own threat model ask of a workflow. Each rule finds
 * one kind of fault; none knows a particular workflow.
 */

import { accessRules } from "./access-rules.ts";
import { runningRules } from "./running-rules.ts";
import type { Workflow } from "./workflow.ts";

export interface Finding {
  readonly file: string;
  readonly line: number;
  readonly rule: string;
  readonly says: string;
}

export const rules = [...accessRules, ...runningRules];

export const findFaults = (workflow: Workflow): readonly Finding[] =>
  rules.flatMap(({ name, find }) =>
    find(workflow).map(({ path, says }) => ({
      file: workflow.file,
      line: workflow.lineOf(path),
      rule: name,
      says,
    })),
  );
