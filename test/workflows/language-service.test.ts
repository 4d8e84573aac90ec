import { beforeAll, expect, it } from "vitest";
import { loadLanguageService } from "../../scripts/workflow-lint/load-language-service.ts";
import { soundWorkflow } from "./sound-workflow.ts";

let service: Awaited<ReturnType<typeof loadLanguageService>>;
beforeAll(async () => {
  service = await loadLanguageService();
});

const diagnose = (text: string) => service.diagnose("planted.yml", text);

it("finds nothing in a sound workflow, `queue` included", async () => {
  expect(await diagnose(soundWorkflow)).toEqual([]);
});

it.each([
  ["an unknown key", "timeout-minutes: 5", "timeout-mins: 5", /timeout-mins/],
  [
    "a need that is not there",
    "    environment: s",
    "    needs: build\n    environment: s",
    /build/,
  ],
  ["a misspelt step", "steps.app.outputs", "steps.ap.outputs", /ap/],
  ["a broken expression", "${{ vars.CLIENT_ID }}", "${{ vars.CLIENT_ID && }}", /expression/i],
  ["a cron of six fields", "7,37 * * * *", "7,37 * * * * *", /cron/i],
  ["an unknown permission", "contents: read", "secrets: write", /secrets/],
  [
    "a queue that is cancelled",
    "cancel-in-progress: false",
    "cancel-in-progress: true",
    /queue|cancel/,
  ],
])("finds %s", async (_, from, to, says) => {
  expect(soundWorkflow).toContain(from);
  const found = await diagnose(soundWorkflow.replace(from, () => to));
  expect(found.map((one) => one.says).join("\n")).toMatch(says);
});
