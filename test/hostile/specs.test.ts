/** Specs that were written to harm: whatever they hold, they are findings or data, never more. */

import fc from "fast-check";
import { parse as parseToml } from "smol-toml";
import { expect, test } from "vitest";
import { parse as parseYaml } from "yaml";
import { render } from "#commands/render.ts";
import { findingsMarkdown } from "#render/findings-markdown.ts";
import { enabledServices } from "#services/index.ts";
import { kongFile } from "#services/kong-file.ts";
import { appName } from "#silo/names.ts";
import type { Silo } from "#silo/silo.ts";
import { findingLine } from "#spec/finding.ts";
import { load } from "../spec/a-spec.ts";
import { aCloud } from "../support/a-cloud.ts";
import { specText } from "../support/spec-text.ts";
import { budget, tally } from "./budget.ts";
import { allEvilWords } from "./evil-words.ts";
import { controls, expectHarmless, expectOwnMarkup, workflowCommands } from "./harmless.ts";

const cases = tally("specs");
const file = "silos/acme-erp.yml";

/** Every line that a spec can have, with `@` where somebody else's word goes. */
const lines = `silo_id: @
client_slug: @
app_slug: @
owner: @
devenv:
  fly_org: @
  fly_region: @
  rls_mode: @
  expires_at: @
  migrations: @
  seed: @
  auth:
    site_url: @
    redirect_urls: [@, @]
  services:
    postgres: { image: @ }
    postgrest: { schemas: [@] }
    gotrue:
      env: { @: @, MAILER_SUBJECTS_INVITE: @ }
      secret_env: [@]
    kong: { env: { KONG_HEADERS: @ } }
    storage:
      env: { UPLOAD_NOTE: @ }
    studio: { env: { STUDY: @ } }
netlify: { site: @, branch: @, variables: [@] }
secrets: { repository: @ }
@: @
`.split("\n");

const good = [
  "acme-erp-silo-001",
  "acme",
  "erp",
  '"@somtech/acme"',
  "acme-erp",
  "yyz",
  "production",
  "2027-01-01",
  "supabase/migrations",
  "supabase/seed.sql",
  "https://erp.example.com",
  "http://localhost:3000",
  "http://localhost:5173",
];

const word = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...allEvilWords) },
  fc.string({ unit: "binary", maxLength: 30 }),
  fc.constantFrom("1", "true", "null", "[]", "{}", "9".repeat(400), "a".repeat(5_000)),
);

/** As YAML takes any word, and as it stands. */
const written = fc
  .tuple(word, fc.constantFrom("json", "single", "plain", "block"))
  .map(([text, style]) => {
    if (style === "plain") return text;
    if (style === "single") return `'${text.replaceAll("'", "''")}'`;
    if (style === "block") return `|\n${text.replaceAll(/^/gm, "          ")}`;
    return JSON.stringify(text);
  });

/** Each line with the good words of its places. */
const template = lines.map((line, index) => {
  const before = lines.slice(0, index).join().split("@").length - 1;
  return { line, goods: good.slice(before) };
});
const isNeeded = (index: number) => index < 7 && index !== 3;
const isFrame = (line: string) => /^(devenv|\s+(auth|services|gotrue|storage)):$/.test(line);

/** A good spec in which one to three words are theirs. */
const spec = fc
  .tuple(
    fc.uniqueArray(fc.nat(lines.length - 1), { minLength: 1, maxLength: 3 }),
    fc.array(written, { minLength: 12, maxLength: 12 }),
  )
  .map(([chosen, words]) => {
    let used = 0;
    return template
      .flatMap(({ line, goods }, index) => {
        const isTheirs = chosen.includes(index);
        if (!isTheirs && !isNeeded(index) && !isFrame(line)) return [];
        let known = 0;
        const next = () => (isTheirs ? words[used++ % words.length] : goods[known++]);
        return line.replaceAll("@", () => next() ?? "");
      })
      .filter((line, index, all) => !isFrame(line) || isOpened(all, index))
      .join("\n");
  });

const depthOf = (line: string) => line.length - line.trimStart().length;
const isOpened = (all: readonly string[], index: number) =>
  depthOf(all[index + 1] ?? "") > depthOf(all[index] ?? "");

