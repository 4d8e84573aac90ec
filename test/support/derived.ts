/** The credentials of a silo of a test cloud, derived beside the product from what Fly shows. */

import type { Credentials } from "#silo/credentials.ts";
import { deriveCredentials, deriveSiloKey } from "#silo/derive.ts";
import { parseMasterKey } from "#silo/master-key.ts";
import { readIdentity } from "#silo/record.ts";
import { type Cloud, testMasterKey } from "./a-cloud.ts";

export async function derivedCredentials(
  { fly }: Pick<Cloud, "fly">,
  slug: string,
  masterKey = testMasterKey,
): Promise<Credentials> {
  const response = await fly.fetch(`http://fly.local/v1/apps/devenv-${slug}-kong/machines`, {
    headers: { authorization: "Bearer local" },
  });
  const [machine] = (await response.json()) as { config: { metadata: Record<string, string> } }[];
  if (!machine) throw new Error(`${slug} has no kong machine`);
  const identity = readIdentity(slug, [machine.config.metadata]);
  const generation = identity?.generations.at(-1);
  if (!identity || !generation) throw new Error(`${slug} has no identity`);
  const { incarnation } = identity;
  const siloKey = deriveSiloKey(parseMasterKey(masterKey), {
    siloId: `${slug}-silo-001`,
    incarnation,
  });
  return deriveCredentials(siloKey, generation);
}
