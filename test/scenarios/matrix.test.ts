/** The whole access matrix, at every moment of a silo's life, on GitHub and in `silo context`. */

import { expect, test } from "vitest";
import type { Fetch } from "#world/effects.ts";
import { aCloud } from "../support/a-cloud.ts";
import { derivedCredentials } from "../support/derived.ts";
import { specText } from "../support/spec-text.ts";
import { aRepo, hubOf, repo } from "./handed-out.ts";
import { crashing } from "./interruptions.ts";
import { head, momentText, type Scope, type Values, valuesOf } from "./matrix-table.ts";

const site = "silo-acme-erp";
const previewUrl = `https://prod--${site}.netlify.app`;
const spec = `${specText({ devenv: "  prevent_destroy: false" })}netlify:
  site: ${site}
  branch: prod
  variables: [VITE_SUPABASE_URL, VITE_SUPABASE_ANON_KEY]
`;

/** A silo whose runs can be made to die, and whose GitHub can be out of reach. */
function aStage(scope: Scope) {
  let fate: (fetch: Fetch) => Fetch = (fetch) => fetch;
  let isGitHubDown = false;
  const cloud = aCloud({
    github: { repositories: [aRepo()] },
    netlify: { teams: [{ slug: "acme", sites: [{ name: site }] }] },
    files: {
      "silos/acme-erp.yml": spec,
      "silo.config.yml": `github: { secrets_scope: ${scope} }\n`,
    },
    wrap: (fetch) => fate(fetch),
    wrapGitHub: (fetch) => async (input, init) => {
      if (isGitHubDown) throw new TypeError("fetch failed");
      return fetch(input, init);
    },
  });
  const run = async (line: string, exitCode = 0) => {
    const { exitCode: code, stdout, stderr } = await cloud.run(line);
    expect(code, `${line}: ${stdout}${stderr}`).toBe(exitCode);
  };
  return {
    cloud,
    run,
    /** Its process is gone at the first call that fits. */
    dies: async (line: string, call: RegExp) => {
      const crash = crashing({
        at: 1,
        when: "before",
        counts: (method, path) => call.test(`${method} ${path}`),
      });
      fate = crash.wrap;
      await Promise.race([cloud.run(line).then(() => expect.unreachable(line)), crash.died]);
      fate = (fetch) => fetch;
      // Nobody refreshes its lease any more.
      await cloud.clock.sleep(60_000);
    },
    withoutGitHub: async (line: string) => {
      isGitHubDown = true;
      await run(line, 1);
      isGitHubDown = false;
    },
  };
}

const machineStart = /^POST .*-kong\/machines\/\w+\/start$/;
const machineStop = /^POST .*\/machines\/\w+\/stop$/;

async function story(scope: Scope): Promise<string> {
  const { cloud, run, dies, withoutGitHub } = aStage(scope);
  const told = [head];
  let values: Values = {};
  const look = async (moment: string) => {
    const keys = await derivedCredentials(cloud, "acme-erp").catch(() => undefined);
    if (keys) values = valuesOf(keys, previewUrl);
    told.push(await momentText(cloud, moment, scope, values));
  };
  await look("before it was ever applied");
  await dies("apply", machineStart);
  await look("an apply that died");
  await run("apply");
  await look("applied");
  await dies("stop acme-erp", machineStop);
  await look("a stop that died");
  await run("stop acme-erp");
  await look("stopped");
  await run("start acme-erp");
  await look("started");
  await withoutGitHub("stop acme-erp");
  await look("a stop while GitHub is out of reach, which still holds what it had");
  await run("stop acme-erp");
  await look("stopped once GitHub is back");
  await run("start acme-erp");
  await dies("restart acme-erp", machineStart);
  await look("a restart that died");
  await run("restart acme-erp");
  await look("restarted");
  const old = values.supabase_anon_key;
  await dies("rotate acme-erp", machineStart);
  await look("a rotation that died");
  await run("rotate acme-erp");
  await look("rotated, to other keys");
  expect(values.supabase_anon_key).not.toBe(old);
  await dies("destroy acme-erp --now --allow-destroy", /^DELETE \/v1\/apps\/[^/]+$/);
  await look("a destruction that died");
  await run("destroy acme-erp --now --allow-destroy");
  await look("destroyed");
  expect(hubOf(cloud).environments(repo)).toEqual([]);
  expect(cloud.violations()).toEqual([]);
  return `\n${told.join("\n")}\n`;
}

/** `S` a secret, `V` a variable of GitHub, `c` shown by `silo context`; with the derived value. */
const matrix = `
                               url anon service string masked passwd host studio user login preview
absent: before it was ever applied
  nothing for anybody
provisioning: an apply that died
  devops                       ·c  ··   ··      ··     ··     ··     ·c   ·c     ··   ··    ··
running: applied
  dev-worker, dev-orchestrator Vc  Sc   ··      ··     ··     ··     ··   ··     ··   ··    Vc
  devops                       Vc  Sc   Sc      Sc     ··     Sc     ··   Vc     Vc   Sc    Vc
  security-auditor             ··  ··   ··      ··     Vc     ··     ··   ··     ··   ··    ··
stopping: a stop that died
  nothing for anybody
stopped: stopped
  nothing for anybody
running: started
  dev-worker, dev-orchestrator Vc  Sc   ··      ··     ··     ··     ··   ··     ··   ··    Vc
  devops                       Vc  Sc   Sc      Sc     ··     Sc     ··   Vc     Vc   Sc    Vc
  security-auditor             ··  ··   ··      ··     Vc     ··     ··   ··     ··   ··    ··
stopping: a stop while GitHub is out of reach, which still holds what it had
  dev-worker, dev-orchestrator V·  S·   ··      ··     ··     ··     ··   ··     ··   ··    V·
  devops                       V·  S·   S·      S·     ··     S·     ··   V·     V·   S·    V·
  security-auditor             ··  ··   ··      ··     V·     ··     ··   ··     ··   ··    ··
stopped: stopped once GitHub is back
  nothing for anybody
provisioning: a restart that died
  devops                       ·c  ··   ··      ··     ··     ··     ·c   ·c     ··   ··    ··
running: restarted
  dev-worker, dev-orchestrator Vc  Sc   ··      ··     ··     ··     ··   ··     ··   ··    Vc
  devops                       Vc  Sc   Sc      Sc     ··     Sc     ··   Vc     Vc   Sc    Vc
  security-auditor             ··  ··   ··      ··     Vc     ··     ··   ··     ··   ··    ··
provisioning: a rotation that died
  devops                       ·c  ··   ··      ··     ··     ··     ·c   ·c     ··   ··    ··
running: rotated, to other keys
  dev-worker, dev-orchestrator Vc  Sc   ··      ··     ··     ··     ··   ··     ··   ··    Vc
  devops                       Vc  Sc   Sc      Sc     ··     Sc     ··   Vc     Vc   Sc    Vc
  security-auditor             ··  ··   ··      ··     Vc     ··     ··   ··     ··   ··    ··
destroying: a destruction that died
  nothing for anybody
absent: destroyed
  nothing for anybody
`;

test.each<Scope>(["repository", "environment"])("the matrix, secrets_scope %s", async (scope) => {
  const table = await story(scope);
  console.info(table);
  expect(table).toBe(matrix);
});
