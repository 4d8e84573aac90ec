/** What errors show, and what they never do. */

import { describe, expect, it } from "vitest";
import { Secret } from "#silo/secret.ts";
import { failureOf, refusal, scripted } from "../scripted-fetch.ts";

const machine = {
  name: "pg-yyz",
  region: "yyz",
  config: { image: "a", guest: { cpu_kind: "shared", cpus: 1, memory_mb: 256 } },
} as const;

describe("what errors show", () => {
  it("never shows a token, a secret value or a password in a URL", async () => {
    const token = "fm2_lJPECAAAAAAAAAA+abc/def=,fm2_second+part==";
    const value = 'p"ss\nword-1';
    const echo = [
      `bad header: FlyV1 ${token}`,
      `second ${token.split(",")[1]}`,
      `value ${value}`,
      `json ${JSON.stringify(value)}`,
      `base64 ${btoa(value)}`,
      `url postgres://postgres:hunter22@host:5432/db`,
      "jwt eyJhbGciOiJIUzI1NiJ9.eyJyb2xlIjoiYW5vbiJ9.c2lnbmF0dXJl",
    ];
    for (const words of echo) {
      const { client } = scripted(() => refusal(400, words), { tokens: [new Secret(token)] });
      const error = await failureOf(client.setSecrets("app", { A: new Secret(value) }));
      expect(String(error)).toMatch(/\*\*\*/);
      expect(String(error)).not.toMatch(/fm2_|word-1|hunter22|eyJ|second\+part/);
      expect(String(error)).not.toContain(btoa(value));
    }
  });

  it("never shows what went to standard input", async () => {
    const { client } = scripted(() => refusal(400, "cannot run: alter role x password 'SCRAM-1'"));
    const request = { command: ["psql"], stdin: "begin;\nalter role x password 'SCRAM-1'\n" };
    expect(String(await failureOf(client.exec("app", "m", request)))).not.toContain("SCRAM-1");
  });

  it("never shows what a broken connection says about the request", async () => {
    const token = "secret-token-1";
    const words = `Headers.append: "Bearer ${token}" is an invalid header value`;
    const { client } = scripted(() => new TypeError(words), { tokens: [new Secret(token)] });
    const error = await failureOf(client.createApp({ name: "a", org: "o", network: "n" }));
    expect(String(error)).toContain("***");
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain(token);
  });

  it("strips control and direction characters and shortens", async () => {
    const words = `a\u001b[31mred\u0000\r\n::error::b \u202e${"x".repeat(5_000)}`;
    const { client } = scripted(() => refusal(400, words));
    const error = String(await failureOf(client.createMachine("app", machine)));
    expect(error).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    expect(error.length).toBeLessThan(450);
  });
});
