/** Names that the cloud makes up, from one seed: the same run gives the same names. */

import { Seeded } from "../seeded.ts";

export class Ids extends Seeded {
  /** Keeps the ids of one moment in the order they were made. */
  #count = 0;

  app(): string {
    return this.pick(lowerAlphabet, 16);
  }

  machine(): string {
    return this.hex(14);
  }

  volume(): string {
    return `vol_${this.pick(volumeAlphabet, 18)}`;
  }

  snapshot(): string {
    return `vs_${this.pick(snapshotAlphabet, 16)}`;
  }

  host(region: string): string {
    return `${region}-${this.hex(4)}`;
  }

  /** 26 characters that sort by time, as machine versions and events have them. */
  ulid(atMs: number): string {
    let time = "";
    for (let rest = Math.floor(atMs), index = 0; index < 10; index++) {
      time = crockford[rest % 32] + time;
      rest = Math.floor(rest / 32);
    }
    this.#count = (this.#count + 1) % 32 ** 4;
    let count = "";
    for (let rest = this.#count, index = 0; index < 4; index++, rest >>= 5) {
      count = crockford[rest % 32] + count;
    }
    return time + count + this.pick(crockford, 12);
  }

  privateIp(networkPrefix: string): string {
    return `fdaa:${networkPrefix}:a7b:${this.hex(4)}:${this.hex(4)}:${this.hex(4)}:2`;
  }
}

const crockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const lowerAlphabet = "abcdefghijklmnopqrstuvwxyz0123456789";
const volumeAlphabet = "0123456789abcdefghjkmnopqrstuvwxyz";
const snapshotAlphabet = "0123456789ABCDEFGHJKLMNPQRSTVWXYZabcdefghjkmnpqrstvwxyz";
