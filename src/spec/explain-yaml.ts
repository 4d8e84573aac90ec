/** Why a text is not the plain YAML that a spec is written in: everything that is wrong with it. */

import { constructFromEvents, EVENT_ID, type Event, parseEvents } from "js-yaml";
import { explainSyntax } from "./explain-syntax.ts";
import { afterNode, keyText, startOf } from "./locate-in-events.ts";
import { positionAt, type Yaml } from "./position.ts";
import { show } from "./show.ts";
import { controlCharacter, readYaml } from "./yaml-events.ts";
import type { YamlFault } from "./yaml-fault.ts";

export interface YamlFaults {
  readonly faults: readonly YamlFault[];
  /** What can be read all the same, so that the rest of the file is checked in the same pass. */
  readonly yaml?: Yaml;
}

/** A hostile file must not fill the screen. */
const maxFaults = 20;

export function explainYaml(text: string): YamlFaults {
  const control = controlCharacter.exec(text);
  if (control !== null) return { faults: [controlFault(text, control.index)] };
  let events: Event[];
  try {
    events = parseEvents(text, { maxDepth: 100 });
  } catch (error) {
    return { faults: explainSyntax(text, error) };
  }
  const structure = [...documentFaults(text, events), ...nodeFaults(text, events)];
  if (structure.length > 0) return { faults: structure.slice(0, maxFaults) };
  const keys = keyFaults(text, events).slice(0, maxFaults);
  try {
    const [value] = constructFromEvents(events, { source: text, json: true, maxAliases: 0 });
    if (keys.length > 0) return { faults: keys, yaml: readYaml(text, events, value) };
  } catch (error) {
    return { faults: keys.length > 0 ? keys : explainSyntax(text, error) };
  }
  return { faults: [tooDeep] };
}

const tooDeep: YamlFault = {
  line: 1,
  column: 1,
  code: "YAML_SYNTAX",
  message: "Cannot read the file: it is nested too deeply",
  fix: "Write it as plain key: value lines, like the other files",
};

const controlFault = (text: string, offset: number): YamlFault => {
  const code = text.charCodeAt(offset).toString(16).padStart(2, "0");
  return {
    ...positionAt(text, offset),
    code: "CONTROL_CHARACTER",
    message: `The file contains the control character 0x${code}`,
    fix: "Remove it; save the file as plain UTF-8 text",
  };
};

function documentFaults(text: string, events: readonly Event[]): YamlFault[] {
  const starts = events.flatMap((event, at) => (event.type === EVENT_ID.DOCUMENT ? [at] : []));
  const [first, second] = starts;
  if (first === undefined) {
    return [
      {
        line: 1,
        column: 1,
        code: "YAML_EMPTY",
        message: "The file is empty",
        fix: "Write it by the schema that `silo schema silo` prints, or remove the file",
      },
    ];
  }
  const directives = events[first];
  const hasDirectives = directives?.type === EVENT_ID.DOCUMENT && directives.directives.length > 0;
  const directive: YamlFault[] = hasDirectives
    ? [
        {
          ...positionAt(text, Math.max(0, text.search(/^%/m))),
          code: "YAML_DIRECTIVE",
          message: "The file starts with a YAML directive, which changes how it is read",
          fix: "Remove the line that starts with %",
        },
      ]
    : [];
  if (second === undefined) return directive;
  return [
    ...directive,
    {
      ...positionAt(text, startOf(events[second + 1]) ?? text.length),
      code: "YAML_DOCUMENTS",
      message: "The file holds more than one YAML document",
      fix: "Put each silo in a file of its own and remove the lines with ---",
    },
  ];
}

function nodeFaults(text: string, events: readonly Event[]): YamlFault[] {
  return events.flatMap((event) => {
    if (event.type === EVENT_ID.ALIAS) return [anchorFault(text, event.anchorStart - 1, "alias")];
    if (!("tagStart" in event)) return [];
    return [
      ...(event.anchorStart >= 0 ? [anchorFault(text, event.anchorStart - 1, "anchor")] : []),
      ...(event.tagStart >= 0 ? [tagFault(text, event.tagStart)] : []),
    ];
  });
}

const anchorFault = (text: string, offset: number, what: "alias" | "anchor"): YamlFault => ({
  ...positionAt(text, offset),
  code: "YAML_ANCHOR",
  message: `The file uses a YAML ${what} (${what === "alias" ? "*name" : "&name"}), which specs do not have`,
  fix: "Write the value out; what many silos share goes under `defaults` in silo.config.yml",
});

const tagFault = (text: string, offset: number): YamlFault => ({
  ...positionAt(text, offset),
  code: "YAML_TAG",
  message: "The file uses a YAML tag (!name), which specs do not have",
  fix: "Remove the tag; text that looks like a number goes in quotes",
});

/** Keys that are written twice, or are no text at all. */
function keyFaults(text: string, events: readonly Event[]): YamlFault[] {
  const faults: YamlFault[] = [];
  for (const [at, event] of events.entries()) {
    if (event.type !== EVENT_ID.MAPPING) continue;
    const seen = new Map<string, number>();
    for (let key = at + 1; (events[key]?.type ?? EVENT_ID.POP) !== EVENT_ID.POP; ) {
      const name = keyText(text, events[key]);
      const offset = startOf(events[key]) ?? 0;
      const before = name === undefined ? undefined : seen.get(name);
      if (name === undefined) faults.push(keyIsNoText(text, offset));
      else if (before !== undefined) faults.push(duplicateKey(text, name, offset, before));
      else seen.set(name, offset);
      key = afterNode(events, afterNode(events, key));
    }
  }
  return faults;
}

const duplicateKey = (text: string, name: string, offset: number, before: number): YamlFault => ({
  ...positionAt(text, offset),
  code: "YAML_DUPLICATE_KEY",
  message: `The key ${show(name)} is already on line ${positionAt(text, before).line}`,
  fix: "Keep one of the two",
});

const keyIsNoText = (text: string, offset: number): YamlFault => ({
  ...positionAt(text, offset),
  code: "YAML_KEY",
  message: "A key is a list or a mapping, but it must be text",
  fix: "Write `key: value`",
});
