import { expect, onTestFinished } from "vitest";
import {
  createGitHubEmulator,
  type GitHubEmulator,
  type GitHubEmulatorOptions,
} from "#emulators/github/emulator.ts";
import { VirtualClock } from "#emulators/virtual-clock.ts";
import { githubContract } from "../../support/github-contract.ts";
import { recordingFetch } from "../../support/recording-fetch.ts";

export interface Answer<T> {
  readonly status: number;
  readonly body: T;
  readonly headers: Headers;
}

export interface AGitHub {
  readonly emulator: GitHubEmulator;
  readonly clock: VirtualClock;
  /** Path below `/repos/acme/erp`, or from the root when it begins with `//`. */
  call<T = Record<string, unknown>>(
    method: string,
    path: string,
    body?: unknown,
    token?: string,
  ): Promise<Answer<T>>;
  /** The same without the documents: for requests that they do not allow. */
  raw: AGitHub["call"];
  graphql<T = Record<string, unknown>>(
    query: string,
    variables?: Record<string, unknown>,
    token?: string,
  ): Promise<{ data?: T; errors?: Record<string, unknown>[] }>;
}

/** One repository, `acme/erp`; limits are off unless the test is about them. */
export function aGitHub(
  options: Partial<GitHubEmulatorOptions> = {},
  repository: Partial<GitHubEmulatorOptions["repositories"][number]> = {},
): AGitHub {
  const clock = new VirtualClock();
  const emulator = createGitHubEmulator({
    clock,
    limits: "off",
    repositories: [{ name: "acme/erp", ...repository }],
    ...options,
  });
  const recording = recordingFetch(emulator.fetch, githubContract);
  onTestFinished(() => expect(recording.violations()).toEqual([]));
  const callWith =
    (fetch: typeof emulator.fetch): AGitHub["call"] =>
    async (method, path, body, token = "any") => {
      const whole = path.startsWith("//") ? path.slice(1) : `/repos/acme/erp${path}`;
      const response = await fetch(`https://api.github.local${whole}`, {
        method,
        headers: { authorization: `Bearer ${token}` },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      const parsed = text === "" ? undefined : JSON.parse(text);
      return { status: response.status, body: parsed, headers: response.headers };
    };
  const call = callWith(recording.fetch);
  return {
    emulator,
    clock,
    call,
    raw: callWith(emulator.fetch),
    graphql: async <T>(query: string, variables?: Record<string, unknown>, token?: string) => {
      const { status, body } = await call<{ data?: T }>(
        "POST",
        "//graphql",
        { query, variables },
        token,
      );
      expect(status).toBe(200);
      return body;
    },
  };
}
