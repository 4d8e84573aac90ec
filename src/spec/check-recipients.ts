/** Who would get something of a silo: organisation, repository and site against the allow-lists. */

import type { CheckInput } from "./check-input.ts";
import { type Path, type Problem, problem } from "./finding.ts";

export function checkRecipients(
  { spec, config, repository: home, faulty }: CheckInput,
  problems: Problem[],
): void {
  const { orgs, sites, repositories } = config.allow;
  const org = spec.devenv.fly_org;
  const isReported = faulty.has("devenv.fly_org") || faulty.has("devenv");
  if (org === undefined && !isReported) problems.push(noOrg);
  if (org !== undefined && orgs !== undefined && !orgs.includes(org)) {
    problems.push(refused("ORG", ["devenv", "fly_org"], `The Fly organisation ${org}`, "orgs"));
  }
  const repository = spec.secrets.repository;
  const allowed = repositories ?? ofSameOwner(home);
  if (repository !== undefined && allowed?.some((each) => matches(repository, each)) === false) {
    const what = `The repository ${repository}`;
    problems.push(refused("REPOSITORY", ["secrets", "repository"], what, "repositories"));
  }
  const site = spec.netlify?.site;
  if (site !== undefined && sites?.some((each) => matches(site, each)) === false) {
    problems.push(refused("SITE", ["netlify", "site"], `The Netlify site ${site}`, "sites"));
  }
}

const noOrg = problem(
  "MISSING_KEY",
  ["devenv"],
  "devenv has no fly_org",
  "Add it, for example `fly_org: acme-erp`, here or under defaults.devenv in silo.config.yml",
  { at: "key" },
);

const refused = (code: string, path: Path, what: string, key: string): Problem =>
  problem(
    `${code}_NOT_ALLOWED`,
    path,
    `${what} is not on the allow-list`,
    `Use one that is, or add it to allow.${key} in silo.config.yml`,
  );

const ofSameOwner = (home: string | undefined): readonly string[] | undefined =>
  home === undefined ? undefined : [`${home.split("/")[0]}/*`];

/** Whether `name` fits `pattern`, in which `*` stands for any text; GitHub ignores case. */
function matches(name: string, pattern: string): boolean {
  const source = pattern.split("*").map(literal).join(".*");
  return new RegExp(`^${source}$`, "i").test(name);
}

const literal = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
