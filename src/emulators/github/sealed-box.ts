/** The receiving side of libsodium's sealed box: what a runner does before a workflow sees a secret. */

import { createPrivateKey, createPublicKey, diffieHellman } from "node:crypto";
import { hsalsa, xsalsa20poly1305 } from "@noble/ciphers/salsa.js";
import { blake2b } from "@noble/hashes/blake2.js";

const keyBytes = 32;
const privatePrefix = Buffer.from("302e020100300506032b656e04220420", "hex");
const publicPrefix = Buffer.from("302a300506032b656e032100", "hex");

/** Base64 of the 32 bytes that a client seals for. */
export function publicKeyOf(privateKey: string): string {
  return rawPublicKey(privateKey).toString("base64");
}

/** `undefined` when the box was not sealed for this key, or was changed. */
export function openSealedBox(sealed: Buffer, privateKey: string): Buffer | undefined {
  if (sealed.length < keyBytes) return undefined;
  const ephemeral = sealed.subarray(0, keyBytes);
  try {
    const shared = diffieHellman({
      privateKey: privateKeyObject(privateKey),
      publicKey: createPublicKey({
        key: Buffer.concat([publicPrefix, ephemeral]),
        format: "der",
        type: "spki",
      }),
    });
    const nonce = blake2b(Buffer.concat([ephemeral, rawPublicKey(privateKey)]), { dkLen: 24 });
    const box = xsalsa20poly1305(boxKey(shared), nonce);
    return Buffer.from(box.decrypt(sealed.subarray(keyBytes)));
  } catch {
    return undefined;
  }
}

/** `crypto_box` uses HSalsa20 of the shared point, not the point itself. */
function boxKey(shared: Buffer): Uint8Array {
  const sigma = wordsOf(Buffer.from("expand 32-byte k"));
  const out = new Uint32Array(8);
  hsalsa(sigma, wordsOf(shared), new Uint32Array(4), out);
  const key = Buffer.alloc(keyBytes);
  for (const [index, word] of out.entries()) key.writeUInt32LE(word, index * 4);
  return new Uint8Array(key);
}

function wordsOf(bytes: Buffer): Uint32Array {
  const words = new Uint32Array(bytes.length / 4);
  for (let index = 0; index < words.length; index++) words[index] = bytes.readUInt32LE(index * 4);
  return words;
}

function privateKeyObject(privateKey: string) {
  const key = Buffer.concat([privatePrefix, Buffer.from(privateKey, "hex")]);
  return createPrivateKey({ key, format: "der", type: "pkcs8" });
}

function rawPublicKey(privateKey: string): Buffer {
  const der = createPublicKey(privateKeyObject(privateKey)).export({ format: "der", type: "spki" });
  return der.subarray(publicPrefix.length);
}
