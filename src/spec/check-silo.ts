/** What a schema cannot say about one spec, and the silo that comes out of it. */

import { budgetFor, hoursOf, smallestFit } from "#silo/budget.ts";
import { parseInstant } from "#silo/instant.ts";
import { appName, appNameMaxLength, siloSlug } from "#silo/names.ts";
import type { Silo } from "#silo/silo.ts";
import type { SiloSpec } from "#silo/spec.generated.ts";
import type { CheckInput } from "./check-input.ts";
import { checkRecipients } from "./check-recipients.ts";
import { placeIn } from "./check-regions.ts";
import { checkServices } from "./check-services.ts";
import { type Problem, problem } from "./finding.ts";

export interface Checked {
  readonly silo: Silo;
  readonly problems: readonly Problem[];
}

export function checkSilo(input: CheckInput): Checked {
  const { file, name, spec, config, faulty } = input;
  const problems: Problem[] = [];
  const slugs = { client: spec.client_slug, app: spec.app_slug };
  const slug = siloSlug(slugs);
  if (!faulty.has("client_slug") && !faulty.has("app_slug")) checkNames(name, slug, problems);
  const placed = placeIn(spec.devenv.fly_region, config.regions);
  if (placed.problem !== undefined) problems.push(placed.problem);
  checkServices(spec.devenv.services, config.allow.registries, problems);
  checkRecipients(input, problems);
  const effective = withTimes(input, problems);
  const silo: Silo = { slug, slugs, file, region: placed.region, spec: effective };
  checkBudget(input, silo, problems);
  return { silo, problems };
}

/** What the longest app name adds to the slug of a silo. */
const appNameExtra = appName({ client: "", app: "" }, "storage").length - "-".length;

function checkNames(name: string, slug: string, problems: Problem[]): void {
  if (name.length !== slug.length + ending.length || !name.startsWith(slug)) {
    const wanted = `${slug}${ending}`;
    problems.push(
      problem(
        "FILE_NAME",
        ["client_slug"],
        `The file is named ${name}, but its slugs make it ${wanted}`,
        `Rename the file to ${wanted}, or change client_slug and app_slug`,
      ),
    );
  }
  const length = slug.length + appNameExtra;
  if (length > appNameMaxLength) {
    problems.push(
      problem(
        "APP_NAME_TOO_LONG",
        ["app_slug"],
        `The longest app name of ${slug} has ${length} characters, but Fly takes ${appNameMaxLength}`,
        `Shorten client_slug and app_slug by ${length - appNameMaxLength}`,
      ),
    );
  }
}

const ending = ".yml";

/** The spec as it holds now: a weaker mode has ended, or has switched sign-up off. */
function withTimes({ spec, now, faulty }: CheckInput, problems: Problem[]): SiloSpec {
  const { devenv } = spec;
  const expires = instantOf(devenv.expires_at, "expires_at", problems);
  if (expires !== undefined && expires <= now) {
    problems.push(
      problem(
        "EXPIRED",
        ["devenv", "expires_at"],
        `The silo expired on ${devenv.expires_at}: it is stopped, not started again, and its removal is proposed`,
        "Set a later expires_at to keep it, or remove the file",
        { severity: "warning" },
      ),
    );
  }
  const until = instantOf(devenv.rls_until, "rls_until", problems);
  if (devenv.rls_mode === "production") return spec;
  const path = ["devenv", "rls_mode"];
  if (devenv.rls_until === undefined && !faulty.has("devenv.rls_until")) {
    problems.push(
      problem(
        "RLS_UNTIL_MISSING",
        path,
        `rls_mode ${devenv.rls_mode} opens the data of the silo, but has no end`,
        "Add rls_until with a date, after which production returns",
      ),
    );
  }
  if (until !== undefined && until <= now) {
    const message = `rls_until ${devenv.rls_until} is past: row level security is back to production`;
    const fix = "Write rls_mode: production and remove rls_until, or set a later rls_until";
    problems.push(
      problem("RLS_UNTIL_PAST", ["devenv", "rls_until"], message, fix, { severity: "warning" }),
    );
    return { ...spec, devenv: { ...devenv, rls_mode: "production" } };
  }
  return { ...spec, devenv: { ...devenv, auth: { ...devenv.auth, signup: false } } };
}

function instantOf(text: string | undefined, key: string, problems: Problem[]): number | undefined {
  if (text === undefined) return undefined;
  const instant = parseInstant(text);
  if (instant === undefined) {
    const message = `${key} is ${text}, but there is no such time`;
    const fix = "Write a date, as in 2026-12-31, or a time in UTC, as in 2026-12-31T18:00:00Z";
    problems.push(problem("NO_SUCH_TIME", ["devenv", key], message, fix));
  }
  return instant;
}

function checkBudget(input: CheckInput, silo: Silo, problems: Problem[]): void {
  const own = input.spec.devenv.monthly_budget_usd;
  const budget = own ?? input.config.budgets.monthly_usd_per_silo;
  if (budget === undefined || input.monthlyCost === undefined || input.faulty.size > 0) return;
  const cost = input.monthlyCost(silo);
  if (cost <= budget) return;
  const hours = hoursOf(silo, budget);
  problems.push(
    problem(
      "BUDGET_EXCEEDED",
      ["devenv", "monthly_budget_usd"],
      `The silo costs about $${cost.toFixed(2)} a month when always awake; its budget of $${budget} is good for ${Math.max(0, Math.floor(hours))} h`,
      hours > 0
        ? `Nothing, if that is enough: then it is stopped when idle. For more: ${budgetEdits(silo, budget)}`
        : `Even asleep it costs more: ${budgetEdits(silo, budget)}`,
      { severity: hours > 0 ? "warning" : "error" },
    ),
  );
}

/** Four hours of each working day. */
const usualHours = 88;

function budgetEdits(silo: Silo, budgetUsd: number): string {
  const wanted = Math.max(usualHours, Math.floor(hoursOf(silo, budgetUsd)) + 1);
  const fit = smallestFit(silo, budgetUsd, wanted);
  const smaller = fit && `${fit.edits.join(", ")} makes it good for ${Math.floor(fit.hours)} h`;
  const raised = `monthly_budget_usd: ${budgetFor(silo, wanted)} is good for ${wanted} h`;
  return [smaller, raised].filter(Boolean).join("; ");
}
