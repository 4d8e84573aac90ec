import sodium from "libsodium-wrappers";
import type { AGitHub } from "./a-github.ts";

/** What a client has to do, done by libsodium: asks for the key of the place and seals for it. */
export async function sealFor({ call }: AGitHub, place: string, value: string) {
  await sodium.ready;
  const { body } = await call<{ key: string; key_id: string }>("GET", `${place}/public-key`);
  const box = sodium.crypto_box_seal(value, Buffer.from(body.key, "base64"));
  return { encrypted_value: Buffer.from(box).toString("base64"), key_id: body.key_id };
}
