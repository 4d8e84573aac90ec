/** The real client at the emulated GitHub, every exchange held to GitHub's documents. */

import { expect, onTestFinished } from "vitest";
import { createGitHubClient } from "#clients/github/client.ts";
import {
  createGitHubEmulator,
  type GitHubEmulator,
  type GitHubEmulatorOptions,
} from "#emulators/github/emulator.ts";
import type { RepositorySeed } from "#emulators/github/options.ts";
import { VirtualClock } from "#emulators/virtual-clock.ts";
import { Secret } from "#silo/secret.ts";
import type { GitHubWrites } from "#world/github.ts";
import { githubContract } from "../support/github-contract.ts";
import { recordingFetch } from "../support/recording-fetch.ts";

export const repo = "acme/erp";

interface AGitHub {
  readonly client: GitHubWrites;
  readonly emulator: GitHubEmulator;
}

export function aGitHub(
  seed: Partial<RepositorySeed> = {},
  options: Partial<GitHubEmulatorOptions> = {},
): AGitHub {
  const clock = new VirtualClock();
  const emulator = createGitHubEmulator({
    clock,
    repositories: [{ name: repo, ...seed }],
    ...options,
  });
  const recording = recordingFetch(emulator.fetch, githubContract);
  onTestFinished(() => {
    expect(recording.violations()).toEqual([]);
    expect(recording.count() > 0 || githubContract === undefined).toBe(true);
  });
  let drawn = 0;
  const client = createGitHubClient({
    fetch: recording.fetch,
    clock,
    random: { bytes: (length) => new Uint8Array(length).fill(++drawn) },
    token: new Secret("github_token:job"),
    secretsToken: new Secret("app:secrets"),
  });
  return { client, emulator };
}
