/**
 * `silo import`: apps that somebody made by hand become a silo. Shows what is there, the spec that
 * describes it, the marks, and what the apply after them would change; with --adopt writes the marks and
 * nothing else. Whatever would keep that apply from its end is said, and refused, before.
 */

import { joinPlans, planSilo, type SiloPlan } from "#engine/plan.ts";
import { type FoundService, foundText } from "#render/import-text.ts";
import { planText } from "#render/plan-text.ts";
import { styleOf } from "#render/style.ts";
import { Refused } from "#silo/errors.ts";
import { appPrefix, type SiloSlugs, siloSlug } from "#silo/names.ts";
import { asAdopted } from "#state/adopted.ts";
import { adoptionOf } from "#state/adoption.ts";
import { observedFrom, readServices } from "#state/observe.ts";
import type { ObservedSilo } from "#state/observed.ts";
import { isUp } from "#state/phase.ts";
import type { SeenService } from "#state/read-service.ts";
import type { ImportIntent } from "#state/situation.ts";
import { ownerOf } from "./owner.ts";
import { runSilos } from "./run-silos.ts";
import { specOfStack } from "./spec-of-stack.ts";
import { assertSlug, loadAll, specPath, withFile } from "./spec-to-be.ts";
import { readSpecs } from "./specs.ts";
import { withSqlFiles } from "./sql-files.ts";
import type { CommandContext, ExitCode, RunCommand, Specs } from "./types.ts";

export const run: RunCommand = async (context) => {
  const { options, files, output, clock } = context;
  const slugs = slugsOf(context);
  const slug = siloSlug(slugs);
  const connection = await context.connectFly();
  const seen = await readServices(slugs, connection.reads);
  const path = specPath(context, slugs);
  const text = files.exists(path) ? undefined : proposedSpec(context, slugs, seen);
  const beside = text === undefined ? files : withFile(files, path, text);
  const read = readSpecs({ ...context, files: beside, operands: [slug] });
  const specs = withSqlFiles({ ...context, files: beside }, read, "refuse");
  const look = lookAt(specs, seen, clock.now());
  const { plan, next, intent, observed } = look;
  const isAsked = options.has("adopt");
  const refusals = [...plan.refusals, ...(plan.steps.length > 0 ? next.refusals : [])];
  const isRunOnly = isAsked && (options.quiet || options.format === "json");
  if (!isRunOnly) show(context, { ...look, path, text, slug, isAsked });
  if (refusals.length > 0) {
    if (isAsked) {
      throw new Refused(`${slug} cannot be taken over as it is`, {
        exitCode: 4,
        fix: "what is said of its services above comes first; nothing was changed",
      });
    }
    return 4;
  }
  const isToWrite = text !== undefined && (isAsked || options.has("write-spec"));
  if (isToWrite) files.write(path, text);
  if (!isAsked) return 0;
  const looks = [{ observed, plan }];
  const exitCode: ExitCode = await runSilos(context, specs, intent, looks, connection);
  if (exitCode === 0 && !options.quiet) {
    output.note(
      `Nothing but ${isToWrite ? `${path} and marks` : "marks"} was written. \`silo plan ${slug}\`, then \`silo apply ${slug}\`\n`,
    );
  }
  return exitCode;
};

function slugsOf({ operands }: CommandContext): SiloSlugs {
  const [client, app, ...others] = operands;
  if (!client || !app || others.length > 0) {
    throw new Refused("Give the slugs of client and app", {
      exitCode: 2,
      fix: "silo import acme erp, for the apps devenv-acme-erp-*",
    });
  }
  for (const slug of [client, app]) assertSlug(slug);
  return { client, app };
}

function proposedSpec(
  context: CommandContext,
  slugs: SiloSlugs,
  seen: readonly SeenService[],
): string {
  const { client, app } = slugs;
  const orgs = seen.flatMap(({ place }) => (place.kind === "found" ? (place.org ?? []) : []));
  if (seen.every(({ place }) => place.kind === "absent")) {
    throw new Refused(
      `There is no app ${appPrefix(slugs)}-* that the tokens of FLY_API_TOKEN can see`,
      {
        exitCode: 2,
        fix: `\`silo new ${client} ${app}\` begins one that is not there yet`,
      },
    );
  }
  const org = context.options.value("org") ?? orgs[0];
  if (org === undefined) {
    throw new Refused(
      `The apps ${appPrefix(slugs)}-* are in an organisation that no token of FLY_API_TOKEN may read`,
      {
        exitCode: 4,
        fix: "add a token of that organisation; if it is somebody else's, choose other slugs",
      },
    );
  }
  const { silos } = loadAll(context, context.files);
  return specOfStack(context, slugs, { org, seen, silos });
}

