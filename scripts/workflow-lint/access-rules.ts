/** Who may what: tokens, grants and secrets. */

import { actionOf, environmentOf, inJobs, inSteps, inTexts, type Rule } from "./finders.ts";
import { type Mapping, mapping, text, textsIn, type Value } from "./workflow.ts";

export const accessRules: readonly Rule[] = [
  {
    name: "no-permissions-by-default",
    find: ({ root }) =>
      isEmptyMapping(root.permissions)
        ? []
        : [
            {
              path: ["permissions"],
              says: "start from nothing: `permissions: {}` at the top, grants in each job",
            },
          ],
  },
  {
    name: "permissions-per-job",
    find: inJobs(
      ({ body }) => typeof body.permissions !== "object",
      "say what the job may, key by key (`permissions: {}` if nothing)",
    ),
  },
  {
    name: "reason-for-permission",
    find: ({ jobs, textAt }) =>
      jobs.flatMap(({ path, body }) =>
        Object.keys(mapping(body.permissions))
          .map((key) => [...path, "permissions", key])
          .filter((grant) => !/ # \S/.test(textAt(grant)))
          .map((grant) => ({ path: grant, says: "say beside the grant what it is for" })),
      ),
  },
  {
    name: "secrets-in-environments",
    find: inJobs(
      (job) =>
        environmentOf(job) === "" && textsIn(job.body).some(([, value]) => namesSecret(value)),
      "a job that names a secret names the environment that guards it",
    ),
  },
  {
    name: "secrets-in-steps",
    find: ({ root, jobs }) =>
      [
        { path: ["env"], env: root.env },
        ...jobs.map(({ path, body }) => ({ path: [...path, "env"], env: body.env })),
      ]
        .filter(({ env }) => textsIn(env).some(([, value]) => namesSecret(value)))
        .map(({ path }) => ({ path, says: "give a secret to the one step that needs it" })),
  },
  {
    name: "secrets-by-name",
    find: (workflow) => [
      ...inTexts(
        /(toJSON\(\s*secrets\s*\)|fromJSON\(\s*secrets\b|\bsecrets\[)/i,
        "name each secret: `secrets.NAME`",
      )(workflow),
      ...inJobs(({ body }) => body.secrets === "inherit", "name each secret", "secrets")(workflow),
    ],
  },
  {
    name: "no-credentials-left",
    find: inSteps(
      (step) =>
        actionOf(step) === "actions/checkout" &&
        mapping(step.body.with)["persist-credentials"] !== false,
      "`persist-credentials: false`, or every later step holds the token",
      "uses",
    ),
  },
  {
    name: "no-foreign-code-with-secrets",
    find: ({ jobs }) =>
      jobs
        .filter((job) => environmentOf(job) !== "")
        .flatMap(({ steps }) => steps)
        .filter(({ body }) => /head_ref|\.head\.|inputs\./.test(text(mapping(body.with).ref)))
        .map(({ path }) => ({
          path: [...path, "with", "ref"],
          says: "a job with an environment runs what the event checked out, not a branch somebody names",
        })),
  },
  {
    name: "least-app-token",
    find: inSteps(
      (step) =>
        actionOf(step) === "actions/create-github-app-token" && !isLeast(mapping(step.body.with)),
      "name each `permission-…`, or the token may all that the App may; `client-id`, not `app-id`",
      "uses",
    ),
  },
  {
    name: "no-actor-conditions",
    find: inTexts(
      /github\.(actor|triggering_actor)\b/,
      "the actor is whoever touched it last: look at who wrote what is acted on",
    ),
  },
];

const namesSecret = (value: string): boolean => /\bsecrets\s*[.[)]/.test(value);

const isEmptyMapping = (value: Value | undefined): boolean =>
  typeof value === "object" && value !== null && Object.keys(value).length === 0;

const isLeast = (inputs: Mapping): boolean =>
  inputs["client-id"] !== undefined &&
  Object.keys(inputs).some((name) => name.startsWith("permission-"));
