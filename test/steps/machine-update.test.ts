import { expect, test } from "vitest";
import { aCloud } from "../support/a-cloud.ts";
import { specText } from "../support/spec-text.ts";

test("a machine that is just being started runs after its update", async () => {
  const cloud = aCloud({ latency: "fly", files: { "silos/acme-erp.yml": specText() } });
  await cloud.run("apply acme-erp");
  const [kong] = JSON.parse(await ask("GET", "")) as { id: string; state: string }[];
  await ask("POST", `/${kong?.id}/stop`);
  await cloud.clock.sleep(10_000);
  await ask("POST", `/${kong?.id}/start`);
  const services = "    kong:\n      memory_mb: 1024";
  cloud.files.write("silos/acme-erp.yml", specText({ services }));
  const edited = await cloud.run("apply acme-erp");
  expect(edited.stdout).toContain("applied");
  expect(edited.exitCode).toBe(0);
  expect(JSON.parse(await ask("GET", `/${kong?.id}`))).toMatchObject({
    state: "started",
    config: { guest: { memory_mb: 1024 } },
  });

  async function ask(method: string, rest: string): Promise<string> {
    const url = `http://fly.local/v1/apps/devenv-acme-erp-kong/machines${rest}`;
    const headers = { authorization: "Bearer any" };
    return (await cloud.fly.fetch(url, { method, headers })).text();
  }
});
