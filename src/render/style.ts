/** Colours for a terminal that wants them. */

export interface Style {
  readonly plain: (text: string) => string;
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly red: (text: string) => string;
  readonly green: (text: string) => string;
  readonly yellow: (text: string) => string;
}

const plain = (text: string): string => text;
const code = (on: number, off: number) => (text: string) => `\u001b[${on}m${text}\u001b[${off}m`;

const noStyle: Style = { plain, bold: plain, dim: plain, red: plain, green: plain, yellow: plain };
const colours: Style = {
  plain,
  bold: code(1, 22),
  dim: code(2, 22),
  red: code(31, 39),
  green: code(32, 39),
  yellow: code(33, 39),
};

export const styleOf = (color: boolean): Style => (color ? colours : noStyle);
