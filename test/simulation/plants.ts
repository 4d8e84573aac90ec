/**
 * Faults that somebody could build in, each a change of a line of the engine. The oracles are worth
 * nothing unless they see every one of them.
 */

export interface Plant {
  readonly what: string;
  readonly file: string;
  /** More than one where a second line would make good what the first one spoils. */
  readonly edits: readonly { readonly find: string; readonly put: string }[];
  /** The first story in which it shows; later changes of the engine may move it a little. */
  readonly seed: number;
}

export const plants: readonly Plant[] = [
  {
    what: "after an ambiguous answer it creates again without looking",
    file: "src/steps/create-once.ts",
    edits: [
      {
        find: "      const found = (await look()) ?? (await lookAgain(how));\n      if (found !== undefined) return found;\n    }\n  }",
        put: "    }\n  }",
      },
      {
        find: "return isSurelyFirst || !how.second ? made : await firstOf(how, made, how.second);",
        put: "return made;",
      },
    ],
    seed: 4,
  },
  {
    what: "a stop takes nothing back from GitHub",
    file: "src/steps/github-withdraw.ts",
    edits: [
      {
        find: "if (!delivery || record?.delivered === undefined) return [];",
        put: "if (situation.power.state === 'stopped') return [];\n  if (!delivery || record?.delivered === undefined) return [];",
      },
    ],
    seed: 6,
  },
  {
    what: "the end of a transition is not recorded",
    file: "src/steps/record-close.ts",
    edits: [{ find: "    [keys.phase]: null,\n", put: "" }],
    seed: 1,
  },
  {
    what: "an apply wakes a silo that somebody stopped",
    file: "src/state/situation.ts",
    edits: [
      {
        find: "  return { state: desired, write: undefined };\n}",
        put: "  return desired === 'stopped' && isEnabled ? write('running', 'spec', 'why not') : { state: desired, write: undefined };\n}",
      },
    ],
    seed: 22,
  },
  {
    what: "a machine that was stopped by hand stays so under drift --heal",
    file: "src/steps/machine-start.ts",
    edits: [
      {
        find: 'const isUp = machine?.state === "started"',
        put: 'const isUp = power.write === undefined || machine?.state === "started"',
      },
    ],
    seed: 1,
  },
  {
    what: "a rotation appends another generation each time it goes on",
    file: "src/state/rotation.ts",
    edits: [
      {
        find: 'if (rotation && (isOfThatKey || intent.kind !== "rotate-master")) {',
        put: "if (rotation && Math.random() > 2) {",
      },
    ],
    seed: 40,
  },
  {
    what: "a key is shown in a note",
    file: "src/steps/ready-wait.ts",
    edits: [
      {
        find: "  const { anonKey } = await world.credentials();\n",
        put: "  const { anonKey } = await world.credentials();\n  world.note(anonKey.reveal());\n",
      },
    ],
    seed: 3,
  },
  {
    what: "what changed by hand under the right digest is left as it is",
    file: "src/state/config-drift.ts",
    edits: [
      {
        find: "  if (!config || metadata[keys.specDigest] !== wanted.specDigest) return [];",
        put: "  if (Math.max(1)) return [];",
      },
    ],
    seed: 21,
  },
  {
    what: "what is handed out is recorded only when all of it is out",
    file: "src/steps/github-deliver.ts",
    edits: [
      {
        find: "return [...(isOpen ? [] : [open]), ...writes, mark];",
        put: "return isOpen ? [...writes, mark] : [...writes, mark];",
      },
    ],
    seed: 108,
  },
  {
    what: "Postgres is left up by a stop",
    file: "src/steps/machine-stop.ts",
    edits: [
      {
        find: "if (!machine || up.length === 0) return [];",
        put: "if (!machine || up.length === 0 || wanted.name === 'postgres') return [];",
      },
    ],
    seed: 6,
  },
  {
    what: "a secret that somebody removed is not set again",
    file: "src/steps/secrets-set.ts",
    edits: [{ find: " || seenNames !== names", put: "" }],
    seed: 5,
  },
];
