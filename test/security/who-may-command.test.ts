import { expect, test } from "vitest";
import { askedIn } from "#action/chat/asked.ts";
import { roleThatMay } from "#action/chat/who-may.ts";
import { ApiError } from "#silo/errors.ts";
import type { GitHubWrites } from "#world/github.ts";

const map = { devops: ["@acme/devops", "admin"], "dev-worker": ["write"], "security-auditor": [] };

/** All that is asked of GitHub about a person. */
function connection(people: Readonly<Record<string, { id: number; role: string; team?: true }>>) {
  const github: Pick<GitHubWrites, "permissionOf" | "isInTeam"> = {
    permissionOf: async (_repo, login) => people[login],
    isInTeam: async (_repo, { slug }, login) => slug === "devops" && people[login]?.team === true,
  };
  return { github: github as GitHubWrites, repository: "acme/silos" };
}

const people = {
  otto: { id: 1, role: "admin" },
  ana: { id: 2, role: "write" },
  tess: { id: 3, role: "triage", team: true as const },
  rob: { id: 4, role: "read" },
  cara: { id: 5, role: "a-role-of-the-organisation" },
};

const may = (login: keyof typeof people | "nobody", action: string, id?: number) =>
  roleThatMay(connection(people), map, { login, id }, action);

test.each([
  ["otto", "stop", "devops"],
  ["ana", "start", "dev-worker"],
  ["ana", "stop", undefined],
  ["tess", "restart", "devops"],
  ["rob", "start", undefined],
  ["cara", "start", undefined],
  ["nobody", "status", undefined],
  ["otto", "delete-everything", undefined],
] as const)("%s asks for %s: %s", async (login, action, role) => {
  expect(await may(login, action)).toBe(role);
});

test("a name that somebody else has taken is nobody", async () => {
  expect(await may("otto", "stop", 1)).toBe("devops");
  expect(await may("otto", "stop", 99)).toBeUndefined();
});

test("who cannot be looked up is not let in by that", async () => {
  const { github, repository } = connection(people);
  const down = new ApiError("no answer", {
    provider: "github",
    operation: "read the team",
    category: "transient",
    ambiguous: false,
  });
  const broken = { ...github, isInTeam: () => Promise.reject(down) };
  const asked = roleThatMay({ github: broken, repository }, map, { login: "tess", id: 3 }, "stop");
  await expect(asked).rejects.toBe(down);
});

test.each([
  ["/silo start acme-erp", { command: "start", silo: "acme-erp", duration: undefined }],
  ["/silo hold acme-erp 2h\r\nthanks", { command: "hold", silo: "acme-erp", duration: "2h" }],
  ["/silo plan", { command: "plan", silo: "", duration: undefined }],
  ["/silo start acme-erp now", "unclear"],
  ["/silo start", "unclear"],
  ["/silo destroy acme-erp", "unclear"],
  ["/silo start --silos-dir=/", "unclear"],
  ["/silo start $(id)", "unclear"],
  ["/silos start acme-erp", undefined],
  [" /silo start acme-erp", undefined],
  ["> /silo start acme-erp", undefined],
  ["thanks\n/silo start acme-erp", undefined],
] as const)("%j", (body, asked) => {
  expect(askedIn(body)).toEqual(asked);
});
