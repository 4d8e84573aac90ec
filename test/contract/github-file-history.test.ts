/** What became of a file, as the client reads it off the emulated GitHub. */

import { expect, test } from "vitest";
import { aGitHub, repo } from "./github-pair.ts";

const path = "silos/a.yml";

test("a file that is there, one that was removed, one that came back, and one that never was", async () => {
  const { client, emulator } = aGitHub({ files: { [path]: "one", "README.md": "x" } });
  const history = () => client.fileHistory(repo, "main", path);
  const first = emulator.head(repo, "main");
  expect(await history()).toEqual({
    isThere: true,
    text: "one",
    lastChange: { sha: first, before: undefined },
  });
  const second = emulator.push(repo, "main", { [path]: "two" });
  emulator.push(repo, "main", { "README.md": "y" });
  const changed = { sha: second, before: "one" };
  expect(await history()).toEqual({ isThere: true, text: "two", lastChange: changed });
  const third = emulator.push(repo, "main", { [path]: null, "README.md": "z" });
  emulator.push(repo, "main", { "README.md": "w" });
  const removed = { sha: third, before: "two" };
  expect(await history()).toEqual({ isThere: false, text: undefined, lastChange: removed });
  const back = emulator.push(repo, "main", { [path]: "two" });
  const returned = { sha: back, before: undefined };
  expect(await history()).toEqual({ isThere: true, text: "two", lastChange: returned });
  expect(await client.fileHistory(repo, "main", "silos/b.yml")).toEqual({
    isThere: false,
    text: undefined,
    lastChange: undefined,
  });
});

test("what is no text is there all the same", async () => {
  const { client, emulator } = aGitHub({ files: { [path]: "a text" } });
  emulator.push(repo, "main", { [path]: "\0" });
  const { isThere, text, lastChange } = await client.fileHistory(repo, "main", path);
  expect([isThere, text, lastChange?.before]).toEqual([true, undefined, "a text"]);
});

test("a branch that is not there is an error, not an empty history", async () => {
  const { client } = aGitHub();
  await expect(client.fileHistory(repo, "trunk", path)).rejects.toThrow("there is no trunk");
});
