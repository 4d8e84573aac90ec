import { describe, expect, it, test } from "vitest";
import { secretsTokenPermissions, type TokenPermission } from "#silo/token-permissions.ts";
import { environmentOf } from "../../scripts/workflow-lint/finders.ts";
import { mapping, text } from "../../scripts/workflow-lint/workflow.ts";
import { type Contexts, fill } from "../workflows/expressions.ts";
import {
  inputsOf,
  isOurs,
  mintsToken,
  ourJobs,
  ourWorkflows,
  secretsOf,
} from "../workflows/our-workflows.ts";
import { jobCredentials, secretsOfEnvironment } from "./job-credentials.ts";

const table = Object.entries(jobCredentials);

/** As inputs of the maker of tokens, which does not know variables: those come as its environment. */
const mintedAs = (isWanted: (permission: TokenPermission) => boolean) =>
  Object.fromEntries(
    secretsTokenPermissions
      .filter(({ name }) => name !== "variables")
      .filter(isWanted)
      .map(({ name, level }) => [`permission-${name}`, level]),
  );
const tokenPermissions = mintedAs(({ onlyForEnvironments }) => !onlyForEnvironments);
const withAdministration = mintedAs(() => true);

describe("least-credentials-per-job", () => {
  it("has each job of each workflow in its table, and no other", () => {
    expect([...ourJobs.keys()].sort()).toEqual(Object.keys(jobCredentials).sort());
  });

  test.each(table)("%s holds what the table says, no more and no less", (name, row) => {
    const job = ourJobs.get(name);
    if (!job) throw new Error(`There is no job ${name}`);
    expect(environmentOf(job)).toBe(row.environment ?? "");
    expect([...secretsOf(job)].sort()).toEqual([...(row.secrets ?? [])].sort());
    expect(mapping(job.body.permissions)).toEqual(row.permissions);
    expect(job.steps.some(mintsToken)).toBe(row.administration !== undefined);
  });

  test.each(table)(
    "%s names only secrets of its environment",
    (_, { environment, secrets = [] }) => {
      const kept = environment ? secretsOfEnvironment[environment] : [];
      expect(secrets.filter((name) => !kept.includes(name))).toEqual([]);
    },
  );

  it("lets no pull request and no comment reach a token that writes at Fly", () => {
    const foreign = [...ourWorkflows].filter(([, { root }]) =>
      ["pull_request", "merge_group", "issue_comment"].some((event) => event in mapping(root.on)),
    );
    expect(foreign.map(([name]) => name)).toEqual(["ci", "silo-chat", "silo-plan"]);
    const environments = foreign.flatMap(([, { jobs }]) => jobs.map(environmentOf));
    expect(new Set(environments)).toEqual(new Set(["", "silo-plan"]));
  });

  it("keeps the master key where silos are made, started and rotated", () => {
    const holders = table.filter(([, { secrets }]) =>
      secrets?.some((name) => name.startsWith("SILO_MASTER_KEY")),
    );
    expect(holders.map(([name]) => name)).toEqual(["silo-apply/apply", "silo-operate/manage"]);
  });

  const minting = table.filter(([, { administration }]) => administration !== undefined);
  test.each(minting)("%s mints a token that may what it needs", (name, { administration }) => {
    const step = ourJobs.get(name)?.steps.find(mintsToken);
    if (!step) throw new Error(`${name} mints no token`);
    const permissionsIn = (contexts: Contexts) =>
      Object.fromEntries(
        Object.entries(inputsOf(step))
          .filter(([input]) => input.startsWith("permission-"))
          .map(([input, value]) => [input, fill(text(value), contexts)])
          .filter(([, value]) => value !== ""),
      );
    expect(mapping(step.body.env)).toEqual({ "INPUT_PERMISSION-ACTIONS-VARIABLES": "write" });
    for (const { contexts, destroys, changesEnvironments } of runs) {
      const isNeeded =
        administration === "to destroy"
          ? destroys
          : administration === "for a plan that does" && changesEnvironments;
      expect(permissionsIn(contexts)).toEqual(isNeeded ? withAdministration : tokenPermissions);
    }
  });

  it("hands each secret to one input of our own action, or to the maker of tokens", () => {
    const steps = [...ourJobs.values()].flatMap((job) => job.steps);
    const others = steps.filter((step) => !isOurs(step) && !mintsToken(step));
    expect(others.filter(({ body }) => JSON.stringify(body).includes("secrets."))).toEqual([]);
    const inputs: Record<string, string> = {
      "fly-api-token": "FLY_API_TOKEN",
      "master-key": "SILO_MASTER_KEY",
      "master-key-previous": "SILO_MASTER_KEY_PREVIOUS",
      "netlify-token": "NETLIFY_AUTH_TOKEN",
    };
    for (const step of steps.filter(isOurs)) {
      for (const [input, value] of Object.entries(inputsOf(step))) {
        const secret = /secrets\.(\w+)/.exec(text(value))?.[1];
        if (secret !== undefined) expect(inputs[input]).toBe(secret);
      }
    }
  });
});

const runs = [true, false].flatMap((destroys) =>
  ["true", "false", ""].map((answer) => ({
    destroys,
    changesEnvironments: answer === "true",
    contexts: {
      vars: { SILO_APP_CLIENT_ID: "Iv1.abc" },
      inputs: { command: destroys ? "destroy" : "start" },
      needs: { prepare: { outputs: { administration: answer } } },
    },
  })),
);
