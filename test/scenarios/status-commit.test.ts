/** Where the status of silos is kept when a repository is known: one commit a run, deciding nothing. */

import { describe, expect, test } from "vitest";
import type { RepositorySeed } from "#emulators/github/options.ts";
import type { Fetch } from "#world/effects.ts";
import { aCloud, type Cloud, type CloudOptions } from "../support/a-cloud.ts";
import { specText } from "../support/spec-text.ts";

const repo = "somtech/silos";
const branch = "silo-status";
const pathOf = (app: string) => `silos/status/acme-${app}.json`;
const specOf = (app: string) => `silos/acme-${app}.yml`;
const larger = specText({ services: "    gotrue: { memory_mb: 512 }" });

interface MoreOptions extends CloudOptions {
  readonly repository?: Partial<RepositorySeed>;
}

function cloudWith(apps: readonly string[], { repository = {}, ...more }: MoreOptions = {}): Cloud {
  const rules = [{ branch: "main", requiredReviews: 1 }];
  return aCloud({
    github: { repositories: [{ name: repo, rules, ...repository }] },
    ...more,
    files: {
      ...Object.fromEntries(apps.map((app) => [specOf(app), specText({ app })])),
      ...more.files,
    },
  });
}

function hubOf({ github }: Cloud) {
  if (!github) throw new Error("There is no GitHub");
  return github;
}

const statusOf = (cloud: Cloud, app: string, at = branch) =>
  JSON.parse(hubOf(cloud).files(repo, at)?.get(pathOf(app)) ?? "null");

interface GitAnswer {
  readonly object?: { readonly sha: string };
  readonly message?: string;
  readonly parents?: readonly { readonly sha: string }[];
}

/** Messages of a branch, newest first, down to its root. */
async function messages(cloud: Cloud, at = branch): Promise<readonly string[]> {
  const headers = { authorization: "Bearer local" };
  const get = async (path: string): Promise<GitAnswer> => {
    const url = `https://api.github.com/repos/${repo}/git/${path}`;
    return JSON.parse(await (await hubOf(cloud).fetch(url, { headers })).text());
  };
  const found: string[] = [];
  let sha = (await get(`ref/heads/${at}`)).object?.sha;
  while (sha !== undefined) {
    const { message = "", parents = [] } = await get(`commits/${sha}`);
    found.push(message);
    sha = parents[0]?.sha;
  }
  return found;
}

/** Tries included. */
const commitsAsked = (cloud: Cloud): number =>
  hubOf(cloud).requests.filter(({ action }) => action === "graphql-mutation").length;

test("three silos are one commit that names them, on a branch made on first use", async () => {
  const cloud = cloudWith(["crm", "erp", "shop"]);
  const applied = await cloud.run("apply");
  expect(applied).toMatchObject({ exitCode: 0 });
  expect(applied.stderr).not.toContain("warning");
  expect([...(hubOf(cloud).files(repo, branch)?.keys() ?? [])].sort()).toEqual([
    "README.md",
    ...["crm", "erp", "shop"].map(pathOf),
  ]);
  expect(statusOf(cloud, "erp")).toMatchObject({
    silo_id: "acme-erp-silo-001",
    overall_status: "running",
    last_error: null,
  });
  expect(commitsAsked(cloud)).toBe(1);
  const [newest, ...older] = await messages(cloud);
  expect(newest?.split("\n\n")[0]).toBe("Status of 3 silos");
  expect(newest?.split("\n").slice(2).sort()).toEqual([
    "acme-crm: done, running",
    "acme-erp: done, running",
    "acme-shop: done, running",
  ]);
  expect(older).toEqual(["Begin silo-status"]);
  expect([...cloud.files.content.keys()].some((path) => path.includes("status"))).toBe(false);

  expect((await cloud.run("apply")).exitCode).toBe(0);
  expect(commitsAsked(cloud)).toBe(1);

  expect((await cloud.run("stop acme-erp")).exitCode).toBe(0);
  expect((await messages(cloud))[0]).toBe("Status of acme-erp: done, stopped");
  expect(statusOf(cloud, "erp").overall_status).toBe("stopped");
  expect(statusOf(cloud, "crm").overall_status).toBe("running");
  expect(cloud.violations()).toEqual([]);
});

test("on the default branch the commit starts no workflow", async () => {
  const cloud = cloudWith(["erp"], {
    repository: { rules: [] },
    files: { "silo.config.yml": "github: { status_branch: main, allow_unprotected: true }\n" },
  });
  expect((await cloud.run("apply")).exitCode).toBe(0);
  expect((await messages(cloud, "main"))[0]).toBe("Status of acme-erp: done, running [skip ci]");
  expect(statusOf(cloud, "erp", "main").overall_status).toBe("running");
  expect(cloud.violations()).toEqual([]);
});

