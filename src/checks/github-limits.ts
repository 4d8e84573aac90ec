/** Whether what the fleet hands out fits into what GitHub keeps for a repository. */

import type { SiloConfig } from "#silo/config.generated.ts";
import type { Silo } from "#silo/silo.ts";
import { desireDelivery } from "#state/delivery.ts";
import type { Check, Finding, GitHubDoor } from "./types.ts";

/** docs.github.com, actions/reference: of a repository (2026). */
const most = { secrets: 100, variables: 500 } as const;
const nearShare = 0.9;

export const githubLimits: Check = {
  name: "github-limits",
  async run({ github, silos, config }) {
    if ("closed" in github) return [];
    const { repository } = github.open;
    const targets = Map.groupBy(silos, ({ spec }) => spec.secrets.repository ?? repository);
    const each = [...targets].map(([name, own]) => counted(name, own, github.open, config));
    return (await Promise.all(each)).flat();
  },
};

async function counted(
  about: string,
  silos: readonly Silo[],
  { reads, repository }: GitHubDoor,
  config: SiloConfig,
): Promise<readonly Finding[]> {
  const place = { kind: "repository" } as const;
  const places = silos
    .flatMap((silo) => desireDelivery(silo, config, repository)?.places ?? [])
    .filter(({ label }) => label === "repository");
  const [secrets = [], variables = []] = await Promise.all([
    reads.listSecrets(about, place),
    reads.listVariables(about, place),
  ]);
  return (["secrets", "variables"] as const).map((kind) => {
    const there = (kind === "secrets" ? secrets : variables).map(({ name }) => name.toUpperCase());
    const wanted = places.flatMap((one) => one[kind].map(({ name }) => name));
    return judged(about, kind, new Set([...there, ...wanted]).size);
  });
}

function judged(about: string, kind: keyof typeof most, count: number): Finding {
  const limit = most[kind];
  const text = `${count} of ${limit} ${kind} once every silo has handed out its own`;
  if (count < limit * nearShare) return { about, verdict: "ok", text };
  const fix =
    "set `github.secrets_scope: environment` in silo.config.yml, or remove what is not needed";
  return { about, verdict: count > limit ? "failed" : "warning", text, fix };
}
