import { describe, expect, test } from "vitest";
import { secretEnvVariable } from "#silo/names.ts";
import { aCloud, type Cloud } from "../support/a-cloud.ts";
import { specText } from "../support/spec-text.ts";

describe("spec-cannot-name-the-managers: silos that would share a variable", () => {
  const asking = (client: string, app: string, name: string) =>
    specText({ client, app, services: `    gotrue: { secret_env: [${name}] }` });
  const refused = async (cloud: Cloud, lines: readonly string[]) => {
    for (const line of lines) {
      const run = await cloud.run(line);
      expect(run, line).toMatchObject({ exitCode: 2, calls: [] });
      expect(run.stderr).toContain("NAME_COLLISION");
    }
  };

  test("the prefix of client a-b app c is that of client a app b-c", async () => {
    const variable = (client: string, app: string) => secretEnvVariable({ client, app }, "X");
    expect(variable("a-b", "c")).toBe(variable("a", "b-c"));
    const cloud = aCloud({
      files: {
        "silos/a-b-c.yml": specText({ client: "a-b", app: "c" }),
        "silos/x.yml": specText({ client: "a", app: "b-c" }),
      },
    });
    const { exitCode, stdout } = await cloud.run("validate");
    expect(exitCode).toBe(2);
    expect(stdout).toContain("NAME_COLLISION");
    expect((await cloud.run("apply")).exitCode).toBe(2);
  });

  test("client a app b with C_X and client a app b-c with X: neither is applied", async () => {
    const shared = "SILO_ENV_A_B_C_X";
    expect(secretEnvVariable({ client: "a", app: "b" }, "C_X")).toBe(shared);
    expect(secretEnvVariable({ client: "a", app: "b-c" }, "X")).toBe(shared);
    const cloud = aCloud({
      environment: { [shared]: "of whichever silo" },
      files: {
        "silos/a-b-c.yml": asking("a", "b-c", "X"),
        "silos/a-b.yml": asking("a", "b", "C_X"),
      },
    });
    // Else whoever adds a file could read the other's secret by applying just the new one.
    await refused(cloud, ["apply", "apply a-b-c", "apply a-b", "plan a-b", "apply a-b-silo-001"]);
  });
});
