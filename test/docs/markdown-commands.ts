/** Command lines of Markdown: in shell blocks, in console blocks with what they print, in code spans. */

export interface ConsoleLine {
  readonly words: string;
  /** What is to be printed; `…` stands for anything, alone on a line for any lines. */
  readonly expected: readonly string[];
}

interface Block {
  readonly language: string;
  readonly lines: readonly string[];
}

/** Title of a `##` section → the `$ …` lines of its console blocks, in order. */
export function consoleLines(markdown: string): ReadonlyMap<string, readonly ConsoleLine[]> {
  const sections = markdown.split(/^## /m).slice(1);
  return new Map(
    sections.map((text) => {
      const found: { words: string; expected: string[] }[] = [];
      for (const line of blocksOf(text, "console").flatMap(({ lines }) => lines)) {
        if (line.startsWith("$ ")) found.push({ words: line.slice(2), expected: [] });
        else found.at(-1)?.expected.push(line);
      }
      return [text.slice(0, text.indexOf("\n")), found];
    }),
  );
}

/** What follows `silo`, wherever a document has it; without pipes, comments and redirections. */
export function siloCommands(markdown: string): readonly string[] {
  const lines = blocksOf(markdown, "sh", "console").flatMap(({ language, lines: all }) =>
    language === "console" ? all.filter((line) => line.startsWith("$ ")) : all,
  );
  const prose = markdown.replace(block, "");
  const spans = [...prose.matchAll(/`([^`]+)`/g)].map(([, text = ""]) => text.replace(/\s+/g, " "));
  return [...lines, ...spans].flatMap(commandsIn);
}

/** Options that a document names by themselves. */
export const namedOptions = (markdown: string): readonly string[] =>
  [...markdown.replace(block, "").matchAll(/`--([a-z-]+)/g)].map(([, name = ""]) => name);

/** As a shell would have them. */
export const wordsOf = (line: string): readonly string[] =>
  [...line.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(([, a, b, c]) => a ?? b ?? c ?? "");

export function isAsExpected(expected: readonly string[], text: string): boolean {
  const lines = expected.map((line) =>
    line === "…" ? "(?:.*\n)*" : `${line.split("…").map(literal).join(".*")}\n`,
  );
  return new RegExp(`^${lines.join("")}$`).test(text);
}

const literal = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

const block = /^( *)```(\w*)\n([\s\S]*?)^ *```$/gm;

function blocksOf(markdown: string, ...languages: readonly string[]): readonly Block[] {
  return [...markdown.matchAll(block)]
    .map(([, indent = "", language = "", text = ""]) => ({
      language,
      lines: text
        .trimEnd()
        .split("\n")
        .map((line) => (line.startsWith(indent) ? line.slice(indent.length) : line)),
    }))
    .filter(({ language }) => languages.includes(language));
}

const command =
  /^(?:\$ )?(?:export \w+="\$\()?(?:\w+=\S+ )*(?:npm run -s silo -- |npx silo |silo )(.*)$/;

function commandsIn(line: string): string[] {
  return line.split(/ \| | && |; /).flatMap((part) => {
    const words = part.trim().match(command)?.[1];
    return words === undefined ? [] : withoutShell(words);
  });
}

const withoutShell = (words: string): string =>
  words
    .replace(/\s+#.*$/, "")
    .replace(/\)"$/, "")
    .replace(/\s+(?:&|>.*)$/, "")
    .trim();
