import { describe, expect, test } from "vitest";
import { aCloud, type Cloud } from "../support/a-cloud.ts";
import { specText } from "../support/spec-text.ts";
import { apiOf, readEverything } from "./api-reader.ts";
import { leaksIn, siloSecrets } from "./silo-secrets.ts";
import { isSecretSet } from "./spied-fetch.ts";

const smtpPassword = "correct-horse-battery-staple-42";
const services = "    gotrue:\n      secret_env: [GOTRUE_SMTP_PASS]";
const spec = specText({ services });
const edited = specText({
  services: `${services}\n      memory_mb: 512\n    kong:\n      memory_mb: 1024`,
});
const environment = { SILO_ENV_ACME_ERP_GOTRUE_SMTP_PASS: smtpPassword };

async function allSecrets(cloud: Cloud): Promise<ReadonlyMap<string, string>> {
  const { texts } = await siloSecrets(cloud);
  return new Map([...texts, ["value of secret_env", smtpPassword]]);
}

describe("plan-token-sees-no-secret, in runs that fail", () => {
  test.each([400, 422, 500])(
    "an API that answers %i and quotes the secrets it was sent",
    async (status) => {
      const cloud = aCloud({
        environment,
        files: { "silos/acme-erp.yml": spec },
        wrap: (fetch) => async (input, init) => {
          const request = new Request(input instanceof Request ? input.clone() : input, init);
          if (!isSecretSet({ method: request.method, path: new URL(request.url).pathname })) {
            return fetch(input, init);
          }
          const error = `cannot take ${await request.text()}`;
          return new Response(JSON.stringify({ error }), { status });
        },
      });
      const failed = await cloud.run("apply acme-erp");
      expect(failed.exitCode).toBe(1);
      expect(failed.stderr + failed.stdout).toContain("cannot take");
      const shown = new Map([
        ["output", `${failed.stdout}\n${failed.stderr}`],
        ["json", (await cloud.run("apply acme-erp --format json")).stdout],
        ...cloud.files.content,
      ]);
      expect(shown.has("silos/status/acme-erp.json")).toBe(true);
      expect(leaksIn(shown, await allSecrets(cloud))).toEqual([]);
    },
  );

  test("a master key that cannot be used is not repeated", async () => {
    const wrong = `${"Zm9vYmFy".repeat(5)}Zg==`;
    const cloud = aCloud({
      environment: { SILO_MASTER_KEY: wrong },
      files: { "silos/acme-erp.yml": specText() },
    });
    const { exitCode, stdout, stderr, writes } = await cloud.run("apply acme-erp");
    expect(exitCode).toBe(2);
    expect(writes).toEqual([]);
    expect(stdout + stderr).toContain("SILO_MASTER_KEY");
    expect(stdout + stderr).not.toContain(wrong.slice(0, 12));
  });

  test("a service that never gets healthy is described without its environment", async () => {
    const cloud = aCloud({
      environment,
      files: {
        "silos/acme-erp.yml": specText({
          // Postgres never gets its roles, so nobody can log in.
          services: `${services}\n    postgres:\n      env: { EMULATE_CRASH_DURING_INIT: "1" }`,
        }),
      },
    });
    const failed = await cloud.run("apply acme-erp");
    expect(failed.exitCode).toBe(1);
    expect(failed.stdout).toMatch(/Wait until devenv-acme-erp-(auth|rest|storage) is healthy: /);
    const secrets = await allSecrets(cloud);
    const shown = new Map([["output", failed.stdout + failed.stderr], ...cloud.files.content]);
    expect(leaksIn(shown, secrets)).toEqual([]);
    const api = apiOf(cloud, "read:acme-erp");
    const { places } = await readEverything(api, "acme-erp", "acme-erp");
    expect(leaksIn(places, secrets)).toEqual([]);
  });

  test("what somebody set by hand in a machine is not repeated in a plan", async () => {
    const cloud = aCloud({ environment, files: { "silos/acme-erp.yml": spec } });
    await cloud.run("apply acme-erp");
    const api = apiOf(cloud, "local");
    const { id, config } = await api.machineOf("devenv-acme-erp-auth");
    const byHand = { STRIPE_KEY: "stripe-key-that-somebody-set-by-hand" };
    const changed = { config: { ...config, env: { ...config.env, ...byHand } } };
    const { status } = await api.call(
      "POST",
      `/v1/apps/devenv-acme-erp-auth/machines/${id}`,
      changed,
    );
    expect(status).toBe(200);
    cloud.files.write("silos/acme-erp.yml", edited);
    for (const format of ["text", "json", "markdown"]) {
      const plan = await cloud.run(`plan acme-erp --format ${format} --out plan.json`);
      expect(plan.stdout.replaceAll("&#95;", "_"), format).toContain("env.STRIPE_KEY");
      expect(plan.stdout, format).not.toContain(byHand.STRIPE_KEY);
    }
    expect(cloud.files.content.get("plan.json")).not.toContain(byHand.STRIPE_KEY);
    expect((await cloud.run("apply --plan plan.json")).exitCode).toBe(0);
    expect((await api.machineOf("devenv-acme-erp-auth")).config.env).not.toHaveProperty(
      "STRIPE_KEY",
    );
  });
});
