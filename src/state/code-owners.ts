/** Which paths CODEOWNERS leaves to nobody. In doubt a path counts as nobody's. */

interface Rule {
  readonly pattern: string;
  readonly hasOwners: boolean;
}

/** A path that ends in `/` stands for everything below it. */
export function unownedPaths(text: string, paths: readonly string[]): readonly string[] {
  const rules = readRules(text);
  return paths.filter((path) => !isOwned(path, rules));
}

function readRules(text: string): readonly Rule[] {
  return text.split("\n").flatMap((line) => {
    const [pattern, ...owners] = line
      .replace(/(^|\s)#.*$/, "")
      .trim()
      .split(/\s+/);
    return pattern ? [{ pattern, hasOwners: owners.length > 0 }] : [];
  });
}

/** The last rule that matches decides; a later one without owners takes away what it may touch. */
function isOwned(path: string, rules: readonly Rule[]): boolean {
  const probes = path.endsWith("/") ? [`${path}any`, `${path}any/any`] : [path];
  return probes.every((probe) => {
    const last = rules.findLastIndex(({ pattern }) => matcherOf(pattern).test(probe));
    return rules[last]?.hasOwners === true && !rules.slice(last + 1).some(takesFrom(path));
  });
}

const takesFrom =
  (path: string) =>
  ({ pattern, hasOwners }: Rule): boolean => {
    if (hasOwners) return false;
    const bare = pattern.replace(/^\//, "");
    const isAnchored = pattern.startsWith("/") || bare.replace(/\/$/, "").includes("/");
    const literal = bare.split("*")[0] ?? "";
    return !isAnchored || literal.startsWith(path) || path.startsWith(literal);
  };

/** As in .gitignore, but that `folder/*` does not reach into folders of that folder. */
function matcherOf(pattern: string): RegExp {
  const bare = pattern.replace(/^\//, "");
  const isAnchored = pattern.startsWith("/") || bare.replace(/\/$/, "").includes("/");
  const body = bare
    .replace(/[.+?^${}()|[\]\\]/g, "\\$&")
    .replace(/\*\*\/|\/\*\*$|\*\*|\*/g, (found) => wildcards[found] ?? found);
  const start = isAnchored ? "^" : "^(?:.*/)?";
  const isExact = /\*$/.test(bare) || bare.endsWith("/");
  return new RegExp(`${start}${body}${bare.endsWith("/") ? ".*" : isExact ? "" : "(?:/.*)?"}$`);
}

const wildcards: Readonly<Record<string, string>> = {
  "**/": "(?:.*/)?",
  "/**": "/.*",
  "**": ".*",
  "*": "[^/]*",
};
