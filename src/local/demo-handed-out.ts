/** What GitHub holds of a silo, role by role, as a workflow of that role would see it. */

import type { Style } from "#render/style.ts";
import { type LocalCloud, localRepository } from "./local-cloud.ts";

const places = {
  "dev-worker": () => "repository" as const,
  devops: (slug: string) => ({ environment: `silo-${slug}-devops` }),
  "security-auditor": (slug: string) => ({ environment: `silo-${slug}-security-auditor` }),
};

export function handedOutText(
  { reveal }: Pick<LocalCloud["github"], "reveal">,
  slug: string,
  style: Style,
): string {
  return Object.entries(places)
    .flatMap(([role, placeOf]) => {
      const { secrets, variables } = reveal(localRepository, placeOf(slug));
      const values = [
        ...[...variables].map(([name, value]) => [name, value] as const),
        ...[...secrets].map(([name, value]) => [name, style.dim(masked(value))] as const),
      ];
      const rows = values.length > 0 ? values : [["", style.dim("nothing")] as const];
      return rows.map(([name, shown], at) => {
        const label = name.replace(`SILO_${slug.replaceAll("-", "_").toUpperCase()}_`, "");
        const field = label === "" ? "" : `${label.toLowerCase().padEnd(widest)} `;
        return `  ${(at === 0 ? role : "").padEnd(16)}  ${field}${shown}\n`;
      });
    })
    .join("");
}

const widest = "db_connection_string_masked".length;

/** As GitHub masks it in a log, with its length to tell keys from passwords. */
const masked = (value: string): string => `*** (${value.length} characters)`;
