/**
 * Proves that the bundle runs alone: it is built into an empty folder without node_modules and
 * must answer there; and that the committed dist/action is what the sources build, byte by byte.
 * Ends 1 with the whole output of the first answer that is not as expected.
 */

import { spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bundleAction, bundleCli } from "./bundle.ts";

interface Expectation {
  readonly args: readonly string[];
  readonly exit: number;
  readonly says: string;
}

const good = `silo_id: acme-erp-silo-001
client_slug: acme
app_slug: erp
devenv:
  fly_org: acme-erp
  fly_region: yyz
`;

const expectations: readonly Expectation[] = [
  { args: ["--help"], exit: 0, says: "apply" },
  { args: ["schema", "silo"], exit: 0, says: '"silo_id"' },
  { args: ["validate", "silos/acme-erp.yml"], exit: 0, says: "" },
  { args: ["validate", "silos/acme-bad.yml"], exit: 2, says: "silos/acme-bad.yml:" },
  { args: ["render", "acme-erp", "--out", "rendered"], exit: 0, says: "" },
];

const root = join(import.meta.dirname, "..");
const folder = mkdtempSync(join(tmpdir(), "silo-bundle-"));
try {
  const { kilobytes, files } = await bundleCli({ root, outdir: join(folder, "dist") });
  layOut(folder);
  await bundleAction({ root, outdir: join(folder, "action") });
  const broken = [
    ...expectations.map((expected) => judge(folder, expected)).filter(Boolean),
    ...differences(join(root, "dist/action"), join(folder, "action")),
  ];
  if (broken.length > 0) {
    console.error(broken.join("\n\n"));
    process.exitCode = 1;
  } else {
    console.log(`The bundle (${files} files, ${kilobytes} kB) runs without node_modules`);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function layOut(into: string): void {
  cpSync(join(root, "package.json"), join(into, "package.json"));
  cpSync(join(root, "schemas"), join(into, "schemas"), { recursive: true });
  mkdirSync(join(into, "silos"));
  writeFileSync(join(into, "silos/acme-erp.yml"), good);
  const other = good.replaceAll("erp", "bad").replace("fly_org: acme-bad", "fly_org: acme-erp");
  writeFileSync(join(into, "silos/acme-bad.yml"), `${other}unknown_key: 1\n`);
}

function judge(where: string, { args, exit, says }: Expectation): string | undefined {
  const run = spawnSync(process.execPath, [join(where, "dist/cli.js"), ...args], {
    cwd: where,
    encoding: "utf8",
    timeout: 60_000,
    env: { PATH: process.env.PATH },
  });
  const output = `${run.stdout}${run.stderr}`;
  if (run.status === exit && output.includes(says)) return undefined;
  return [
    `silo ${args.join(" ")} from the bundle: expected exit ${exit} and "${says}", got exit ${run.status}:`,
    output,
  ].join("\n");
}

function differences(committed: string, built: string): string[] {
  const names = new Set([...filesOf(committed), ...filesOf(built)]);
  const stale = [...names].filter((name) => {
    const [one, other] = [join(committed, name), join(built, name)];
    return !existsSync(one) || !existsSync(other) || !readFileSync(one).equals(readFileSync(other));
  });
  if (stale.length === 0) return [];
  return [`dist/action is not what the sources build: ${stale.join(", ")}; npm run build`];
}

function filesOf(folder: string): string[] {
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" });
  return names.filter((name) => statSync(join(folder, name)).isFile());
}
