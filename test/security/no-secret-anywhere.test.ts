/** Every command, in every format, well and badly: no place but the destinations shows a secret. */

import { expect, test } from "vitest";
import { commands } from "#commands/catalogue.ts";
import { roles } from "#silo/access.ts";
import { aRepo } from "../scenarios/handed-out.ts";
import { aCloud, type Cloud } from "../support/a-cloud.ts";
import { specText } from "../support/spec-text.ts";
import { linesOf } from "./every-command.ts";
import { leaksIn, siloSecrets } from "./silo-secrets.ts";
import { quotingFetch, type SentRequest, shownOf, spiedFetch } from "./spied-fetch.ts";

const smtpPassword = "correct-horse-battery-staple-42";
const site = "silo-acme-erp";
const services = "    gotrue:\n      secret_env: [GOTRUE_SMTP_PASS]";
const specOf = (more = "") =>
  `${specText({ devenv: "  prevent_destroy: false", services: `${services}${more}` })}netlify:
  site: ${site}
  branch: prod
  variables: [VITE_SUPABASE_URL, VITE_SUPABASE_ANON_KEY]
`;

/** What a command gives to whoever asks for it: the only output that may hold a key. */
const isAskedFor = (line: string): boolean =>
  /^(context .*--role |desk-keys|desk-token)/.test(line);

function aStage() {
  const spies = { fly: spiedFetch(), github: spiedFetch(), netlify: spiedFetch() };
  let isQuoting = false;
  const quoting = quotingFetch(() => isQuoting);
  const cloud = aCloud({
    environment: { SILO_ENV_ACME_ERP_GOTRUE_SMTP_PASS: smtpPassword, GITHUB_RUN_ID: "42" },
    github: { repositories: [aRepo()] },
    netlify: { teams: [{ slug: "acme", sites: [{ name: site }] }] },
    files: { "silos/acme-erp.yml": specOf() },
    wrap: (fetch) => spies.fly.wrap(quoting(fetch)),
    wrapGitHub: (fetch) => spies.github.wrap(quoting(fetch)),
    wrapNetlify: (fetch) => spies.netlify.wrap(quoting(fetch)),
  });
  const secrets = new Map<string, string>([["value of secret_env", smtpPassword]]);
  const shown = new Map<string, string>();
  const ended = new Map<string, number>();
  const run = async (line: string) => {
    // What follows is read for a while.
    const enough = new AbortController();
    const isEndless = /--(follow|watch)/.test(line);
    if (isEndless) void cloud.clock.sleep(20_000).then(() => enough.abort());
    const { exitCode, stdout, stderr } = await cloud.run(line, { signal: enough.signal });
    const key = `${shown.size} ${line}`;
    shown.set(key, `${isAskedFor(line) ? "" : stdout}\n${stderr}`);
    for (const [path, text] of cloud.files.content) shown.set(`${path} after ${line}`, text);
    ended.set(line, exitCode);
    await cloud.clock.sleep(30_000);
    // The keys of every generation there ever was.
    const now = await siloSecrets(cloud).catch(() => undefined);
    for (const [what, text] of now?.texts ?? []) {
      secrets.set(`${what} of generation ${now?.credentials.generation}`, text);
    }
    return exitCode;
  };
  return {
    cloud,
    spies,
    secrets,
    shown,
    ended,
    run,
    /** The APIs refuse what carries secrets, and quote it. */
    quoted: async (line: string) => {
      isQuoting = true;
      await run(line);
      isQuoting = false;
    },
  };
}

/** Everything that stands in the emulated GitHub but for the vaults. */
function besideVaults({ github }: Cloud): string {
  const repos = (github?.save().repos ?? []) as readonly SavedRepository[];
  const files = repos.flatMap(({ git }) =>
    git.blobs.$map.map(([, content]) => Buffer.from(content, "base64").toString("utf8")),
  );
  const rest = JSON.stringify(repos, (key, value) => (key === "vault" ? undefined : value));
  return [rest, ...files].join("\n");
}

interface SavedRepository {
  readonly git: { readonly blobs: { readonly $map: readonly (readonly [string, string])[] } };
}

const logOf = (requests: readonly { method: string; path: string; query: string }[]) =>
  requests.map(({ method, path, query }) => `${method} ${path}?${query}`).join("\n");

function sentTexts(name: string, sent: readonly SentRequest[]): readonly [string, string][] {
  return sent.map((request, at) => [
    `${name} request ${at}, ${request.method} ${request.path}`,
    shownOf(request),
  ]);
}

test("no-secret-anywhere", { timeout: 600_000 }, async () => {
  const { cloud, spies, secrets, shown, ended, run, quoted } = aStage();
  await quoted("apply");
  const settle = async () => {
    await run("apply");
    await run("start acme-erp");
  };
  await settle();
  for (const command of commands) {
    for (const line of linesOf(command)) {
      await run(line);
      if (/^(stop|destroy)/.test(line)) await settle();
    }
  }
  // Its example names a snapshot that is not there; a destruction above has made one.
  await settle();
  const snapshot = /vs_\w+/.exec((await cloud.run("snapshots acme-erp --format json")).stdout)?.[0];
  await run(`restore acme-erp --snapshot ${snapshot} --allow-destroy`);
  for (const role of roles) await run(`context acme-erp --role ${role}`);
  cloud.files.write("silos/acme-erp.yml", specOf("\n      memory_mb: 512"));
  for (const line of [
    "apply",
    "rotate acme-erp",
    "stop acme-erp",
    "destroy acme-erp --allow-destroy",
  ]) {
    await quoted(line);
    await quoted(`${line} --format json`);
  }

  // A command that was only told that its words were wrong has shown nothing.
  const idle = commands.filter(({ name }) => {
    const own = [...ended].filter(
      ([line]) => line.split(" ")[0] === name && !line.includes("--help"),
    );
    return own.every(([, exitCode]) => exitCode === 2);
  });
  expect(
    idle.map(({ name }) => name),
    "their help needs an example that can be run against acme-erp",
  ).toEqual([]);
  expect(ended.size).toBeGreaterThan(80);
  expect(
    new Set([...secrets.keys()].map((what) => /generation \d+/.exec(what)?.[0])).size,
  ).toBeGreaterThan(2);

  // The search finds what it should: in the calls that hand out, and in what was asked for.
  const handedOut = new Map(
    [...spies.fly.sent, ...spies.netlify.sent].map(({ text }, at) => [`${at}`, text]),
  );
  const found = leaksIn(handedOut, secrets).join("\n");
  for (const what of ["JWT secret", "anon key", "studio password", "value of secret_env"]) {
    expect(found).toContain(what);
  }

  const places = new Map([
    ...shown,
    ["what GitHub holds beside its vaults", besideVaults(cloud)],
    ["Fly's log", logOf(cloud.fly.requests)],
    ["GitHub's log", logOf(cloud.github?.requests ?? [])],
    ["Netlify's log", logOf(cloud.netlify?.requests ?? [])],
    ...Object.entries(spies).flatMap(([name, { sent }]) => sentTexts(name, sent)),
  ]);
  expect(besideVaults(cloud)).toContain("plan_digest");
  expect([...shown.values()].join("\n")).toContain("cannot take");
  expect(leaksIn(places, secrets)).toEqual([]);
});
