/** Fly's tokens as they are documented: MessagePack `[nonce, location, caveats, tail]` in base64. */

export interface MacaroonParts {
  readonly location?: string;
  /** Of each caveat that names an organisation: read 1, write 2, create 4, delete 8, control 16. */
  readonly masks?: readonly number[];
  /** Seconds since the epoch, of each window. */
  readonly notAfter?: readonly number[];
  readonly apps?: boolean;
}

export const everything = 31;

export function aMacaroon(parts: MacaroonParts = {}): string {
  const { location = "https://api.fly.io/v1", masks = [everything], notAfter = [], apps } = parts;
  const caveats = [
    ...masks.flatMap((mask) => [int(0), array([int(4242), int(mask)])]),
    ...notAfter.flatMap((end) => [int(4), array([int(1_700_000_000), int(end)])]),
    ...(apps ? [int(3), array([Buffer.from([0x81, 0x07, 0x1f])])] : []),
  ];
  const nonce = array([bin(Buffer.from("kid")), bin(Buffer.alloc(16, 7)), Buffer.from([0xc2])]);
  const token = array([nonce, text(location), array(caveats), bin(Buffer.alloc(32, 9))]);
  return `fm2_${token.toString("base64")}`;
}

/** Beside each token is one that vouches for who made it. */
export const aDischarge = (): string =>
  aMacaroon({ location: "https://api.fly.io/aaa/v1", masks: [], notAfter: [1_700_000_001] });

function int(value: number): Buffer {
  if (value < 0x80) return Buffer.from([value]);
  if (value < 0x1_0000) return Buffer.from([0xcd, value >> 8, value & 0xff]);
  const bytes = Buffer.alloc(9, 0xcf);
  bytes.writeBigUInt64BE(BigInt(value), 1);
  return bytes;
}

function array(items: readonly Buffer[]): Buffer {
  const head =
    items.length < 16 ? Buffer.from([0x90 + items.length]) : Buffer.from([0xdc, 0, items.length]);
  return Buffer.concat([head, ...items]);
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  const head = bytes.length < 32 ? [0xa0 + bytes.length] : [0xd9, bytes.length];
  return Buffer.concat([Buffer.from(head), bytes]);
}

const bin = (bytes: Buffer): Buffer => Buffer.concat([Buffer.from([0xc4, bytes.length]), bytes]);
