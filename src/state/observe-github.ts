/**
 * Looking at GitHub at the least cost. What a repository shows in lists of its own (its secrets, its
 * variables, the names of its environments) is asked for once, however many silos hand out in it.
 * What is in an environment takes two calls for each one: only a close look asks.
 */

import type { GitHubReads } from "#world/github.ts";
import type { DeliveryPlace, DesiredDelivery } from "./delivery.ts";
import type { Standing, StandingPlace } from "./standing.ts";

export type ReadStanding = (delivery: DesiredDelivery, isClose: boolean) => Promise<Standing>;

export function standingReader(github: GitHubReads): ReadStanding {
  const repositories = new Map<string, Promise<StandingPlace>>();
  const environments = new Map<string, Promise<ReadonlySet<string>>>();
  const once = <T>(known: Map<string, Promise<T>>, repo: string, read: () => Promise<T>) => {
    const asked = known.get(repo) ?? read();
    known.set(repo, asked);
    return asked;
  };
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
    const names = await once(environments, repository, async () => {
      const all = await github.listEnvironments(repository);
      return new Set(all.map((name) => name.toLowerCase()));
    });
    return names.has(place.environment.toLowerCase()) ? undefined : "absent";
  };
  return async (delivery, isClose) => {
    const read = delivery.places.map(async (place) => {
      const seen = await readPlace(delivery, place, isClose);
      return seen === undefined ? [] : [[place.label, seen] as const];
    });
    return new Map((await Promise.all(read)).flat());
  };
}

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
