/** Who gets the keys of a silo is what was approved, and nobody else keeps them. */

import { describe, expect, test } from "vitest";
import { aCloud, type Cloud } from "../support/a-cloud.ts";
import { guarded } from "../support/guarded.ts";
import { specText } from "../support/spec-text.ts";

const [home, erp, other] = ["somtech/silos", "somtech/erp", "somtech/other"] as const;
const file = "silos/acme-erp.yml";
const specFor = (repository: string) => `${specText()}secrets: { repository: ${repository} }\n`;

const aCloudFor = (repository: string): Cloud =>
  aCloud({
    files: { [file]: specFor(repository) },
    github: { repositories: [home, erp, other].map((name) => ({ name, ...guarded })) },
  });

const places = [
  "repository",
  ...["dev-worker", "dev-orchestrator", "devops", "security-auditor"].map((role) => ({
    environment: `silo-acme-erp-${role}`,
  })),
] as const;

/** Names of all that stands in a repository, whoever may read it. */
const standingIn = ({ github }: Cloud, repository: string): readonly string[] =>
  places.flatMap((place) => {
    const seen = github?.reveal(repository, place);
    return [...(seen?.secrets.keys() ?? []), ...(seen?.variables.keys() ?? [])];
  });

async function ok(cloud: Cloud, line: string) {
  const run = await cloud.run(line);
  expect(run.exitCode, run.stdout + run.stderr).toBe(0);
  return run;
}

async function planOf(cloud: Cloud): Promise<string> {
  return (await ok(cloud, "plan acme-erp")).stdout;
}

describe("new-recipient", () => {
  test("another repository gets the keys, and the one before keeps none", async () => {
    const cloud = aCloudFor(erp);
    expect(await planOf(cloud)).toContain(`approval: a new recipient: the repository ${erp}`);
    await ok(cloud, "apply");
    const all = standingIn(cloud, erp);
    expect(all.length).toBeGreaterThan(8);
    cloud.files.write(file, specFor(other));
    expect(await planOf(cloud)).toContain(`approval: a new recipient: the repository ${other}`);
    await ok(cloud, "apply");
    expect(standingIn(cloud, erp)).toEqual([]);
    expect(standingIn(cloud, other)).toEqual(all);
    expect((await cloud.run("apply acme-erp")).stdout).toContain("nothing to do");
    await ok(cloud, "stop acme-erp");
    expect([home, erp, other].flatMap((name) => standingIn(cloud, name))).toEqual([]);
  });

  test("home again is nothing new, and takes back as well", async () => {
    const cloud = aCloudFor(erp);
    await ok(cloud, "apply");
    cloud.files.write(file, specText());
    expect(await planOf(cloud)).not.toContain("approval:");
    await ok(cloud, "apply");
    expect(standingIn(cloud, erp)).toEqual([]);
    expect(standingIn(cloud, home)).not.toEqual([]);
  });

  test("a silo that is stopped is no way round the approval", async () => {
    const cloud = aCloudFor(erp);
    await ok(cloud, "apply");
    await ok(cloud, "stop acme-erp");
    cloud.files.write(file, specFor(other));
    const started = await cloud.run("start acme-erp");
    expect(started.exitCode).toBe(4);
    expect(started.stdout + started.stderr).toContain("run `silo apply acme-erp` first");
    expect(await planOf(cloud)).toContain(`approval: a new recipient: the repository ${other}`);
    await ok(cloud, "apply");
    expect(standingIn(cloud, other)).toEqual([]);
    await ok(cloud, "start acme-erp");
    expect(standingIn(cloud, other)).not.toEqual([]);
  });

  test.each(["stop", "destroy --allow-destroy"])(
    "%s takes back where it was given, whatever the spec says by now",
    async (line) => {
      const cloud = aCloudFor(erp);
      cloud.files.write(
        file,
        specFor(erp).replace("devenv:\n", "devenv:\n  prevent_destroy: false\n"),
      );
      await ok(cloud, "apply");
      cloud.files.write(file, specFor(other));
      const [command, ...options] = line.split(" ");
      await ok(cloud, [command, "acme-erp", ...options].join(" "));
      expect(standingIn(cloud, erp)).toEqual([]);
    },
  );

  test("environments instead of the repository leave nothing in the repository", async () => {
    const cloud = aCloudFor(erp);
    await ok(cloud, "apply");
    const config = (scope: string) =>
      cloud.files.write("silo.config.yml", `github: { secrets_scope: ${scope} }\n`);
    config("environment");
    await ok(cloud, "apply");
    expect(cloud.github?.reveal(erp, "repository").secrets.size).toBe(0);
    expect(cloud.github?.reveal(erp, "repository").variables.size).toBe(0);
    config("repository");
    await ok(cloud, "apply");
    const worker = { environment: "silo-acme-erp-dev-worker" };
    expect(cloud.github?.reveal(erp, worker).secrets.size).toBe(0);
    await ok(cloud, "stop acme-erp");
    expect(standingIn(cloud, erp)).toEqual([]);
  });

  test("a repository that is gone holds nothing up, and is told", async () => {
    let isGone = false;
    const cloud = aCloud({
      files: { [file]: specFor(erp) },
      github: { repositories: [home, erp, other].map((name) => ({ name, ...guarded })) },
      wrapGitHub: (fetch) => async (input, init) =>
        isGone && String(input).includes(`/repos/${erp}`)
          ? new Response('{"message":"Not Found"}', { status: 404 })
          : fetch(input, init),
    });
    await ok(cloud, "apply");
    isGone = true;
    cloud.files.write(file, specFor(other));
    const { stderr } = await ok(cloud, "apply");
    expect(stderr).toContain(`${erp} cannot be seen`);
    expect(standingIn(cloud, other)).not.toEqual([]);
  });

  test("nor is mending drift: it waits for its apply", async () => {
    const cloud = aCloudFor(erp);
    await ok(cloud, "apply");
    cloud.files.write(file, specFor(other));
    const healed = await cloud.run("drift --heal --format json");
    expect(standingIn(cloud, other)).toEqual([]);
    expect(healed.writes).toEqual([]);
    const [drift] = JSON.parse((await cloud.run("drift --format json")).stdout).silos;
    expect(drift.not_applied).toEqual(["secrets.repository"]);
  });
});

