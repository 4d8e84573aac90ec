/** Sealed boxes against libsodium, which GitHub opens them with, and against a published vector. */

import fc from "fast-check";
import sodium from "libsodium-wrappers";
import { beforeAll, describe, expect, it } from "vitest";
import { sealBox } from "#clients/sealed-box.ts";

const hex = (text: string) => Uint8Array.from(Buffer.from(text, "hex"));
const utf8 = (text: string) => new TextEncoder().encode(text);
const ones = new Uint8Array(32).fill(1);

beforeAll(() => sodium.ready);

describe("a sealed box", () => {
  it.each([
    ["nothing", ""],
    ["a password", "correct horse battery staple"],
    ["unicode", "clé 鍵 🔑 e\u0301"],
    ["48 KB, the most a secret may have", "x".repeat(48 * 1024)],
  ])("of %s is opened by libsodium", (_what, text) => {
    const { publicKey, privateKey } = sodium.crypto_box_keypair();
    const sealed = sealBox(utf8(text), publicKey, sodium.randombytes_buf(32));
    expect(sealed.byteLength).toBe(utf8(text).byteLength + sodium.crypto_box_SEALBYTES);
    const opened = sodium.crypto_box_seal_open(sealed, publicKey, privateKey);
    expect(new TextDecoder().decode(opened)).toBe(text);
  });

  // golang/crypto, nacl/box, TestSealedBox: made by libsodium with randomness that is always 5.
  it("is the published one for published keys", () => {
    const sealed = sealBox(
      new Uint8Array(64).fill(3),
      sodium.crypto_scalarmult_base(ones),
      new Uint8Array(32).fill(5),
    );
    expect(Buffer.from(sealed).toString("hex")).toBe(
      "50a61409b1ddd0325e9b16b700e719e9772c07000b1bd7786e907c653d20495d2af1697137a53b1b1dfc9befc49b6eeb38f86be720e155eb2be61976d2efb34d67ecd44a6ad634625eb9c288bfc883431a84ab0f5557dfe673aa6f74c19f033e648a947358cfcc606397fa1747d5219a",
    );
  });

  it("is byte for byte what libsodium makes of the same keys, whatever they are", () => {
    const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
    fc.assert(
      fc.property(bytes(32), bytes(32), fc.uint8Array({ maxLength: 300 }), (one, two, message) => {
        const recipient = sodium.crypto_scalarmult_base(one);
        const sender = sodium.crypto_scalarmult_base(two);
        const both = Uint8Array.from([...sender, ...recipient]);
        const nonce = sodium.crypto_generichash(24, both, null);
        const box = sodium.crypto_box_easy(message, nonce, recipient, two);
        expect([...sealBox(message, recipient, two)]).toEqual([...sender, ...box]);
      }),
      { numRuns: 50 },
    );
  });

  it("is not opened by another key, nor after a change", () => {
    const { publicKey, privateKey } = sodium.crypto_box_keypair();
    const other = sodium.crypto_box_keypair();
    const sealed = sealBox(utf8("secret"), publicKey, ones);
    const changed = Uint8Array.from(sealed, (byte, at) =>
      at === 60 % sealed.length ? byte ^ 1 : byte,
    );
    expect(() => sodium.crypto_box_seal_open(sealed, other.publicKey, other.privateKey)).toThrow();
    expect(() => sodium.crypto_box_seal_open(changed, publicKey, privateKey)).toThrow();
  });

  it.each([
    ["is too short", hex("00ff")],
    ["is too long", new Uint8Array(33).fill(9)],
    ["everybody would know the secret of", new Uint8Array(32)],
    ["has small order", hex("e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800")],
  ])("is refused for a public key that %s", (_what, key) => {
    expect(() => sealBox(utf8("secret"), key, ones)).toThrow(RangeError);
  });
});
