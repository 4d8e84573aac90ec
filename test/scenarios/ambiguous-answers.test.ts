import { beforeAll, expect, test } from "vitest";
import { aCloud, type Cloud } from "../support/a-cloud.ts";
import { specText } from "../support/spec-text.ts";
import { type BadAnswer, misanswered } from "./interruptions.ts";
import {
  expectGone,
  expectSettled,
  expectWhole,
  resumeCloud,
  runningSilo,
  type SavedCloud,
  stackOf,
} from "./stacks.ts";

const file = "silos/acme-erp.yml";
const edited = specText({
  services: "    gotrue: { memory_mb: 512 }\n    storage: { volume_gb: 9 }",
});
let running: SavedCloud;
let unprotected: SavedCloud;

beforeAll(async () => {
  running = await runningSilo();
  unprotected = await runningSilo(specText({ devenv: "  prevent_destroy: false" }));
});

interface Story {
  readonly line: string;
  readonly begin: (wrap: ReturnType<typeof misanswered>["wrap"]) => Promise<Cloud>;
  readonly end: (cloud: Cloud) => Promise<void>;
}

const isUp = async (cloud: Cloud) => {
  await expectWhole(cloud);
  await expectSettled(cloud);
};

const stories: Readonly<Record<string, Story>> = {
  create: {
    line: "apply acme-erp",
    begin: async (wrap) => aCloud({ files: { [file]: specText() }, wrap }),
    end: isUp,
  },
  edit: {
    line: "apply acme-erp",
    begin: (wrap) => resumeCloud(running, { files: { [file]: edited }, wrap }),
    end: isUp,
  },
  stop: {
    line: "stop acme-erp",
    begin: (wrap) => resumeCloud(running, { wrap }),
    end: async (cloud) => {
      await expectWhole(cloud, { state: "stopped" });
      await expectSettled(cloud);
    },
  },
  restart: {
    line: "restart acme-erp",
    begin: (wrap) => resumeCloud(running, { wrap }),
    end: isUp,
  },
  "destroy, data kept": {
    line: "destroy acme-erp --allow-destroy",
    begin: (wrap) => resumeCloud(unprotected, { wrap }),
    end: async (cloud) => {
      const { machines, volumes } = await stackOf(cloud);
      expect(machines.map(({ state }) => state)).toEqual(["stopped", "stopped"]);
      expect(volumes).toHaveLength(2);
      for (const { snapshots } of volumes) expect(snapshots.length).toBeGreaterThan(0);
    },
  },
  destroy: {
    line: "destroy acme-erp --now --allow-destroy",
    begin: (wrap) => resumeCloud(unprotected, { wrap }),
    end: expectGone,
  },
};

const answers: readonly BadAnswer[] = [408, 500, "reset"];

for (const [name, { line, begin, end }] of Object.entries(stories)) {
  test.each(answers)(`${name}: a write that took effect is answered with %s`, async (answer) => {
    const wounds: string[] = [];
    for (let at = 1; ; at++) {
      const fault = misanswered(at, answer);
      const cloud = await begin(fault.wrap);
      const run = await cloud.run(line);
      if (fault.struck() === "") {
        expect(at).toBeGreaterThan(4);
        break;
      }
      try {
        expect(run.exitCode).toBe(0);
        await end(cloud);
        expect(cloud.violations()).toEqual([]);
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        wounds.push(`${fault.struck()}: ${why}\n${run.stdout}`);
      }
    }
    expect(wounds).toEqual([]);
  });
}
