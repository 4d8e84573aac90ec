/** What the Actions runner takes from a step, as a port. */

export interface Place {
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
  readonly title?: string;
}

export interface Runner {
  /** An input as it was given; empty when it was not. */
  input(name: string): string;
  /** Hidden in every log of the job from now on. */
  mask(value: string): void;
  output(name: string, value: string): void;
  /** For the post step. */
  saveState(name: string, value: string): void;
  state(name: string): string;
  annotate(kind: "error" | "warning" | "notice", message: string, place?: Place): void;
  /** Puts more Markdown at the end of the job summary. */
  summarise(markdown: string): Promise<void>;
  /** Writes a file that lasts as long as the job; gives its path. */
  keep(name: string, text: string): string;
  log(text: string): void;
}
