import type * as faultyFile from "./faulty-file.ts" with { "resolution-mode": "import" };

declare const onDemand: { readonly faultyFile: () => typeof faultyFile };
export = onDemand;
