/** As much of MessagePack as Fly's tokens are made of; throws `RangeError` for anything else. */

export type Packed = number | string | boolean | null | Uint8Array | readonly Packed[] | PackedMap;
export interface PackedMap {
  readonly entries: readonly (readonly [Packed, Packed])[];
}

export function unpack(bytes: Uint8Array): Packed {
  const reader = new Reader(bytes);
  const value = reader.value(0);
  if (!reader.isAtEnd) throw new RangeError("there is more after the end");
  return value;
}

const deepest = 16;

class Reader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get isAtEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  value(depth: number): Packed {
    if (depth > deepest) throw new RangeError("nested too deeply");
    const head = this.#uint(1);
    if (head < 0x80) return head;
    if (head < 0x90) return this.#map(head & 0x0f, depth);
    if (head < 0xa0) return this.#array(head & 0x0f, depth);
    if (head < 0xc0) return this.#text(head & 0x1f);
    if (head >= 0xe0) return head - 0x100;
    return this.#long(head, depth);
  }

  #long(head: number, depth: number): Packed {
    if (head === 0xc0) return null;
    if (head === 0xc2 || head === 0xc3) return head === 0xc3;
    if (head >= 0xc4 && head <= 0xc6) return this.#slice(this.#uint(1 << (head - 0xc4)));
    if (head >= 0xcc && head <= 0xcf) return this.#uint(1 << (head - 0xcc));
    if (head >= 0xd0 && head <= 0xd3) return this.#int(1 << (head - 0xd0));
    if (head >= 0xd9 && head <= 0xdb) return this.#text(this.#uint(1 << (head - 0xd9)));
    if (head === 0xdc || head === 0xdd)
      return this.#array(this.#uint(head === 0xdc ? 2 : 4), depth);
    if (head === 0xde || head === 0xdf) return this.#map(this.#uint(head === 0xde ? 2 : 4), depth);
    throw new RangeError(`no value begins with ${head}`);
  }

  #array(length: number, depth: number): readonly Packed[] {
    const items: Packed[] = [];
    for (let left = length; left > 0; left--) items.push(this.value(depth + 1));
    return items;
  }

  #map(length: number, depth: number): PackedMap {
    const entries: [Packed, Packed][] = [];
    for (let left = length; left > 0; left--) {
      entries.push([this.value(depth + 1), this.value(depth + 1)]);
    }
    return { entries };
  }

  #text(length: number): string {
    return new TextDecoder().decode(this.#slice(length));
  }

  #slice(length: number): Uint8Array {
    const start = this.#take(length);
    return this.#bytes.subarray(start, this.#at);
  }

  #uint(bytes: number): number {
    const at = this.#take(bytes);
    if (bytes === 8) return Number(this.#view.getBigUint64(at));
    return bytes === 4
      ? this.#view.getUint32(at)
      : bytes === 2
        ? this.#view.getUint16(at)
        : this.#view.getUint8(at);
  }

  #int(bytes: number): number {
    const unsigned = this.#uint(bytes);
    const half = 2 ** (8 * bytes - 1);
    return unsigned >= half ? unsigned - 2 * half : unsigned;
  }

  #take(length: number): number {
    const start = this.#at;
    if (start + length > this.#bytes.length) throw new RangeError("it ends too early");
    this.#at += length;
    return start;
  }
}
