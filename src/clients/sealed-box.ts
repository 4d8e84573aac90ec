/**
 * libsodium's `crypto_box_seal`: a message that only the holder of the private key can open. X25519
 * by node:crypto; HSalsa20, XSalsa20-Poly1305 and BLAKE2b, which it lacks, by noble.
 */

import { createPrivateKey, createPublicKey, diffieHellman, type KeyObject } from "node:crypto";
import { hsalsa, xsalsa20poly1305 } from "@noble/ciphers/salsa.js";
import { blake2b } from "@noble/hashes/blake2.js";

const keyBytes = 32;
const nonceBytes = 24;

/**
 * The sender's public key and the box, 48 bytes longer than the message. `ephemeral` are 32 fresh
 * random bytes, for this message only. Throws `RangeError` for keys that cannot be used.
 */
export function sealBox(
  message: Uint8Array,
  recipient: Uint8Array,
  ephemeral: Uint8Array,
): Uint8Array {
  const privateKey = privateKeyOf(ephemeral);
  const sender = publicBytesOf(privateKey);
  const nonce = blake2b(joined(sender, recipient), { dkLen: nonceBytes });
  const key = boxKey(sharedSecret(privateKey, recipient));
  return joined(sender, xsalsa20poly1305(key, nonce).encrypt(message));
}

/** The headers of DER for a bare X25519 key. */
const privateHeader = Buffer.from("302e020100300506032b656e04220420", "hex");
const publicHeader = Buffer.from("302a300506032b656e032100", "hex");

function privateKeyOf(bytes: Uint8Array): KeyObject {
  const key = joined(privateHeader, sized(bytes, "ephemeral"));
  return createPrivateKey({ key: Buffer.from(key), format: "der", type: "pkcs8" });
}

function publicBytesOf(privateKey: KeyObject): Uint8Array {
  const der = createPublicKey(privateKey).export({ format: "der", type: "spki" });
  return der.subarray(-keyBytes);
}

function sharedSecret(privateKey: KeyObject, recipient: Uint8Array): Uint8Array {
  const der = Buffer.from(joined(publicHeader, sized(recipient, "public")));
  try {
    const publicKey = createPublicKey({ key: der, format: "der", type: "spki" });
    return diffieHellman({ privateKey, publicKey });
  } catch {
    // A point of small order: everybody would know the secret.
    throw new RangeError("the public key is not usable");
  }
}

/** `crypto_box_beforenm`: HSalsa20 of the shared secret with a nonce of zeros. */
function boxKey(shared: Uint8Array): Uint8Array {
  const key = new Uint32Array(keyBytes / 4);
  hsalsa(sigma, asWords(shared), new Uint32Array(4), key);
  return new Uint8Array(key.buffer);
}

const sigma = asWords(new TextEncoder().encode("expand 32-byte k"));

/** The same bytes, in the order that the machine has them in: so noble wants its words. */
function asWords(bytes: Uint8Array): Uint32Array {
  return new Uint32Array(Uint8Array.from(bytes).buffer);
}

function sized(bytes: Uint8Array, which: string): Uint8Array {
  if (bytes.byteLength === keyBytes) return bytes;
  throw new RangeError(`the ${which} key has ${bytes.byteLength} bytes, not ${keyBytes}`);
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  const both = new Uint8Array(first.byteLength + second.byteLength);
  both.set(first);
  both.set(second, first.byteLength);
  return both;
}
