/** Files that Fly writes into a machine before it boots. */

import { Secret } from "#silo/secret.ts";
import type { FlyFile } from "#wire/fly.ts";

/** Readable by the image's own user, who is not root. */
const readable = 0o444;

/** A file that anybody who can read the machine may see. */
export const plainFile = (guestPath: string, text: string): FlyFile => ({
  guest_path: guestPath,
  raw_value: base64(text),
  mode: readable,
});

/** A file whose content is the app secret of that name; see `fileSecret`. */
export const secretFile = (guestPath: string, secretName: string): FlyFile => ({
  guest_path: guestPath,
  secret_name: secretName,
  mode: readable,
});

/** The value of an app secret that is delivered as a file: Fly wants it in base64. */
export const fileSecret = (text: string): Secret => new Secret(base64(text));

const base64 = (text: string): string => Buffer.from(text, "utf8").toString("base64");
