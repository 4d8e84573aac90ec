/** Texts that look like specs, with what is unusual or wrong strewn in. */

import fc from "fast-check";

const common = fc.constantFrom(
  ...["acme", "erp-silo", "a b", "x#y", "http://localhost:3000", "it's", "true", "false", "null"],
  ...["yes", "0", "7", "-3", "1.50", "2026-12-31", "2026-12-31T10:00:00Z", '"quoted"', "'single'"],
  ...["supabase/postgres", '""', "''", '"#no comment"', "x # c", "é", "a  b   # c", "/x"],
);
const odd = fc.constantFrom(
  ...[
    "True",
    "~",
    "-0",
    "007",
    "1e3",
    "0x1f",
    ".5",
    "+4",
    "1_000",
    "12:30",
    "1.2.3",
    "é: ü",
    ".inf",
  ],
  ...['"a \\n b"', "'it''s'", "@x", "`x`", "%x", "&a x", "*a", "!t x", "|", ">", "-", "- x", "?"],
  ...[": x", "a: b", "a:", "[", "]", "{", "}", ",", "# c", "x\u00a0", "\u2028", "😀", "<<", "="],
  ...["__proto__", "constructor", "toString", ".nan", "-x", "---", "...", '"open', "'open", "x\ty"],
  ...[
    "\tx",
    "",
    " ",
    "[a, ]",
    "{a: 1,}",
    "[a\n, b]",
    "x:y",
    "{a:1}",
    '{"a": 1}',
    "123456789012345678",
  ],
);
/** Made up, in the shape of secrets. */
const tokens = fc.constantFrom(
  ...["ghp_abcdefghijklmnopqrstuvwxyz", "postgres://u:p@h/db", "eyJhbGciOiJIUzI.eyJpc3Mi"],
  ...["FlyV1 fm2_abc", "sb_secret_abc", "x # sbp_0123456789abcdef", '"AKIAABCDEFGHIJKLMNOP"'],
);
const word = fc.oneof(
  { weight: 60, arbitrary: common },
  { weight: 2, arbitrary: odd },
  { weight: 1, arbitrary: tokens },
);

const commonKey = fc.oneof(
  fc.constantFrom("a", "b", "silo_id", "fly_org", "A_B", "x-y", "No", "c1"),
  fc.nat(200).map((number) => `key_${number}`),
);
const oddKey = fc.constantFrom(
  ...[
    "true",
    "null",
    "1",
    "a b",
    '"q"',
    "<<",
    "__proto__",
    "constructor",
    "é",
    "a.b",
    "-a",
    "? a",
    "",
  ],
);
const key = fc.oneof({ weight: 30, arbitrary: commonKey }, { weight: 1, arbitrary: oddKey });

const flow: fc.Memo<string> = fc.memo((depth) =>
  depth <= 1 ? word : fc.oneof({ weight: 3, arbitrary: word }, flowList(depth), flowMapping(depth)),
);
const flowList = (depth: number): fc.Arbitrary<string> =>
  fc.array(flow(depth - 1), { maxLength: 3 }).map((items) => `[${items.join(", ")}]`);
const flowMapping = (depth: number): fc.Arbitrary<string> =>
  fc
    .uniqueArray(fc.tuple(key, flow(depth - 1)), { maxLength: 3, selector: ([name]) => name })
    .map((pairs) => `{ ${pairs.map(([name, value]) => `${name}: ${value}`).join(", ")} }`);

const indent = (lines: readonly string[], by: string): string[] =>
  lines.map((line) => (line === "" ? line : by + line));

const block: fc.Memo<string[]> = fc.memo((depth) => {
  const inline = fc.tuple(key, flow(3)).map(([name, value]) => [`${name}: ${value}`]);
  const filler = fc.constantFrom("", "# c", "  # c", "   ").map((line) => [line]);
  const list = fc
    .tuple(key, fc.array(flow(2), { minLength: 1, maxLength: 3 }), fc.constantFrom("", "  "))
    .map(([name, items, by]) => [`${name}:`, ...items.map((item) => `${by}- ${item}`)]);
  const nested = (): fc.Arbitrary<string[]> =>
    fc
      .tuple(key, block(depth - 1), fc.constantFrom("  ", "  ", " ", "    "))
      .map(([name, lines, by]) => [`${name}:`, ...indent(lines, by)]);
  const entry = fc.oneof(
    { weight: 8, arbitrary: inline },
    { weight: 2, arbitrary: list },
    { weight: 1, arbitrary: filler },
    ...(depth > 1 ? [{ weight: 3, arbitrary: nested() }] : []),
  );
  return fc.array(entry, { minLength: 1, maxLength: 4 }).map((entries) => entries.flat());
});

/** A line put in, or the indent of one changed. */
const strewn = fc.tuple(
  fc.nat(12),
  fc.constantFrom("", " ", "  ", "\t"),
  fc.oneof(word, fc.constantFrom("- a: 1", "-", "#", "a: 1", "k:", "- x")),
);

export const yamlText: fc.Arbitrary<string> = fc
  .tuple(
    block(3),
    fc.option(strewn, { freq: 4 }),
    fc.oneof({ weight: 9, arbitrary: fc.constant("\n") }, fc.constant("\r\n")),
    fc.boolean(),
  )
  .map(([lines, extra, newline, isEnded]) => {
    const all = extra === null ? lines : lines.toSpliced(extra[0], 0, extra[1] + extra[2]);
    return all.join(newline) + (isEnded ? newline : "");
  });

export const exampleText = `# A comment
silo_id: acme-erp-silo-001 # unique
client_slug: acme
owner: "@somtech/acme"

devenv:
  auto_stop_minutes: 30
  expires_at: 2026-12-31
  prevent_destroy: true
  services:
    postgres: { image: "supabase/postgres:15.1.1.78", memory_mb: 1024, public: true }
    gotrue:
      env:
        GOTRUE_SMTP_HOST: smtp.example.com
      secret_env: [GOTRUE_SMTP_PASS, OTHER]
  auth:
    redirect_urls:
      - http://localhost:3000
      - 'http://localhost:5173'
    site_url:
netlify: {}
`;
