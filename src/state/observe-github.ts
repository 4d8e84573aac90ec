/**
 * Looking at GitHub at the least cost. What a repository shows in lists of its own (its secrets, its
 * variables, the names of its environments) is asked for once, however many silos hand out in it; so
 * is what guards its branch, where something was not handed out for want of it. What is in an
 * environment takes two calls for each one: only a close look asks.
 */

import type { Withheld } from "#silo/handed-out.ts";
import type { SiloRecord } from "#silo/record.ts";
import type { GitHubReads } from "#world/github.ts";
import { whyUnguarded } from "./branch-guard.ts";
import type { DeliveryPlace, DesiredDelivery } from "./delivery.ts";
import type { Standing, StandingPlace } from "./standing.ts";

export interface GitHubLook {
  readonly standing: Standing;
  /** Why some of it still is not handed out. */
  readonly withheld: readonly string[];
}

export type LookAtGitHub = (
  delivery: DesiredDelivery,
  record: Pick<SiloRecord, "handed" | "withheld">,
  isClose: boolean,
) => Promise<GitHubLook>;

type GuardReads = Pick<GitHubReads, "repository" | "branchGuards">;

export function githubReader(github: GitHubReads): LookAtGitHub {
  const repositories = new Map<string, Promise<StandingPlace>>();
  const environments = new Map<string, Promise<ReadonlySet<string>>>();
  const facts = new Map<string, ReturnType<GuardReads["repository"]>>();
  const guards = new Map<string, ReturnType<GuardReads["branchGuards"]>>();
  const once = <T>(known: Map<string, Promise<T>>, repo: string, read: () => Promise<T>) => {
    const asked = known.get(repo) ?? read();
    known.set(repo, asked);
    return asked;
  };
  const readsOnce: GuardReads = {
    repository: (repo) => once(facts, repo, () => github.repository(repo)),
    branchGuards: (repo, branch) => once(guards, repo, () => github.branchGuards(repo, branch)),
  };
  const environmentsOf = (repository: string) =>
    once(environments, repository, async () => {
      const all = await github.listEnvironments(repository);
      return new Set(all.map((name) => name.toLowerCase()));
    });
  const readPlace = async (
    { repository }: DesiredDelivery,
    { place }: DeliveryPlace,
    isClose: boolean,
  ): Promise<StandingPlace | "absent" | undefined> => {
    if (place.kind === "repository") {
      const read = async () => (await placeOn(github, repository, { place })) ?? nothing;
      return once(repositories, repository, read);
    }
    if (isClose) return (await placeOn(github, repository, { place })) ?? "absent";
    const names = await environmentsOf(repository);
    return names.has(place.environment.toLowerCase()) ? undefined : "absent";
  };
  const whyStillWithheld: WhyWithheld = async (delivery, place, reason) => {
    const { repository } = delivery;
    const open = await whyOpen(readsOnce, delivery, place);
    if (open !== undefined || reason !== "no-environments") return open;
    // A private one shows the same for a plan that has none and for one of which none was made yet.
    const { isPrivate } = await readsOnce.repository(repository);
    const isSure = !isPrivate || (await environmentsOf(repository)).size > 0;
    return isSure ? undefined : noEnvironments(repository);
  };
  return async (delivery, record, isClose) => {
    const withheld = new Set<string>();
    const standing = new Map<string, StandingPlace | "absent" | "ready">();
    const look = async (place: DeliveryPlace) => {
      if (record.handed[place.id] !== undefined) return readPlace(delivery, place, isClose);
      const reason = await whyStillWithheld(delivery, place, record.withheld[place.id]);
      if (reason !== undefined) withheld.add(reason);
      return reason === undefined ? "ready" : undefined;
    };
    await Promise.all(
      delivery.places.map(async (place) => {
        const seen = await look(place);
        if (seen !== undefined) standing.set(place.label, seen);
      }),
    );
    return { standing, withheld: [...withheld] };
  };
}

type WhyWithheld = (
  delivery: DesiredDelivery,
  place: DeliveryPlace,
  reason: Withheld | undefined,
) => Promise<string | undefined>;

/** Sensitive rows are for a branch that code owners guard. */
export async function whyOpen(
  github: GuardReads,
  { repository, allowUnprotected, guardedPaths }: DesiredDelivery,
  { isSensitive }: DeliveryPlace,
): Promise<string | undefined> {
  if (!isSensitive || allowUnprotected) return undefined;
  const { defaultBranch } = await github.repository(repository);
  const guards = await github.branchGuards(repository, defaultBranch);
  const unguarded = whyUnguarded({ repository, branch: defaultBranch }, guards, guardedPaths);
  return unguarded && `${unguarded.problem}; ${unguarded.fix}`;
}

export const noEnvironments = (repository: string): string =>
  `${repository} has no environments on its plan; once it has, \`silo doctor --setup\` makes those of the manager`;

const nothing: StandingPlace = { secrets: new Map(), variables: new Map() };

/** `undefined` for an environment that is not there. */
export async function placeOn(
  github: GitHubReads,
  repository: string,
  { place }: Pick<DeliveryPlace, "place">,
): Promise<StandingPlace | undefined> {
  const [secrets, variables] = await Promise.all([
    github.listSecrets(repository, place),
    github.listVariables(repository, place),
  ]);
  if (!secrets || !variables) return undefined;
  return {
    secrets: new Map(secrets.map(({ name, updatedAt }) => [name, updatedAt])),
    variables: new Map(variables.map(({ name, value }) => [name, value])),
  };
}
