/** A pull request from a fork: its run has no secrets, and a token that may only read. */

import { afterAll, expect, test } from "vitest";
import { aWorkshop, repository } from "../support/a-workshop.ts";
import { specText } from "../support/spec-text.ts";
import { stable } from "../support/stable.ts";
import { pullRequest } from "../support/trigger-events.ts";

const shop = await aWorkshop({
  files: { "silos/acme-crm.yml": specText({ app: "crm" }) },
  github: {
    pulls: [
      {
        title: "Add acme-erp",
        head: "erp",
        headRepository: "stranger/silos",
        files: { "silos/acme-erp.yml": specText() },
      },
    ],
  },
});
afterAll(() => shop.close());

const job = (given: Readonly<Record<string, string>>) =>
  shop.job({
    event: pullRequest(shop.github, 1, "erp", { from: "stranger/silos", actor: "stranger" }),
    checkout: "erp",
    githubToken: "fork:1",
    with: given,
  });

test("it is validated", async () => {
  const validate = await job({ command: "validate" });
  expect(stable(validate)).toMatchSnapshot();
  expect(validate.exitCode).toBe(0);
});

test("it cannot be planned, and is told why", async () => {
  const plan = await job({ command: "plan" });
  expect(plan.exitCode).toBe(2);
  expect(plan.annotations.at(-1)?.message).toMatch(
    /fly-api-token is empty\nfix: a pull request from a fork/,
  );
});

test("a plan that may write nothing is in the summary", async () => {
  const plan = await job({ command: "plan", "fly-api-token": "readonly:acme-erp" });
  expect(plan.exitCode, plan.log).toBe(0);
  expect(plan.summary).toContain("acme-erp");
  expect(shop.github.comments(repository, 1)).toEqual([]);
  expect(plan.annotations.map(({ kind }) => kind)).toEqual(["notice", "warning"]);
});
