/** What is ours, by class, with the equation written out. */

import { plainText } from "#silo/plain-text.ts";
import type { Leftover } from "#state/github-leftovers.ts";
import type { Inventory, OwnedStack, StackClass } from "#state/inventory.ts";
import { usd } from "./plan-words.ts";
import type { Style } from "./style.ts";
import { table } from "./table.ts";

const stackClasses: readonly StackClass[] = ["desired", "stopped", "protected", "orphan"];

/** Nothing is there that is nobody's. */
export const isClean = ({ stacks, unaccounted }: Inventory, leftovers: readonly Leftover[]) =>
  leftovers.length + unaccounted.length === 0 && stacks.every((stack) => stack.class !== "orphan");

export function inventoryText(
  { stacks, missing, unaccounted }: Inventory,
  leftovers: readonly Leftover[],
  style: Style,
): string {
  const rows = [...stacks]
    .sort((a, b) => stackClasses.indexOf(a.class) - stackClasses.indexOf(b.class))
    .map((stack) => [
      stack.prefix,
      stack.class,
      plainText(stack.org),
      String(stack.apps),
      String(stack.machines),
      stack.volumes > 0 ? `${stack.volumes} (${stack.volumeGb} GB)` : "0",
      usd(stack.monthlyUsd),
    ]);
  const blocks = [
    rows.length > 0
      ? table(
          ["stack", "class", "organisation", "apps", "machines", "volumes", "a month"],
          rows,
          3,
          style,
        )
      : "",
    equation(stacks),
    list(
      "Without a spec",
      stacks
        .filter((stack) => stack.class === "orphan" || stack.class === "protected")
        .map(
          ({ prefix, why, since }) =>
            `${prefix}: ${why}${since ? `; since ${since.slice(0, 10)}` : ""}`,
        ),
    ),
    masterKeys(stacks),
    list(
      "New keys that not all of it has followed yet",
      stacks.flatMap(({ prefix, pendingGeneration, class: where }) =>
        pendingGeneration === undefined
          ? []
          : `${prefix}: generation ${pendingGeneration}${where === "stopped" ? ", at its next start" : ""}`,
      ),
    ),
    list("In a spec, and not there", missing),
    list("Left on GitHub, of no silo", leftovers.map(leftoverText)),
    list(style.red("It does not add up"), unaccounted),
  ];
  return `${blocks.filter((block) => block !== "").join("\n\n")}\n`;
}

/** `owned 5 = desired 3 + stopped 1 + protected 0 + orphans 1`, then in dollars. */
function equation(stacks: readonly OwnedStack[]): string {
  const sides = stackClasses.map((name) => {
    const members = stacks.filter((stack) => stack.class === name);
    return { title: name === "orphan" ? "orphans" : name, members, usd: sumUsd(members) };
  });
  const counts = sides.map(({ title, members }) => `${title} ${members.length}`).join(" + ");
  const amounts = sides.map((side) => usd(side.usd)).join(" + ");
  return [
    `owned ${stacks.length} = ${counts}`,
    `${usd(sumUsd(stacks))} a month as it is now = ${amounts}`,
  ].join("\n");
}

/** Told while silos are moved from one to another; one for all goes without saying. */
function masterKeys(stacks: readonly OwnedStack[]): string {
  const byKey = Map.groupBy(
    stacks.filter(({ keyId }) => keyId !== undefined),
    ({ keyId }) => keyId,
  );
  if (byKey.size < 2) return "";
  return list(
    "Master keys",
    [...byKey].map(([keyId, of]) => `${keyId}: ${of.map(({ prefix }) => prefix).join(", ")}`),
  );
}

const sumUsd = (stacks: readonly OwnedStack[]): number =>
  stacks.reduce((sum, { monthlyUsd }) => sum + monthlyUsd, 0);

function leftoverText({ kind, repository, name }: Leftover): string {
  const remove =
    kind === "environment"
      ? `gh api -X DELETE repos/${repository}/environments/${name}`
      : `gh ${kind} delete ${name} -R ${repository}`;
  return plainText(`${kind} ${name}: ${remove}`);
}

const list = (title: string, lines: readonly string[]): string =>
  lines.length === 0
    ? ""
    : [`${title} (${lines.length}):`, ...lines.map((line) => `  ${plainText(line)}`)].join("\n");

export function inventoryJson(inventory: Inventory, leftovers: readonly Leftover[]): string {
  const { stacks, missing, unaccounted } = inventory;
  const totals = Object.fromEntries(
    stackClasses.map((name) => {
      const members = stacks.filter((stack) => stack.class === name);
      return [name, { stacks: members.length, monthly_usd: sumUsd(members) }];
    }),
  );
  const document = {
    owned: { stacks: stacks.length, monthly_usd: sumUsd(stacks) },
    ...totals,
    stacks: stacks.map(
      ({ siloId, volumeGb, monthlyUsd, since, keyId, pendingGeneration, ...stack }) => ({
        ...stack,
        silo_id: siloId ?? null,
        volume_gb: volumeGb,
        monthly_usd: monthlyUsd,
        since: since ?? null,
        key_id: keyId ?? null,
        pending_generation: pendingGeneration ?? null,
      }),
    ),
    missing,
    leftovers,
    unaccounted,
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}
