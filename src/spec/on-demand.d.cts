import type * as faultyFile from "./faulty-file.ts" with { "resolution-mode": "import" };

declare const onDemand: {
  readonly faultyFile: () => typeof faultyFile;
  /** The second parser, which goes on after an error. */
  readonly yaml: () => typeof import("yaml");
  /** The schemas by file name. */
  readonly schemas: () => Readonly<Record<string, unknown>>;
};
export = onDemand;
