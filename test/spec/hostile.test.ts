import { describe, expect, it } from "vitest";
import { findingsOf, goodSpec, load } from "./a-spec.ts";

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);
const withBytes = (text: string, at: number, ...values: number[]): Uint8Array => {
  const encoded = new TextEncoder().encode(text);
  return Uint8Array.from([...encoded.slice(0, at), ...values, ...encoded.slice(at)]);
};

describe("hostile and broken files", () => {
  it.each<readonly [string, string | Uint8Array, readonly string[]]>([
    [
      "an alias bomb",
      "a: &a [x]\nb: &b [*a, *a]\nc: [*b]\n",
      [
        "1:4 error YAML_ANCHOR",
        "2:4 error YAML_ANCHOR",
        "2:8 error YAML_ANCHOR",
        "2:12 error YAML_ANCHOR",
        "3:5 error YAML_ANCHOR",
      ],
    ],
    [
      "an anchor that nothing uses",
      goodSpec.replace("acme-erp\n", "&org acme-erp\n"),
      ["5:12 error YAML_ANCHOR"],
    ],
    ["a tag", goodSpec.replace("acme-erp\n", "!!str acme-erp\n"), ["5:12 error YAML_TAG"]],
    ["a tag of a program", "a: !!js/function x\n", ["1:4 error YAML_TAG"]],
    ["a directive", `%YAML 1.1\n---\n${goodSpec}`, ["1:1 error YAML_DIRECTIVE"]],
    ["two documents", `${goodSpec}---\na: 1\n`, ["7:1 error YAML_DOCUMENTS"]],
    ["a key twice", `${goodSpec}app_slug: erp\n`, ["6:1 error YAML_DUPLICATE_KEY"]],
    [
      "a key twice in braces",
      goodSpec.replace("devenv:\n  fly_org: acme-erp", "devenv: { fly_org: a, fly_org: b }"),
      ["4:23 error YAML_DUPLICATE_KEY"],
    ],
    ["a key that is a list", `${goodSpec}? [a]\n: 1\n`, ["6:3 error YAML_KEY"]],
    ["a tab", goodSpec.replace("  fly_org", "\tfly_org"), ["5:1 error YAML_TAB"]],
    ["an open quote", `${goodSpec}owner: "@a\n`, ["7:1 error YAML_SYNTAX"]],
    ["an open bracket", "a: [1, 2\nb: 3\n", ["2:1 error YAML_SYNTAX"]],
    ["an indent that fits nothing", "a:\n    b: 1\n  c: 2\n", ["3:1 error YAML_SYNTAX"]],
    ["an empty file", "", ["1:1 error YAML_EMPTY"]],
    ["a file of comments", "# nothing\n", ["1:1 error YAML_EMPTY"]],
    ["a text", "just a text\n", ["1:1 error WRONG_TYPE"]],
    ["a list", "- silo_id: a\n", ["1:1 error WRONG_TYPE"]],
    ["a NUL byte", withBytes(goodSpec, 9, 0), ["1:10 error CONTROL_CHARACTER"]],
    [
      "an escape sequence in a comment",
      `${goodSpec}# \u001b[2J\n`,
      ["6:3 error CONTROL_CHARACTER"],
    ],
    ["bytes that are not UTF-8", withBytes(goodSpec, 9, 0xff, 0xfe), ["1:1 error NOT_UTF8"]],
    ["half of a pair", withBytes(goodSpec, 9, 0xed, 0xa0, 0x80), ["1:1 error NOT_UTF8"]],
    ["UTF-16", bytes(0xff, 0xfe, 0x61, 0), ["1:1 error NOT_UTF8"]],
    [
      "a file that is too large",
      `${goodSpec}#${"x".repeat(65_536)}\n`,
      ["1:1 error FILE_TOO_LARGE"],
    ],
    ["brackets in brackets", `a: ${"[".repeat(50)}${"]".repeat(50)}\n`, ["1:1 error YAML_SYNTAX"]],
    [
      "a key of every object",
      `${goodSpec}__proto__: { polluted: 1 }\nconstructor: 1\n`,
      ["6:1 error UNKNOWN_KEY", "7:1 error UNKNOWN_KEY"],
    ],
  ])("%s", (_, text, wanted) => {
    expect(findingsOf(text)).toEqual(wanted);
  });

  it("deep nesting ends in one finding, not in a stack overflow", () => {
    const findings = findingsOf(`a: ${"[".repeat(30_000)}`);
    expect(findings).toHaveLength(1);
    expect(findings[0]).toContain("error YAML_SYNTAX");
    expect(findingsOf(`a: ${"{a: ".repeat(10_000)}`)).toHaveLength(1);
  });

  it("a flood of mistakes is cut short", () => {
    const anchors = Array.from({ length: 3_000 }, (_, at) => `k${at}: &a${at} x`).join("\n");
    expect(findingsOf(anchors)).toHaveLength(20);
  });

  it("a file that is good but unusual is read all the same", () => {
    const plain = load({ "silos/acme-erp.yml": goodSpec }).silos[0]?.spec;
    const unusual = {
      bom: `\ufeff${goodSpec}`,
      crlf: goodSpec.replaceAll("\n", "\r\n"),
      "document start": `---\n${goodSpec}`,
      escapes: goodSpec.replace("fly_org: acme-erp", 'fly_org: "acme\\u002derp"'),
      folded: goodSpec.replace("fly_org: acme-erp", "fly_org: >-\n    acme-erp"),
      "quoted keys": goodSpec.replace("fly_org", '"fly_org"'),
      json: '{"silo_id": "acme-erp-silo-001", "client_slug": "acme", "app_slug": "erp", "devenv": {"fly_org": "acme-erp"}}',
      "letters of other scripts": `# Déjà vu 😀\n${goodSpec}`,
    };
    for (const [name, text] of Object.entries(unusual)) {
      const { findings, silos } = load({ "silos/acme-erp.yml": text });
      expect([name, findings, silos[0]?.spec]).toEqual([name, [], plain]);
    }
  });

  it("positions are right after a byte order mark and Windows line ends", () => {
    const text = `\ufeff${goodSpec}  auto_stop_minutes: 3\n`.replaceAll("\n", "\r\n");
    expect(findingsOf(text)).toEqual(["6:22 error OUT_OF_RANGE"]);
  });
});
