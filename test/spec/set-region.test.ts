import { describe, expect, test } from "vitest";
import { setRegion } from "#spec/set-region.ts";

const spec = (devenv: string) => `# the silo\nsilo_id: a\n${devenv}`;

describe("the region is written where it stands, and all else stays", () => {
  test.each([
    [
      "devenv:\n  fly_region: yyz # here\n  fly_org: o\n",
      "devenv:\n  fly_region: ams # here\n  fly_org: o\n",
    ],
    [
      "devenv:\n  fly_org: o\n  fly_region: 'yyz'\n",
      "devenv:\n  fly_org: o\n  fly_region: 'ams'\n",
    ],
    [
      'devenv:\r\n  fly_org: o\r\n  fly_region: "yyz"\r\n',
      'devenv:\r\n  fly_org: o\r\n  fly_region: "ams"\r\n',
    ],
    ["devenv: { fly_region: yyz, fly_org: o }\n", "devenv: { fly_region: ams, fly_org: o }\n"],
    [
      "devenv:\n    # the org\n    fly_org: o\n",
      "devenv:\n    # the org\n    fly_region: ams\n    fly_org: o\n",
    ],
    ["devenv:\r\n  fly_org: o\r\n", "devenv:\r\n  fly_region: ams\r\n  fly_org: o\r\n"],
    ["devenv: { fly_org: o }", "devenv: { fly_region: ams, fly_org: o }"],
    [
      "devenv:\n  ? fly_region\n  : yyz\n  fly_org: o\n",
      "devenv:\n  ? fly_region\n  : ams\n  fly_org: o\n",
    ],
  ])("%j", (before, after) => {
    expect(setRegion(spec(before), "ams")).toMatchObject({ kind: "edited", text: spec(after) });
  });
});

describe("what cannot be changed without guessing is refused with its place", () => {
  test.each([
    ["devenv:\n  fly_region: >-\n    yyz\n  fly_org: o\n", 5],
    ['devenv:\n  fly_region: "y\\x79z"\n  fly_org: o\n', 4],
    ["devenv: {\n  fly_org: o }\n", 4],
    ["devenv: nothing\n", 1],
    ["devenv: {\n", 1],
  ])("%j", (text, line) => {
    expect(setRegion(spec(text), "ams")).toMatchObject({ kind: "refused", line });
  });
});