describe("new-recipient, Netlify", () => {
  const [site, another] = ["silo-acme-erp", "silo-acme-other"] as const;
  const specOn = (name: string) =>
    `${specText({ devenv: "  prevent_destroy: false" })}netlify: { site: ${name} }\n`;
  const aCloudOn = (name: string) =>
    aCloud({
      files: { [file]: specOn(name) },
      netlify: { teams: [{ slug: "acme", sites: [{ name: site }, { name: another }] }] },
    });
  const valuesOn = ({ netlify }: Cloud, name: string) =>
    netlify?.control.variables("acme", name).flatMap(({ values }) => values).length;

  test("another site gets the values, and the one before keeps none", async () => {
    const cloud = aCloudOn(site);
    expect(await planOf(cloud)).toContain(`approval: a new recipient: the Netlify site ${site}`);
    await ok(cloud, "apply");
    expect(valuesOn(cloud, site)).toBe(2);
    cloud.files.write(file, specOn(another));
    expect(await planOf(cloud)).toContain(`approval: a new recipient: the Netlify site ${another}`);
    await ok(cloud, "apply");
    expect([site, another].map((name) => valuesOn(cloud, name))).toEqual([0, 2]);
    expect((await cloud.run("apply acme-erp")).stdout).toContain("nothing to do");
  });

  test.each(["restart", "rotate", "stop", "drift --heal"])(
    "%s is no way round the approval",
    async (line) => {
      const cloud = aCloudOn(site);
      await ok(cloud, "apply");
      cloud.files.write(file, specOn(another));
      const [command, ...options] = line.split(" ");
      await cloud.run([command, "acme-erp", ...options].join(" "));
      expect([site, another].map((name) => valuesOn(cloud, name))).toEqual([2, 0]);
      const [drift] = JSON.parse((await cloud.run("drift --format json")).stdout).silos;
      expect(drift.not_applied).toContain("netlify");
    },
  );

  test("a silo that is stopped leaves nothing behind either, and its start keeps to what was let in", async () => {
    const cloud = aCloudOn(site);
    await ok(cloud, "apply");
    await ok(cloud, "stop acme-erp");
    cloud.files.write(file, specOn(another));
    await ok(cloud, "start acme-erp");
    expect([site, another].map((name) => valuesOn(cloud, name))).toEqual([2, 0]);
    await ok(cloud, "stop acme-erp");
    await ok(cloud, "apply");
    expect([site, another].map((name) => valuesOn(cloud, name))).toEqual([0, 0]);
    await ok(cloud, "start acme-erp");
    expect([site, another].map((name) => valuesOn(cloud, name))).toEqual([0, 2]);
  });

  test("a destruction removes where it was put, whatever the spec says by now", async () => {
    const cloud = aCloudOn(site);
    await ok(cloud, "apply");
    cloud.files.write(file, specOn(another));
    await ok(cloud, "destroy acme-erp --now --allow-destroy");
    expect(valuesOn(cloud, site)).toBe(0);
  });
});
