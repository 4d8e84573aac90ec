import { describe, expect, it } from "vitest";
import { nodeFiles } from "#edge/node-effects.ts";
import { loadSilos } from "#spec/load-silos.ts";
import { goodSpec, inShort, load } from "./a-spec.ts";

const spec = (client: string, app: string, more = ""): string =>
  `silo_id: ${client}-${app}-1\nclient_slug: ${client}\napp_slug: ${app}\ndevenv:\n  fly_org: org\n${more}`;

describe("a fleet", () => {
  it("gives the silos in the order of their files, complete", () => {
    const loaded = load({ "silos/b-a.yml": spec("b", "a"), "silos/a-b.yml": spec("a", "b") });
    expect(loaded.silos.map(({ slug, file, region }) => [slug, file, region])).toEqual([
      ["a-b", "silos/a-b.yml", "yyz"],
      ["b-a", "silos/b-a.yml", "yyz"],
    ]);
    expect(loaded).toMatchObject({ complete: true, rejected: [], findings: [], files: 2 });
  });

  it("refuses a silo_id that is taken", () => {
    const taken = spec("b", "a").replace("b-a-1", "a-b-1");
    const loaded = load({ "silos/a-b.yml": spec("a", "b"), "silos/b-a.yml": taken });
    expect(inShort(loaded)).toEqual(["silos/b-a.yml:1:10 error DUPLICATE_SILO_ID"]);
    expect(loaded.findings[0]?.message).toContain("silos/a-b.yml");
    expect(loaded.silos.map(({ slug }) => slug)).toEqual(["a-b"]);
    expect(loaded).toMatchObject({ complete: false, rejected: ["silos/b-a.yml"] });
  });

  it("refuses two silos with the same app names", () => {
    const loaded = load({
      "silos/a-b-c.yml": spec("a-b", "c"),
      "silos/x.yml": spec("a", "b-c").replace("a-b-c-1", "x"),
    });
    expect(inShort(loaded)).toEqual([
      "silos/x.yml:2:14 error FILE_NAME",
      "silos/x.yml:2:14 error NAME_COLLISION",
    ]);
  });

  it("refuses a secret that is read from the variable of another silo", () => {
    const kong = (name: string): string => `  services: { kong: { secret_env: [X, ${name}] } }\n`;
    const loaded = load({
      "silos/a-b.yml": spec("a", "b", kong("C_D")),
      "silos/a-b-c.yml": spec("a", "b-c", kong("D")),
    });
    expect(inShort(loaded)).toEqual([
      "silos/a-b-c.yml:6:39 error NAME_COLLISION",
      "silos/a-b.yml:6:39 error NAME_COLLISION",
    ]);
    for (const { message } of loaded.findings) expect(message).toContain("SILO_ENV_A_B_C_D");
  });

  it("lets a developer's silo stand beside its app", () => {
    const kong = "  services: { kong: { secret_env: [X] } }\n";
    const loaded = load({
      "silos/a-b.yml": spec("a", "b", kong),
      "silos/a-b-dev.yml": spec("a", "b-dev", kong),
    });
    expect(loaded.findings).toEqual([]);
  });
});

describe("a folder", () => {
  it("holds specs only in files that end in .yml", () => {
    const loaded = load({
      "silos/acme-erp.yml": goodSpec,
      "silos/README.md": "text",
      "silos/.hidden.yml": "a: [",
      "silos/status/acme-erp.yml": "a: [",
      "silos/acme-crm.yaml": goodSpec,
      "silos/link.yml": { kind: "link" },
      "silos/pipe.yml": { kind: "other" },
    });
    expect(inShort(loaded)).toEqual([
      "silos/acme-crm.yaml:1:1 error FILE_NAME",
      "silos/link.yml:1:1 error SYMLINK",
      "silos/pipe.yml:1:1 error NOT_A_FILE",
    ]);
    expect(loaded.complete).toBe(false);
    expect(loaded.rejected).toContain("silos/link.yml");
  });

  it("is not read through a link", () => {
    const loaded = load({ silos: { kind: "link" }, "silos/acme-erp.yml": goodSpec });
    expect(inShort(loaded)).toEqual(["silos:1:1 error SYMLINK"]);
    expect(loaded).toMatchObject({ silos: [], complete: false });
  });

  it.each([
    ["is missing", {}, ["silos:1:1 error NO_FOLDER"]],
    ["is empty", { "silos/README.md": "" }, ["silos:1:1 warning NO_SPECS"]],
    [
      "holds a file that cannot be read",
      { "silos/a-b.yml": "a: [" },
      ["silos/a-b.yml:1:5 error YAML_SYNTAX"],
    ],
  ])("that %s proves no silo unwanted", (_, repository, wanted) => {
    const loaded = load(repository);
    expect(loaded).toMatchObject({ silos: [], complete: false });
    expect(inShort(loaded)).toEqual(wanted);
  });
});

describe("paths", () => {
  const repository = {
    "silos/a-b.yml": spec("a", "b"),
    "silos/a-c.yml": spec("a", "c"),
    "silos/bad.yml": "a: [",
  };

  it("load only what they name, and prove nothing unwanted", () => {
    const loaded = load(repository, { paths: ["./silos//a-c.yml"] });
    expect(loaded.silos.map(({ slug }) => slug)).toEqual(["a-c"]);
    expect(loaded).toMatchObject({ findings: [], complete: false, files: 1 });
  });

  it("may name the folder or the settings", () => {
    expect(load(repository, { paths: ["silos/"] }).files).toBe(3);
    expect(load(repository, { paths: ["silo.config.yml"] })).toMatchObject({
      files: 0,
      findings: [],
    });
  });

  it.each([
    ["silos/a-d.yml", "NO_SUCH_FILE"],
    ["silos/../secret.yml", "OUTSIDE"],
    ["/etc/passwd", "OUTSIDE"],
    ["silos/status/a-b.json", "OUTSIDE"],
  ])("%s is refused", (path, code) => {
    expect(load(repository, { paths: [path] }).findings).toMatchObject([{ code }]);
  });

  it.each([
    ["as it stands", "silo_id: a-b-1"],
    ["with an escape", 'silo_id: "a\\x2db-1"'],
  ])("find an id that is taken by a file that was not named, written %s", (_, line) => {
    const thief = spec("a", "c").replace("silo_id: a-c-1", line);
    const loaded = load({ ...repository, "silos/a-c.yml": thief }, { paths: ["silos/a-b.yml"] });
    expect(inShort(loaded)).toEqual(["silos/a-b.yml:1:10 error DUPLICATE_SILO_ID"]);
  });
});

describe("this repository", () => {
  it("holds good specs and settings", () => {
    const root = new URL("../../", import.meta.url).pathname;
    const [silosDir, configFile] = [`${root}silos`, `${root}silo.config.yml`];
    const loaded = loadSilos(nodeFiles, { silosDir, configFile, now: Date.parse("2026-11-24") });
    expect(loaded.findings).toEqual([]);
    expect(loaded.silos.map(({ slug }) => slug)).toContain("acme-erp");
  });
});
