import { expect, it } from "vitest";
import { unownedPaths } from "#state/code-owners.ts";

const paths = [".github/", "silo.config.yml", "silos/"];

it.each([
  ["nothing", "", paths],
  ["only comments", "# * @a\n", paths],
  ["everything", "* @a\n", []],
  ["everything, with comments", "* @a # all of it\n", []],
  ["each by name", "/.github/ @a\n/silo.config.yml @a\n/silos/ @a\n", []],
  ["each by two stars", "/.github/** @a\nsilo.config.yml @a\n/silos/** @a\n", []],
  ["a folder anywhere", ".github/ @a\nsilo.config.yml @a\nsilos/ @a\n", []],
  ["a folder without its folders", "* @a\n/silos/\n/silos/* @a\n", ["silos/"]],
  ["files of one kind only", "/silos/*.yml @a\n", paths],
  ["a later rule without owners", "* @a\n/.github/workflows/\n", [".github/"]],
  ["a later rule without owners anywhere", "* @a\n*.yml\n", paths],
  ["a later rule without owners elsewhere", "* @a\n/docs/\n", []],
  ["a later rule with owners", "* @a\n/silos/\n/silos/ @b\n", []],
  ["another folder of that name", "/other/silos/ @a\n", paths],
])("%s", (_what, text, expected) => {
  expect(unownedPaths(text, paths)).toEqual(expected);
});
