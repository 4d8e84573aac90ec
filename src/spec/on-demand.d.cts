declare const onDemand: {
  /** The second parser. */
  readonly yaml: () => typeof import("yaml");
  /** The schemas by file name. */
  readonly schemas: () => Readonly<Record<string, unknown>>;
};
export = onDemand;
