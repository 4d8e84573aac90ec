/** Where the reader of plain YAML is. */

export interface Cursor {
  readonly text: string;
  /** The same as numbers: its bytes when it is ASCII, which are quicker to read than a string. */
  readonly codes: Codes;
  /** Offset of what is read next. */
  at: number;
  /** Blanks in front of the line that is read; -1 after the last one. */
  indent: number;
  /** Filled when the places are asked for. */
  readonly places: Places | undefined;
}

export type Codes = Uint8Array | Uint16Array;

/** By mapping or list, then by key or index. */
export type Places = Map<object, Map<string, Place>>;

export interface Place {
  readonly key: number;
  readonly value: number;
}