/** Bytes put in, taken out and repeated anywhere. */
const broken = fc
  .tuple(spec, fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), word, fc.nat(20))))
  .map(([text, edits]) =>
    edits.reduce((whole, [at, inserted, removed]) => {
      const place = Math.floor(at * whole.length);
      return whole.slice(0, place) + inserted + whole.slice(place + removed);
    }, text),
  );

/** Of specs that gave a silo. */
let accepted = 0;

function expectSound(text: string): void {
  cases.count();
  const loaded = load({ [file]: text });
  const rows = text.split(/\r\n|\n|\r/).length + 1;
  for (const finding of loaded.findings) {
    expect(finding.line).toBeLessThanOrEqual(rows);
    expect(finding.line).toBeGreaterThan(0);
    const line = findingLine(finding);
    expect(workflowCommands(line)).toEqual([]);
  }
  const markdown = findingsMarkdown(loaded.findings);
  expect(controls(markdown)).toEqual([]);
  for (const tag of markdown.match(/<[^>]*>/g) ?? []) expect(tag).toBe("<br>");
  for (const silo of loaded.silos) {
    accepted++;
    expectFaithful(silo);
  }
}

/** What is rendered is read back as the same data. */
function expectFaithful(silo: Silo): void {
  const files = render(silo);
  for (const path of Object.keys(files)) expect(path).toMatch(/^([a-z0-9-]+\/)?[a-z][a-z0-9._-]*$/);
  expect(parseYaml(files["kong.yml"] ?? "", { version: "1.1" })).toEqual(
    kongFile(silo, { anon: "{{ anon key }}", serviceRole: "{{ service role key }}" }),
  );
  for (const service of enabledServices(silo)) {
    const app = appName(silo.slugs, service.name);
    const machine = service.machine(silo);
    const toml = parseToml(files[`${app}/fly.toml`] ?? "");
    expect(toml).toMatchObject({ app, build: { image: machine.image } });
    expect(toml.env ?? {}).toEqual(machine.env ?? {});
    const known = Object.keys(toml).length;
    expect(known).toBeLessThanOrEqual(16);
  }
}

test("a word of somebody else's anywhere in a spec is a finding or data", () => {
  fc.assert(fc.property(spec, expectSound), budget(800));
  // Otherwise nothing was rendered.
  expect(accepted).toBeGreaterThan(20);
});

test("a file that was broken anywhere is a finding or data", () => {
  fc.assert(fc.property(broken, expectSound), budget(800));
});

test("every word at every place that takes any text is rendered as it is", () => {
  let taken = 0;
  for (const evil of allEvilWords) {
    cases.count();
    const value = JSON.stringify(evil);
    const text = `silo_id: acme-erp-silo-001\nclient_slug: acme\napp_slug: erp\ndevenv:\n  fly_org: acme-erp\n  services:\n    gotrue: { env: { MAILER_SUBJECTS_INVITE: ${value} } }\n    storage: { env: { UPLOAD_NOTE: ${value} } }\n`;
    const { silos, findings } = load({ [file]: text });
    const [silo] = silos;
    if (!silo) {
      expect(findings.length, evil).toBeGreaterThan(0);
      continue;
    }
    taken++;
    expect(silo.spec.devenv.services.gotrue.env).toEqual({ MAILER_SUBJECTS_INVITE: evil });
    expectFaithful(silo);
  }
  expect(taken).toBeGreaterThan(allEvilWords.length / 2);
});

test("commands print nothing of a spec that a runner or a terminal would obey", async () => {
  const few = fc.oneof(spec, broken);
  await fc.assert(
    fc.asyncProperty(
      few,
      fc.constantFrom(
        "validate",
        "plan acme-crm",
        "validate --format json",
        "plan",
        "plan --format markdown",
        "plan --format json",
        "cost",
        "status",
      ),
      async (text, line) => {
        cases.count();
        const other = { "silos/acme-crm.yml": specText({ app: "crm" }) };
        const files = { ...other, [file]: text };
        const cloud = aCloud({ files, isHeldToContract: false });
        const run = await cloud.run(line);
        expectHarmless(run);
        if (line.endsWith("markdown")) expectOwnMarkup(run.stdout);
        if (line.endsWith("json")) JSON.parse(run.stdout || "null");
      },
    ),
    budget(300),
  );
});
