/**
 * One push of many silos: a matrix of shards by parallel processes of the action, beside one process.
 * Shown at the end: each silo made once, one commit of status files. SILO_BENCH_SILOS takes another
 * number of silos. The emulators answer in this process, which is the bottleneck of a small machine.
 */

import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { wallClock } from "#edge/node-effects.ts";
import { createFlyEmulator } from "#emulators/fly/emulator.ts";
import { createGitHubEmulator } from "#emulators/github/emulator.ts";
import { listen, listenToApi } from "#emulators/listen.ts";
import { createWorkloads } from "#emulators/workloads/index.ts";
import { bundleAction } from "../scripts/bundle.ts";
import { testMasterKey } from "../test/support/a-cloud.ts";
import { type StepEnd, startStep } from "../test/support/runner.ts";
import { specText } from "../test/support/spec-text.ts";
import { push } from "../test/support/trigger-events.ts";

const count = Number(process.env.SILO_BENCH_SILOS ?? 60);
const repository = "acme/silos";
const root = join(import.meta.dirname, "..");
const folder = mkdtempSync(join(tmpdir(), "silo-shards-"));

interface Round {
  readonly seconds: number;
  readonly jobs: number;
  readonly made: number;
  readonly twice: number;
  readonly commits: number;
}

try {
  for (const file of ["package.json", "action.yml"]) cpSync(join(root, file), join(folder, file));
  await bundleAction({ root, outdir: join(folder, "dist/action") });
  const sharded = await round("shards");
  const single = await round("one");
  console.log(`  ${count} silos in one push, ${availableParallelism()} processors`);
  for (const [name, one] of [
    ["shards", sharded],
    ["one job", single],
  ] as const) {
    console.log(
      `  ${name.padEnd(8)} ${one.seconds.toFixed(0).padStart(5)} s in ${one.jobs} jobs: ${one.made} made, ${one.twice} of them twice, ${one.commits} commits of status files`,
    );
  }
  console.log(`  ratio ${(single.seconds / sharded.seconds).toFixed(2)}`);
  const isGood = [sharded, single].every(
    ({ made, twice, commits }) => made === count && twice === 0 && commits === 1,
  );
  process.exitCode = isGood ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function round(how: "shards" | "one"): Promise<Round> {
  const clock = wallClock;
  const fly = createFlyEmulator({ clock, limits: "off", workloadFor: createWorkloads({ clock }) });
  const specs = Array.from({ length: count }, (_, n) => [
    `silos/acme-app${n}.yml`,
    specText({ app: `app${n}` }),
  ]);
  const files: Record<string, string> = {
    ...Object.fromEntries(specs),
    // A repository holds a hundred secrets.
    "silo.config.yml": "github: { secrets_scope: environment }\n",
  };
  const github = createGitHubEmulator({
    clock,
    limits: "off",
    repositories: [{ name: repository, files }],
  });
  const flyServer = await listen(fly, { port: 0 });
  const hub = await listenToApi(github, 0);
  const sha = github.head(repository, "main");
  const event = push("0".repeat(40), sha);
  const job = (given: Readonly<Record<string, string>>): Promise<StepEnd> =>
    startStep({
      actionFolder: folder,
      files: new Map(Object.entries(files)),
      event,
      with: given,
      githubToken: "github_token:bench",
      environment: {
        FLY_API_BASE_URL: flyServer.apiUrl,
        FLY_PUBLIC_URL: flyServer.proxyUrl,
        GITHUB_API_URL: hub.apiUrl,
        GITHUB_GRAPHQL_URL: `${hub.apiUrl}/graphql`,
        GITHUB_REPOSITORY: repository,
        GITHUB_RUN_ID: "1",
      },
    }).ended;
  const secrets = {
    "fly-api-token": "local-token",
    "master-key": testMasterKey,
    "secrets-token": "app:bench",
  };
  try {
    const startedAt = performance.now();
    const apply = { command: "apply", ...secrets };
    const jobs =
      how === "one" ? [apply] : (await matrix(job)).map((entry) => ({ ...apply, ...entry }));
    const ends = await Promise.all(jobs.map(job));
    if (how === "shards") await job({ command: "publish-status" });
    const failed = ends.find(({ exitCode }) => exitCode !== 0);
    if (failed) throw new Error(failed.log.slice(-2_000));
    const created = fly.requests.filter(
      ({ method, path, status }) =>
        method === "POST" && /\/apps\/[^/]+-kong\/machines$/.test(path) && status === 200,
    );
    const apps = new Set(created.map(({ path }) => path));
    return {
      seconds: (performance.now() - startedAt) / 1_000,
      jobs: jobs.length,
      made: apps.size,
      twice: created.length - apps.size,
      commits: await commitsOf(github),
    };
  } finally {
    await Promise.all([flyServer.close(), hub.close()]);
    await fly.close();
  }
}

/** On the branch of status files, above the one it begins with. */
async function commitsOf(github: ReturnType<typeof createGitHubEmulator>): Promise<number> {
  const api = `https://api.github.com/repos/${repository}/git/commits`;
  let sha: string | undefined = github.head(repository, "silo-status");
  for (let commits = 0; ; commits++) {
    const answer: Response = await github.fetch(`${api}/${sha}`, {
      headers: { authorization: "Bearer local" },
    });
    const { parents } = (await answer.json()) as { parents: readonly { sha: string }[] };
    sha = parents[0]?.sha;
    if (sha === undefined) return commits;
  }
}

async function matrix(
  job: (given: Readonly<Record<string, string>>) => Promise<StepEnd>,
): Promise<readonly Readonly<Record<string, string>>[]> {
  const prepared = await job({ command: "prepare", "fly-api-token": "local-token" });
  if (prepared.exitCode !== 0) throw new Error(prepared.log);
  return JSON.parse(prepared.outputs.matrix ?? "").include;
}
