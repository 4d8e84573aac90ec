/** What runs, when, where and for how long. */

import { environmentOf, inJobs, inSteps, type Rule, runOf, stepsOf, usesOf } from "./finders.ts";
import { mapping, sequence, text, type Workflow } from "./workflow.ts";

export const runningRules: readonly Rule[] = [
  {
    name: "pinned-actions",
    find: (workflow) =>
      stepsOf(workflow)
        .filter((step) => usesOf(step) !== "" && !/^(\.|\$)\//.test(usesOf(step)))
        .map(({ path }) => [...path, "uses"])
        .filter((path) => !/@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(workflow.textAt(path)))
        .map((path) => ({
          path,
          says: "pin the full commit and name its version: `@<sha> # v1.2.3`",
        })),
  },
  {
    name: "no-expressions-in-scripts",
    find: inSteps(
      (step) => /\$\{\{/.test(runOf(step) + text(mapping(step.body.with).script)),
      "an expression becomes code here: hand it over by `env:` and quote it",
      "run",
    ),
  },
  {
    name: "time-limit",
    find: inJobs(({ body }) => body["timeout-minutes"] === undefined, "set `timeout-minutes`"),
  },
  {
    name: "concurrency",
    find: ({ root }) => {
      const { group, "cancel-in-progress": cancel } = mapping(root.concurrency);
      if (group !== undefined && typeof cancel === "boolean") return [];
      return [{ path: ["concurrency"], says: "name a group, and whether a newer run cancels" }];
    },
  },
  {
    name: "no-lost-writes",
    find: (workflow) => {
      const { queue, "cancel-in-progress": cancel } = mapping(workflow.root.concurrency);
      const isWriting = workflow.jobs.some((job) => environmentOf(job) === "silo-manager");
      if (!isWriting || (queue === "max" && cancel === false)) return [];
      return [
        {
          path: ["concurrency"],
          says: "what silo-manager does is neither dropped nor cancelled: `queue: max`, `cancel-in-progress: false`",
        },
      ];
    },
  },
  {
    name: "safe-triggers",
    find: (workflow) =>
      triggersOf(workflow)
        .filter((name) => name === "pull_request_target" || name === "workflow_run")
        .map((name) => ({
          path: ["on", name],
          says: `${name} gives secrets to what a stranger wrote`,
        })),
  },
  {
    name: "no-install-scripts",
    find: inSteps(
      (step) =>
        /\bnpm (ci|cit|install|i|install-test|it)\b/.test(runOf(step)) &&
        !/--ignore-scripts\b/.test(runOf(step)),
      "`--ignore-scripts`; then `npm rebuild` the packages that must run theirs",
      "run",
    ),
  },
  {
    name: "no-shared-environment-files",
    find: inSteps(
      (step) => /GITHUB_(ENV|PATH)\b/.test(runOf(step)),
      "what is written to GITHUB_ENV or GITHUB_PATH changes every later step: use an output",
      "run",
    ),
  },
  {
    name: "quiet-minute",
    find: ({ root, textAt }) =>
      sequence(mapping(root.on).schedule).flatMap((entry, index) => {
        const path = ["on", "schedule", index, "cron"];
        const minutes = (text(mapping(entry).cron).split(" ")[0] ?? "").split(",");
        const isQuiet = minutes.every((minute) => /^\d?[1379]$/.test(minute));
        if (isQuiet && / # .*\bminutes\b/.test(textAt(path))) return [];
        return [
          {
            path,
            says: "odd minutes, not those of everybody, and beside them the billed minutes a month",
          },
        ];
      }),
  },
  {
    name: "known-runner",
    find: inJobs(
      ({ body }) => !/^ubuntu-(\d\d\.04|slim)$/.test(text(body["runs-on"])),
      "a hosted runner by its version: one of ours would keep what a job left, `latest` changes under us",
      "runs-on",
    ),
  },
];

const triggersOf = ({ root: { on } }: Workflow): readonly string[] =>
  typeof on === "string" ? [on] : [...sequence(on).map(text), ...Object.keys(mapping(on))];