interface ImportLook {
  readonly intent: ImportIntent;
  readonly observed: ObservedSilo;
  readonly found: readonly FoundService[];
  readonly plan: SiloPlan;
  /** What an apply would do after it. */
  readonly next: SiloPlan;
}

function lookAt(specs: Specs, seen: readonly SeenService[], now: number): ImportLook {
  const [silo] = specs.selected;
  if (!silo) throw new Error("One silo was chosen");
  const isRunning = seen.some(({ machines }) => machines.some(isUp));
  const intent: ImportIntent = { kind: "import", power: isRunning ? "running" : "stopped" };
  const owner = ownerOf(silo, specs);
  const observed = observedFrom(owner, seen);
  // Of values of `secret_env` it would ask a key that does not exist yet.
  const asLater = { ...owner, secretEnv: undefined };
  return {
    intent,
    observed,
    found: Object.values(observed.services).map((service) => ({
      seen: service,
      adoption: adoptionOf(silo, observed.record, service),
    })),
    plan: planSilo(owner, intent, observed, now),
    next: planSilo(asLater, { kind: "apply" }, asAdopted(owner, observed, intent, now), now),
  };
}

interface Shown extends ImportLook {
  readonly path: string;
  readonly text: string | undefined;
  readonly slug: string;
  readonly isAsked: boolean;
}

function show({ output, options }: CommandContext, shown: Shown): void {
  const { plan, next, found, path, text } = shown;
  if (options.format === "json") {
    output.write(`${JSON.stringify(documentOf(shown), null, 2)}\n`);
    return;
  }
  const write = shown.isAsked ? output.note : output.write;
  const style = styleOf(shown.isAsked ? output.noteColor : output.color);
  write(`${style.bold(shown.slug)}\n${foundText(found, style)}\n`);
  if (text !== undefined && !shown.isAsked) {
    const isWritten = options.has("write-spec");
    write(`${path}, which describes it${isWritten ? "" : "; --write-spec writes it"}:\n`);
    write(`${text.trimEnd().replace(/^/gm, "  | ")}\n`);
  }
  if (plan.refusals.length > 0) return;
  if (plan.steps.length === 0) {
    write(`Nothing is left to take over. \`silo plan ${shown.slug}\` shows what is to be done\n`);
    return;
  }
  write(`The import, by --adopt, changes this and nothing else:\n${stepsOf(plan)}\n`);
  // Whoever asks for it has seen the rest, but for what stands against it.
  if (!shown.isAsked || next.refusals.length > 0) {
    write(`An apply after it:\n${planText(joinPlans([next]), style)}\n`);
  }
  for (const note of notesOf(shown)) write(`note: ${note}\n`);
}

const stepsOf = ({ steps }: SiloPlan): string => steps.map(({ text }) => `  = ${text}\n`).join("");

function notesOf({ found, slug }: Shown): readonly string[] {
  const postgres = found.find(({ seen }) => seen.name === "postgres");
  return [
    `the apply gives ${slug} keys and passwords of its own: who uses the present ones takes the new ones, and everybody is signed out; the passwords in the data are set over the loopback of the Postgres machine`,
    ...(postgres?.adoption.kind === "adoptable"
      ? [
          "what Storage and GoTrue made while they logged in as postgres belongs to it, and they would not come up as their own roles: docs/import.md has the SQL that hands it over",
          `what Vault encrypted stays readable only with its key on the volume: before the apply, \`flyctl ssh console -a ${postgres.seen.app} -C "cp /etc/postgresql-custom/pgsodium_root.key /var/lib/postgresql/"\``,
        ]
      : []),
  ];
}

function documentOf(shown: Shown): unknown {
  const { slug, path, text, found, plan, next } = shown;
  const planned = ({ steps, refusals }: SiloPlan) => ({
    steps: steps.map(({ key, effect, text, changes }) => ({ key, effect, text, changes })),
    refusals: refusals.map(({ message, fix }) => ({ message, fix })),
  });
  return {
    silo: slug,
    file: path,
    ...(text !== undefined && { proposed_spec: text }),
    services: found.map(({ seen, adoption }) => ({
      service: seen.name,
      app: seen.app,
      standing: adoption.kind,
      machine_id: seen.machines[0]?.id ?? null,
      obstacles: adoption.kind === "blocked" ? adoption.obstacles : [],
    })),
    import: planned(plan),
    ...(plan.refusals.length === 0 && { apply_after: planned(next) }),
    notes: notesOf(shown),
  };
}
