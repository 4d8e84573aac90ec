declare const onDemand: {
  /** The second parser, which goes on after an error. */
  readonly yaml: () => typeof import("yaml");
  /** The schemas by file name. */
  readonly schemas: () => Readonly<Record<string, unknown>>;
};
export = onDemand;
