/** Kong's declarative files as YAML, with placeholders where the keys go. */

import { stringify } from "yaml";
import { kongFile } from "#services/kong-file.ts";
import { studioGatewayFile, studioUpstream } from "#services/studio-gateway-file.ts";
import type { Silo } from "#silo/silo.ts";

/** What the silo's Kong loads, but for the keys. */
export const kongYml = (silo: Silo): string =>
  withComment(
    silo,
    "Kong",
    kongFile(silo, { anon: "{{ anon key }}", serviceRole: "{{ service role key }}" }),
  );

/** What the gateway before Studio loads, but for the password. */
export const studioGatewayYml = (silo: Silo): string =>
  withComment(
    silo,
    "the gateway of Studio",
    studioGatewayFile(studioUpstream, "{{ studio password }}"),
  );

function withComment(silo: Silo, who: string, file: object): string {
  const comment = [
    `# What ${who} of silo ${silo.slug} loads, rendered by silo-manager from ${silo.file}.`,
    "# Secrets are left out: {{ … }} stands for each. The real file reaches the machine as an",
    "# app secret, in JSON, which Kong reads as YAML.",
  ];
  // Lines and parts stay whole: neither folded Lua nor YAML aliases are easy to read.
  const options = { lineWidth: 0, aliasDuplicateObjects: false, version: "1.1" } as const;
  return `${comment.join("\n")}\n${stringify(file, options)}`;
}
