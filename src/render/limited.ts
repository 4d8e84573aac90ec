/** Markdown that has to fit: GitHub refuses a comment, and drops a summary, that is too long. */

export interface Section {
  readonly full: string;
  /** One line that stands for it where there is no room. */
  readonly short: string;
}

/** In bytes of UTF-8, which are never fewer than characters. */
export const bytesOf = (text: string): number => Buffer.byteLength(text);

/** Sections in full as long as all that follow fit at least in short; then short; then a count. */
export function limited(sections: readonly Section[], mostBytes: number): readonly string[] {
  const rest = sections.map(({ short }) => bytesOf(short) + 2);
  let shortBytes = rest.reduce((sum, bytes) => sum + bytes, 0);
  let left = mostBytes;
  const full: string[] = [];
  const short: string[] = [];
  for (const [at, section] of sections.entries()) {
    const bytes = bytesOf(section.full) + 2;
    shortBytes -= rest[at] ?? 0;
    if (short.length === 0 && bytes + shortBytes <= left) {
      full.push(section.full);
      left -= bytes;
    } else short.push(section.short);
  }
  if (short.length === 0) return full;
  return [...full, shortened(short, left)];
}

/** Kept free for the line that counts what is left out. */
const countBytes = 40;

function shortened(lines: readonly string[], mostBytes: number): string {
  let left = mostBytes - countBytes;
  const kept: string[] = [];
  for (const line of lines) {
    left -= bytesOf(line) + 1;
    if (left < 0) break;
    kept.push(line);
  }
  const more = lines.length - kept.length;
  return [...kept, ...(more > 0 ? [`- … and ${more} more`] : [])].join("\n");
}