test("a silo that failed is told, too", async () => {
  const app = "fault-capacity";
  const cloud = cloudWith([app]);
  expect((await cloud.run("apply")).exitCode).toBe(1);
  expect(statusOf(cloud, app)).toMatchObject({
    silo: { silo_status: "failed" },
    last_error: { message: expect.stringContaining("insufficient resources") },
  });
  expect((await messages(cloud))[0]).toMatch(/^Status of acme-fault-capacity: failed, /);
});

describe("a branch that moves while it is written to", () => {
  /** Somebody else commits after the head was read, so often. */
  const movedBetween = (times: number, cloud: () => Cloud) => {
    let moved = 0;
    return (fetch: Fetch): Fetch =>
      async (input, init) => {
        const answer = await fetch(input, init);
        const isHead =
          decodeURIComponent(String(input)).endsWith(`/git/ref/heads/${branch}`) &&
          answer.status === 200;
        if (isHead && moved < times) {
          moved++;
          hubOf(cloud()).push(repo, branch, { "silos/status/other.json": `{"n":${moved}}\n` });
        }
        return answer;
      };
  };
  const changedWhileMoving = async (times: number) => {
    let isMoving = false;
    const cloud: Cloud = cloudWith(["erp"], {
      wrapGitHub: (fetch) => {
        const moving = movedBetween(times, () => cloud)(fetch);
        return (input, init) => (isMoving ? moving : fetch)(input, init);
      },
    });
    await cloud.run("apply");
    isMoving = true;
    cloud.files.write(specOf("erp"), larger);
    return { cloud, run: await cloud.run("apply") };
  };

  test("keeps both changes", async () => {
    const { cloud, run } = await changedWhileMoving(3);
    expect(run.exitCode).toBe(0);
    expect(run.stderr).not.toContain("warning");
    const files = hubOf(cloud).files(repo, branch);
    expect(files?.get("silos/status/other.json")).toBe('{"n":3}\n');
    expect((await messages(cloud)).slice(0, 4)).toEqual([
      "Status of acme-erp: done, running",
      "Files",
      "Files",
      "Files",
    ]);
    expect(commitsAsked(cloud)).toBe(1 + 4);
    expect(cloud.violations()).toEqual([]);
  });

  test("without an end is given up with a warning", async () => {
    const { cloud, run } = await changedWhileMoving(1_000);
    expect(run.exitCode).toBe(0);
    expect(run.stderr).toContain(
      "warning: the status of acme-erp was not committed to silo-status: it moved 8 times",
    );
    expect(commitsAsked(cloud)).toBe(1 + 8);
  });
});

test.each<[string, Fetch]>([
  ["cannot be reached", () => Promise.reject(new TypeError("fetch failed"))],
  ["refuses", async () => Response.json({ message: "Resource not accessible" }, { status: 403 })],
])("GitHub that %s is a warning, and no more", async (_what, broken) => {
  let isDown = false;
  const cloud = cloudWith(["erp"], {
    wrapGitHub: (fetch) => (input, init) => (isDown ? broken : fetch)(input, init),
  });
  await cloud.run("apply");
  isDown = true;
  cloud.files.write(specOf("erp"), larger);
  const changed = await cloud.run("apply");
  expect(changed).toMatchObject({ exitCode: 0 });
  expect(changed.stderr).toContain(
    "warning: the status of acme-erp was not committed to silo-status: ",
  );
  isDown = false;
  await cloud.run("restart acme-erp");
  expect(statusOf(cloud, "erp").overall_status).toBe("running");
});

/** A copy of the document for each of its fields, with something else in it. */
function tamperings(document: unknown): readonly unknown[] {
  if (typeof document !== "object" || document === null) return [tampered(document)];
  const isList = Array.isArray(document);
  return Object.entries(document).flatMap(([key, value]) =>
    [null, ...tamperings(value)].map((other) => {
      const changed = { ...document, [key]: other };
      return isList ? Object.values(changed) : changed;
    }),
  );
}

function tampered(value: unknown): unknown {
  if (typeof value === "number") return value + 1_000_000;
  if (typeof value === "boolean") return !value;
  return value === "stopped" ? "running" : "stopped";
}

test("tampered-status-decides-nothing", async () => {
  const cloud = cloudWith(["erp"]);
  await cloud.run("apply");
  const document = statusOf(cloud, "erp");
  cloud.files.write(specOf("erp"), larger);
  const planned = async () => (await cloud.run("plan --format json")).stdout;
  const before = await planned();
  const texts = ["", "{", "[]", ...tamperings(document).map((other) => JSON.stringify(other))];
  expect(texts.length).toBeGreaterThan(100);
  for (const text of texts) {
    hubOf(cloud).push(repo, branch, { [pathOf("erp")]: text });
    cloud.files.write(pathOf("erp"), text);
    expect(await planned(), text).toBe(before);
  }
  expect((await cloud.run("apply")).exitCode).toBe(0);
  expect(statusOf(cloud, "erp")).toMatchObject({ overall_status: "running", last_error: null });
  expect((await cloud.run("apply")).stdout).toContain("nothing to do");
});
