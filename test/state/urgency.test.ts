import { expect, test } from "vitest";
import { appName, serviceNames } from "#silo/names.ts";
import { urgencyOf } from "#state/urgency.ts";

test("the lock comes first, then the database, then the largest image", () => {
  const slugs = { client: "acme", app: "my-storage" };
  const apps = serviceNames.map((name) => appName(slugs, name));
  const sorted = apps.toSorted((a, b) => urgencyOf(b) - urgencyOf(a));
  expect(sorted.map((app) => app.replace("devenv-acme-my-storage-", ""))).toEqual([
    "kong",
    "pg",
    "studio",
    "storage",
    "auth",
    "rest",
  ]);
});

test("an app of somebody else is not urgent", () => {
  expect(urgencyOf("website")).toBe(0);
});
