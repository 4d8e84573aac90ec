/** A pull request adds a silo: what its people see, and what was asked of whom. */

import { afterAll, expect, test } from "vitest";
import { aWorkshop, repository, secrets } from "../support/a-workshop.ts";
import { specText } from "../support/spec-text.ts";
import { stable } from "../support/stable.ts";
import { pullRequest } from "../support/trigger-events.ts";

const shop = await aWorkshop({
  files: { "silos/acme-crm.yml": specText({ app: "crm" }) },
  github: {
    pulls: [{ title: "Add acme-erp", head: "erp", files: { "silos/acme-erp.yml": specText() } }],
  },
});
afterAll(() => shop.close());

const job = (command: string) =>
  shop.job({
    event: pullRequest(shop.github, 1, "erp"),
    checkout: "erp",
    with: { command, ...(command === "plan" && { "fly-api-token": secrets["fly-api-token"] }) },
  });

const comments = () => shop.github.comments(repository, 1);
const status = () => {
  const sha = shop.github.head(repository, "erp");
  return shop.github.statuses(repository, sha).map(({ context, state }) => `${context}: ${state}`);
};

test("it gets one comment and a status that carries the digest", async () => {
  const plan = await job("plan");
  expect(plan.exitCode, plan.log).toBe(0);
  expect(stable(plan)).toMatchSnapshot("step");
  expect(comments()).toHaveLength(1);
  expect(stable(comments()[0] ?? "")).toMatchSnapshot("comment");
  const sha = shop.github.head(repository, "erp");
  const [{ description } = { description: "" }] = shop.github.statuses(repository, sha);
  expect(description).toContain(plan.outputs["plan-digest"]);
});

test("a run that finds the same says nothing again", async () => {
  const again = await job("plan");
  expect(again.log).toContain("The comment of #1 was unchanged");
  const writes = again.requests.filter(
    ({ to, method, path }) => to === "github" && method !== "GET" && path !== "/graphql",
  );
  expect(writes.map(({ path }) => path.replace(/[0-9a-f]{40}/, "SHA"))).toEqual([
    "/repos/acme/silos/statuses/SHA",
  ]);
});

test("another commit changes the same comment", async () => {
  const [before] = comments();
  const devenv = "  services: { postgres: { volume_gb: 20 } }";
  shop.github.push(repository, "erp", { "silos/acme-erp.yml": specText({ devenv }) });
  const plan = await job("plan");
  expect(plan.log).toContain("The comment of #1 was updated");
  expect(comments()).toHaveLength(1);
  expect(comments()[0]).toContain("20 GB in yyz");
  expect(comments()[0]).not.toBe(before);
});

test("a broken file fails the check, with what is wrong at its lines", async () => {
  const broken = `${specText()}unknown_key: 1\n`.replace("app_slug: erp", "app_slug: ERP");
  shop.github.push(repository, "erp", { "silos/acme-erp.yml": broken });
  const validate = await job("validate");
  expect(stable(validate)).toMatchSnapshot("validate");
  const plan = await job("plan");
  expect(plan.exitCode).toBe(2);
  expect(stable(comments()[0] ?? "")).toMatchSnapshot("comment of a broken file");
  expect(status()).toEqual(["silo/plan: failure"]);
});

test("a changed configuration is not believed before its merge, and that is said first", async () => {
  shop.github.push(repository, "erp", {
    "silos/acme-erp.yml": specText({ org: "stranger" }),
    "silo.config.yml": "allow: { orgs: [stranger] }\n",
  });
  const plan = await job("plan");
  expect(plan.exitCode, plan.log).toBe(0);
  expect(comments()[0]).toMatch(/^<!-- .* -->\n> \[!IMPORTANT\]\n> silo\.config\.yml differs/);
});

test("every call is one that GitHub and Fly know", () => {
  expect(shop.violations()).toEqual([]);
});
