import { beforeAll, describe, expect, test } from "vitest";
import { flyRoutes } from "#emulators/fly/routes/index.ts";
import { aCloud, type Cloud, type Run } from "../support/a-cloud.ts";
import { specText } from "../support/spec-text.ts";
import { apiOf, readEverything } from "./api-reader.ts";
import { leaksIn, siloSecrets } from "./silo-secrets.ts";
import { isSecretSet, spiedFetch } from "./spied-fetch.ts";

const smtpPassword = "correct-horse-battery-staple-42";
const services = "    gotrue:\n      secret_env: [GOTRUE_SMTP_PASS]";
const spec = specText({ services });
const environment = { SILO_ENV_ACME_ERP_GOTRUE_SMTP_PASS: smtpPassword };

async function allSecrets(cloud: Cloud): Promise<ReadonlyMap<string, string>> {
  const { texts } = await siloSecrets(cloud);
  return new Map([...texts, ["value of secret_env", smtpPassword]]);
}

describe("plan-token-sees-no-secret", () => {
  const { sent, wrap: spy } = spiedFetch();
  /** Asked after every call of the product. */
  let watch = async (): Promise<void> => undefined;
  const cloud = aCloud({
    environment,
    files: { "silos/acme-erp.yml": spec },
    wrap: (fetch) => {
      const spied = spy(fetch);
      return async (input, init) => {
        const answer = await spied(input, init);
        await watch();
        return answer;
      };
    },
  });
  const runs = new Map<string, Run>();
  let secrets: ReadonlyMap<string, string>;

  beforeAll(async () => {
    const run = async (line: string) => runs.set(line, await cloud.run(line));
    await run("plan acme-erp --format markdown");
    await run("apply acme-erp");
    secrets = await allSecrets(cloud);
  });

  const tokenSees = async () => {
    const api = apiOf(cloud, "read:acme-erp");
    const { places, read } = await readEverything(api, "acme-erp", "acme-erp");
    return { places, read, leaks: leaksIn(places, secrets) };
  };

  test("the search finds what is there: in the calls that set secrets", () => {
    expect(runs.get("apply acme-erp")?.exitCode).toBe(0);
    const set = new Map(sent.filter(isSecretSet).map(({ path, body }) => [path, body]));
    expect(set.size).toBe(6);
    const found = leaksIn(set, secrets).join("\n");
    for (const what of [
      "JWT secret",
      "anon key",
      "service role key",
      "kong.yml",
      "studio password",
      "meta crypto key",
      "value of secret_env",
      "verifier of supabase_admin",
      "password of authenticator",
    ]) {
      expect(found).toContain(what);
    }
    // Not needed by any service, so they are nowhere at all.
    for (const what of ["master key", "silo key", "fingerprint key", "receipt key"]) {
      expect(found).not.toContain(what);
    }
  });

  test("after apply, after stop and start, after restart: in nothing that the API gives", async () => {
    const { read, leaks } = await tokenSees();
    const reading = flyRoutes.filter(({ method }) => method === "GET").map(({ action }) => action);
    // What cannot be read: waiting shows nothing, and nobody holds a lease or made a snapshot.
    const unread = [...new Set(reading)].filter((action) => !read.has(action));
    expect(unread.sort()).toEqual(["lease-get", "machine-wait"]);
    expect(leaks).toEqual([]);
    for (const line of ["stop acme-erp", "start acme-erp", "restart acme-erp"]) {
      const run = await cloud.run(line);
      expect(run.exitCode).toBe(0);
      runs.set(line, run);
      expect((await tokenSees()).leaks).toEqual([]);
    }
  });

  test("while a run holds the lock: who holds it, and nothing secret", async () => {
    const api = apiOf(cloud, "read:acme-erp");
    const { id } = await api.machineOf("devenv-acme-erp-kong");
    const path = `/v1/apps/devenv-acme-erp-kong/machines/${id}/lease`;
    const leases = new Map<string, string>();
    watch = async () => {
      const { status, text } = await api.call("GET", path);
      if (status === 200) leases.set(text, text);
    };
    const watched = await cloud.run("restart acme-erp");
    watch = async () => undefined;
    expect(watched.exitCode).toBe(0);
    expect(leases.size).toBeGreaterThan(0);
    expect([...leases.values()].join()).toContain('"description":"test"');
    expect(leaksIn(leases, secrets)).toEqual([]);
  });

  test("the token can write nothing and run nothing in a machine", async () => {
    const api = apiOf(cloud, "read:acme-erp");
    const { id } = await api.machineOf("devenv-acme-erp-pg");
    const filled = (path: string) =>
      path.replace(":app", "devenv-acme-erp-pg").replace(":machine", id).replace(/:\w+/, "any");
    const writing = flyRoutes.filter(({ access }) => access === "write");
    expect(writing.length).toBeGreaterThan(15);
    for (const { method, path } of writing) {
      const { status, text } = await api.call(method, filled(path), { command: ["env"] });
      expect([401, 403], `${method} ${path}`).toContain(status);
      expect(leaksIn(new Map([[path, text]]), secrets)).toEqual([]);
    }
  });
});
