import { expect, test } from "vitest";
import { aCloud } from "../support/a-cloud.ts";
import { specText } from "../support/spec-text.ts";

test("from a spec to six healthy services, stopped, restarted, destroyed", async () => {
  const cloud = aCloud({ latency: "fly", files: { "silos/acme-erp.yml": specText() } });
  const applied = await cloud.run("apply acme-erp");
  expect(applied).toMatchObject({ exitCode: 0 });
  const status = JSON.parse((await cloud.run("status acme-erp --format json")).stdout);
  expect(status.overall_status).toBe("running");
  expect(Object.values(status.services)).toHaveLength(6);

  await cloud.clock.sleep(60_000);
  const again = await cloud.run("apply acme-erp");
  expect(again.stdout).toContain("nothing to do");
  expect(again.writes).toEqual([]);

  const stopped = await cloud.run('stop acme-erp --reason "lunch"');
  expect(stopped.exitCode).toBe(0);
  const page = await cloud.fly.proxy("https://devenv-acme-erp-kong.fly.dev/storage/v1/status");
  expect(page.status).toBe(503);
  expect((await cloud.run("why acme-erp")).stdout).toMatch(
    /is stopped since .* \(dispatch: lunch\)/,
  );
  expect((await cloud.run("restart acme-erp")).exitCode).toBe(0);
  expect((await cloud.run("destroy acme-erp --now --allow-destroy")).exitCode).toBe(4);
  cloud.files.write("silos/acme-erp.yml", specText({ devenv: "  prevent_destroy: false" }));
  expect((await cloud.run("apply")).exitCode).toBe(0);
  expect((await cloud.run("destroy acme-erp --now --allow-destroy")).exitCode).toBe(0);
  expect(JSON.parse((await cloud.run("status acme-erp --format json")).stdout)).toMatchObject({
    overall_status: "absent",
  });
  expect(cloud.violations()).toEqual([]);
});
