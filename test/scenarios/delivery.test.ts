/** What stands on GitHub as a workflow of each role would read it; phase by phase in matrix.test.ts. */

import { expect, test } from "vitest";
import { specText } from "../support/spec-text.ts";
import { aRepo, cloudWith, expectedWhileRunning, nothing, repo, standing } from "./handed-out.ts";

test("an apply that changes nothing writes nothing on GitHub", async () => {
  const cloud = cloudWith(aRepo());
  expect((await cloud.run("apply acme-erp")).exitCode).toBe(0);
  const writes = () =>
    (cloud.github?.requests ?? []).filter(({ method }) => method !== "GET").length;
  const before = writes();
  expect((await cloud.run("apply acme-erp")).stdout).toContain("nothing to do");
  expect(writes()).toBe(before);
});

test("a plan without environments gets no sensitive row anywhere, and says so", async () => {
  const cloud = cloudWith(aRepo({ private: true, plan: "free" }));
  const applied = await cloud.run("apply acme-erp");
  expect(applied).toMatchObject({ exitCode: 0 });
  expect(applied.stderr).toContain("has no environments on its plan");
  expect(standing(cloud).devops).toEqual({});
  expect(Object.keys(standing(cloud).repository).sort()).toEqual([
    "SILO_ACME_ERP_SUPABASE_ANON_KEY",
    "SILO_ACME_ERP_SUPABASE_URL",
  ]);
});

test("stop-while-github-down", async () => {
  let isDown = false;
  const cloud = cloudWith(aRepo(), {
    wrapGitHub: (fetch) => async (input, init) => {
      if (isDown) throw new TypeError("fetch failed");
      return fetch(input, init);
    },
  });
  await cloud.run("apply acme-erp");
  isDown = true;
  const stopped = await cloud.run("stop acme-erp");
  expect(stopped.exitCode).toBe(1);
  const status = JSON.parse((await cloud.run("status acme-erp --format json")).stdout);
  expect(status.overall_status).toBe("stopping");
  expect(status.services.kong.status).toBe("stopped");
  isDown = false;
  expect((await cloud.run("stop acme-erp")).exitCode).toBe(0);
  expect(standing(cloud)).toEqual(nothing);
});

test.each(["stop acme-erp", "destroy acme-erp --now --allow-destroy"])(
  "without a repository `silo %s` says what it leaves, and is not done",
  async (line) => {
    const cloud = cloudWith(aRepo());
    cloud.files.write("silos/acme-erp.yml", specText({ devenv: "  prevent_destroy: false" }));
    await cloud.run("apply acme-erp");
    const blind = await cloud.run(line, { environment: { GITHUB_REPOSITORY: "" } });
    expect(blind.exitCode).toBe(1);
    expect(blind.stdout).toContain("GitHub cannot be reached without GITHUB_REPOSITORY");
    const status = JSON.parse((await cloud.run("status acme-erp --format json")).stdout);
    expect(status.overall_status).toBe(line.startsWith("stop") ? "stopping" : "destroying");
    expect(status.services.kong.status).toBe("stopped");
    expect((await cloud.run(line)).exitCode).toBe(0);
    expect(standing(cloud)).toEqual(nothing);
  },
);

test("environments admit the default branch only before anything is in them", async () => {
  const cloud = cloudWith(aRepo());
  await cloud.run("apply acme-erp");
  const paths = (cloud.github?.requests ?? []).map(({ method, path }) => `${method} ${path}`);
  const policy = paths.findIndex((line) => /POST .*-devops\/deployment-branch-policies/.test(line));
  const secret = paths.findIndex((line) => /PUT .*-devops\/secrets\//.test(line));
  expect(policy).toBeGreaterThan(-1);
  expect(secret).toBeGreaterThan(policy);
});

test("a rotation takes back what is old before it hands out what is new", async () => {
  const cloud = cloudWith(aRepo());
  await cloud.run("apply acme-erp");
  const old = standing(cloud);
  const since = cloud.github?.requests.length ?? 0;
  expect((await cloud.run("rotate acme-erp")).exitCode).toBe(0);
  expect(standing(cloud)).toEqual(await expectedWhileRunning(cloud));
  expect(standing(cloud).repository).not.toEqual(old.repository);
  const secrets = (cloud.github?.requests ?? [])
    .slice(since)
    .filter(({ method, path }) => method !== "GET" && path.includes("/secrets/"))
    .map(({ method }) => method);
  expect(secrets.lastIndexOf("DELETE")).toBeLessThan(secrets.indexOf("PUT"));
  expect(secrets.indexOf("DELETE")).toBe(0);
});

test("an edit that switches a silo off withdraws once, whatever else it changes of Kong", async () => {
  const cloud = cloudWith(aRepo());
  await cloud.run("apply acme-erp");
  const off = specText({
    devenv: "  devenv_enabled: false",
    services: "    kong: { memory_mb: 1024 }",
  });
  cloud.files.write("silos/acme-erp.yml", off);
  expect((await cloud.run("apply acme-erp")).exitCode).toBe(0);
  expect(standing(cloud)).toEqual(nothing);
  const again = await cloud.run("apply acme-erp");
  expect(again.stdout).toContain("nothing to do");
  expect(again.writes).toEqual([]);
});

test("a dozen silos share the pace that GitHub asks for, and none runs out of time", async () => {
  const apps = Array.from({ length: 12 }, (_, index) => `app${index}`);
  const files = Object.fromEntries(apps.map((app) => [`silos/acme-${app}.yml`, specText({ app })]));
  const cloud = cloudWith(aRepo(), { files });
  const applied = await cloud.run("apply -q");
  expect(applied.exitCode, applied.stdout).toBe(0);
  const stopped = await cloud.run(`stop -q ${apps.map((app) => `acme-${app}`).join(" ")}`);
  expect(stopped.exitCode, stopped.stdout).toBe(0);
  expect(cloud.github?.reveal(repo, "repository").secrets.size).toBe(0);
});
