/** A change of what is wanted goes where all of them go: into a pull request, which people review. */

import { branchFor } from "#commands/branch-for.ts";
import type { GitHubConnection } from "#commands/types.ts";
import { digestOf } from "#silo/canonical-json.ts";
import type { Silo } from "#silo/silo.ts";
import { findingLine, isError } from "#spec/finding.ts";
import { loadSilos } from "#spec/load-silos.ts";
import type { Files } from "#world/effects.ts";
import type { Desk } from "../desk.ts";
import { Problem } from "../problem.ts";
import { type DeskAction, siloField } from "./types.ts";

const oneLine = "^[^\\u0000-\\u001f\\u007f-\\u009f]*$";
const mostTries = 3;

export const proposeChange: DeskAction = {
  name: "propose_change",
  needs: "propose_change",
  method: "POST",
  path: "/propose-change",
  title: "Propose a change",
  description:
    "Opens a pull request that gives a silo another spec; nothing changes until people merge it. The " +
    "same proposal twice is one pull request. Its comment then shows what a merge would do and cost.",
  readOnly: false,
  destructive: false,
  input: {
    silo: siloField,
    spec: {
      description: "The whole new text of its file, in YAML; read the present one first.",
      pattern: "^[^\\u0000]+$",
      maxLength: 64 * 1024,
      examples: ["silo_id: acme-erp-silo-001\nclient_slug: acme\n…"],
    },
    title: {
      description: "What the change is, in a few words.",
      pattern: oneLine,
      maxLength: 100,
      examples: ["Give acme-erp 2 GB of memory"],
    },
    reason: {
      description: "Why, for who reviews it.",
      pattern: oneLine,
      maxLength: 1_000,
      examples: ["imports run out of memory"],
      isOptional: true,
    },
  },
  answers: "Proposed",
  async run(desk, { caller, silo, input }) {
    const { spec: text = "", title = "", reason } = input;
    if (!desk.git) {
      throw new Problem(409, "The desk knows of no repository to propose a change to");
    }
    await assertSound(desk, silo, text);
    const by = `Proposed by ${caller.name} (${caller.role}) through the Service Desk.`;
    // Indented, so that it is shown as it is, whatever it holds.
    const body = reason === undefined ? by : `${by}\n\n    ${reason}\n`;
    const branch = `silo-desk/${silo.slug}-${digestOf([silo.slug, text]).slice(0, 8)}`;
    const pull = await open(desk.git, { branch, file: silo.file, text, title, body });
    const url = `${desk.serverUrl}/${desk.git.repository}/pull/${pull}`;
    return { status: 200, body: { silo: silo.slug, pull_request: pull, branch, url } };
  },
};

/** What `silo validate` would refuse is not proposed. */
async function assertSound(desk: Desk, silo: Silo, text: string): Promise<void> {
  const { files, place } = await desk.observatory.specs();
  const current = new TextDecoder().decode(files.read(silo.file));
  if (current === text) throw new Problem(409, `${silo.file} says exactly that already`);
  const { findings } = loadSilos(withText(files, silo.file, text), {
    silosDir: place.silosDir,
    configFile: place.configFile,
    now: desk.clock.now(),
    env: { GITHUB_REPOSITORY: place.repository },
  });
  const errors = findings.filter((one) => isError(one) && one.file === silo.file);
  if (errors.length === 0) return;
  throw new Problem(409, errors.map(findingLine).join("\n"), { fix: "correct the spec" });
}

function withText(files: Files, file: string, text: string): Files {
  const bytes = new TextEncoder().encode(text);
  return {
    ...files,
    read: (path) => (path === file ? bytes : files.read(path)),
    readStart: (path, length) =>
      path === file ? bytes.subarray(0, length) : files.readStart(path, length),
  };
}

interface Proposal {
  readonly branch: string;
  readonly file: string;
  readonly text: string;
  readonly title: string;
  readonly body: string;
}

/** Each part is looked for first, so that whoever asks again goes on where it ended. */
async function open(
  { github, repository }: GitHubConnection,
  { branch, file, text, title, body }: Proposal,
): Promise<number> {
  const { defaultBranch: base } = await github.repository(repository);
  for (let tried = 0; tried < mostTries; tried++) {
    const expectedHead = await branchFor({ github, repository }, branch, base);
    if (expectedHead === undefined) throw new Problem(409, `${repository} has no branch ${base}`);
    const there = await github.readFiles(repository, branch, [file]);
    if (there.get(file) === text) break;
    await github.commitFiles(repository, {
      branch,
      expectedHead,
      message: `${title}\n\n${body}`,
      additions: new Map([[file, text]]),
      deletions: [],
    });
  }
  return github.createPull(repository, { head: branch, base, title, body });
}
