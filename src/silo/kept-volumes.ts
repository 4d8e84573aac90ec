/** Volumes that another one has taken over from: kept some days, in the record, then removed. */

import { keys, type Metadata } from "./record-keys.ts";

/** Id of a volume → ISO 8601, after which it may go. */
export type KeptVolumes = Readonly<Record<string, string>>;

export const readKeptVolumes = (metadata: Metadata): KeptVolumes =>
  Object.fromEntries(
    Object.entries(metadata).flatMap(([key, until]) =>
      key.startsWith(keys.keptPrefix) ? [[key.slice(keys.keptPrefix.length), until]] : [],
    ),
  );

export const keptMetadata = (ids: readonly string[], until: string | null) =>
  Object.fromEntries(ids.map((id) => [`${keys.keptPrefix}${id}`, until]));
