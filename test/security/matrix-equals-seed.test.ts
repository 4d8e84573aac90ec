/** Our access matrix and lifecycle against those of the original; what differs has been approved. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { grantOf, mayDo, phases, roles } from "#silo/access.ts";
import type { SiloConfig } from "#silo/config.generated.ts";
import { serviceNames } from "#silo/names.ts";
import { desireDelivery } from "#state/delivery.ts";
import type { ObservedSilo } from "#state/observed.ts";
import { failingServices, phaseOf } from "#state/phase.ts";
import { statusOf } from "#state/status.ts";
import { aMachine, anObserved, aRecord } from "../state/an-observed.ts";
import { aSilo } from "../support/a-silo.ts";

/** What is ours and was not the original's (`+`), or the reverse (`-`). */
const approved: Readonly<Record<string, RegExp>> = {
  "access follows the phase, and `failed` is no phase": /^- phase failed/,
  "while it runs everybody has what the matrix says, which for clientele is nothing":
    /^- running: clientele has access$/,
  "the orchestrator reads as a worker does":
    /^\+ running: dev-orchestrator sees (supabase_url|supabase_anon_key|silo_preview_url)$/,
  "the orchestrator reads the status, starts and holds":
    /^\+ dev-orchestrator may (status|start|hold)$/,
  "the auditor's string has its password masked":
    /^[-+] (running|degraded): security-auditor sees db_connection_string(_masked)?$/,
  "the auditor's string is kept as a variable, in an environment of its own":
    /^\+ db_connection_string_masked is kept as a variable of the environment of security-auditor$/,
  "the service key is kept, too, in a protected environment":
    /^\+ supabase_service_role_key is kept as a secret of the environment of devops$/,
  "what only some may have is kept in an environment, where no other writer reads it":
    /^(- (?!supabase_anon_key )\w+ is kept as a secret of the repository|\+ \w+ is kept as a (secret|variable) of the environment of devops)$/,
  "URLs are variables: as secrets they would be masked out of logs and links":
    /^\+ (supabase_url|silo_preview_url) is kept as a variable of the repository$/,
  "degraded needs two failures": /^[-+] degraded after (one look|two looks)$/,
  "a silo works without its Studio": /^- degraded by studio$/,
};

type Facts = ReadonlySet<string>;

const seed = readFileSync(join(import.meta.dirname, "seed-matrix.md"), "utf8");

function rowsUnder(title: string): readonly (readonly string[])[] {
  const [, section = ""] = seed.split(`## ${title}\n`);
  const [table = ""] = section.split("\n## ");
  const rows = table.split("\n").filter((line) => line.startsWith("| "));
  return rows.slice(2).map((line) =>
    line
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

/** The names that a sentence of the fixture lists. */
const listed = (pattern: RegExp): readonly string[] =>
  (pattern.exec(seed.replaceAll("\n", " "))?.[1] ?? "").split(/,| and /).map((name) => name.trim());
const all = listed(/"All" is ([^.]*)\./);
const urls = listed(/"URLs" are ([^.]*)\./);

function seedFacts(): Facts {
  const matrix = new Map(
    rowsUnder("Access matrix").map(([role = "", sees = "", keptIn = "", may = ""]) => {
      const shown = sees === "all" ? all : sees === "nothing" ? [] : sees.split(", ");
      return [role, { shown, keptIn, may }] as const;
    }),
  );
  const ofPhases = rowsUnder("Lifecycle").flatMap(([phase = "", silo, devenv, who = ""]) => {
    const [names = "", rest] = who.split(": ");
    const having = names === "all agents" ? [...roles] : roles.filter((one) => names.includes(one));
    return [
      `phase ${phase}: ${silo}, ${devenv}`,
      ...having.map((role) => `${phase}: ${role} has access`),
      ...having.flatMap((role) =>
        (rest === "URLs only" ? urls : (matrix.get(role)?.shown ?? [])).map(
          (field) => `${phase}: ${role} sees ${field}`,
        ),
      ),
      ...(rest === "flagged unsafe" ? having.map((role) => `${phase}: ${role} is warned`) : []),
    ];
  });
  const kept = [...matrix.values()].flatMap(({ shown, keptIn }) =>
    keptIn.startsWith("repository secrets")
      ? shown
          .filter((field) => !keptIn.includes(`${field} nowhere`))
          .map((field) => `${field} is kept as a secret of the repository`)
      : [],
  );
  const isAnyService = seed.includes("as soon as any of its services is not healthy");
  const degrading = isAnyService
    ? ["degraded after one look", ...serviceNames.map((name) => `degraded by ${name}`)]
    : [];
  return new Set([...ofPhases, ...kept, ...degrading]);
}

const silo = aSilo();

function ourFacts(): Facts {
  const ofPhases = phases.flatMap((phase) =>
    roles.flatMap((role) => {
      const grant = grantOf(phase, role);
      if (grant.fields.length === 0) return [];
      return [
        `${phase}: ${role} has access`,
        ...grant.fields.map((field) => `${phase}: ${role} sees ${field}`),
        ...(grant.unsafe ? [`${phase}: ${role} is warned`] : []),
      ];
    }),
  );
  const config = { github: { secrets_scope: "repository", allow_unprotected: false } };
  const delivery = desireDelivery(silo, config as SiloConfig, "somtech/silos");
  const kept = (delivery?.places ?? []).flatMap(({ label, secrets, variables }) => {
    const role = label.replace("silo-acme-erp-", "");
    const where = label === "repository" ? "the repository" : `the environment of ${role}`;
    return [
      ...secrets.map(({ field }) => `${field} is kept as a secret of ${where}`),
      ...variables.map(({ field }) => `${field} is kept as a variable of ${where}`),
    ];
  });
  const operations = ["status", "start", "hold", "stop", "restart", "rotate", "psql", "logs"];
  const orchestrator = operations
    .filter((action) => mayDo("dev-orchestrator", action))
    .map((action) => `dev-orchestrator may ${action}`);
  return new Set([
    ...phaseWords(),
    ...ofPhases,
    ...kept,
    ...orchestrator,
    degradedAfter(),
    ...degradedBy(),
  ]);
}

/** The status words of each phase, from a silo that is in it. */
function phaseWords(): readonly string[] {
  const started = allMachines("started");
  const stopped = aRecord({ power: { desired: "stopped", by: "dispatch", reason: "", at: "" } });
  const examples = [
    anObserved(silo, started, aRecord({ phase: "provisioning" })),
    anObserved(silo, started, aRecord()),
    afterTwoLooks(anObserved(silo, allMachines("stopped"), aRecord())),
    anObserved(silo, started, stopped),
    anObserved(silo, allMachines("stopped"), stopped),
    anObserved(silo, started, aRecord({ phase: "destroying" })),
  ];
  return examples.map((observed) => {
    const { overall_status, silo: state, devenv } = statusOf(silo, observed, { now: 0 });
    return `phase ${overall_status}: ${state.silo_status}, ${devenv.devenv_status}`;
  });
}

const allMachines = (state: string) =>
  Object.fromEntries(serviceNames.map((name) => [name, { machines: [aMachine({ state })] }]));

function degradedAfter(): string {
  const once = anObserved(silo, allMachines("stopped"), aRecord());
  return phaseOf(once) === "degraded" ? "degraded after one look" : "degraded after two looks";
}

const afterTwoLooks = (observed: ObservedSilo): ObservedSilo => ({
  ...observed,
  failedTwice: failingServices(observed),
});

const degradedBy = (): readonly string[] =>
  serviceNames
    .filter((name) => {
      const services = { ...allMachines("started"), [name]: { machines: [] } };
      return phaseOf(afterTwoLooks(anObserved(silo, services, aRecord()))) === "degraded";
    })
    .map((name) => `degraded by ${name}`);

function differences(then: Facts, now: Facts): readonly string[] {
  return [
    ...[...then].filter((fact) => !now.has(fact)).map((fact) => `- ${fact}`),
    ...[...now].filter((fact) => !then.has(fact)).map((fact) => `+ ${fact}`),
  ];
}

test("matrix-equals-seed, but for what was approved", () => {
  const found = differences(seedFacts(), ourFacts());
  const patterns = Object.entries(approved);
  const unapproved = found.filter((line) => !patterns.some(([, pattern]) => pattern.test(line)));
  expect(unapproved).toEqual([]);
  // An approval of nothing would approve what comes later.
  const unused = patterns.filter(([, pattern]) => !found.some((line) => pattern.test(line)));
  expect(unused.map(([text]) => text)).toEqual([]);
});

test("a fact more or less, on either side, is found", () => {
  const [then, now] = [seedFacts(), ourFacts()];
  expect(then.size).toBeGreaterThan(40);
  const patterns = Object.values(approved);
  const isApproved = (line: string) => patterns.some((pattern) => pattern.test(line));
  for (const fact of then) {
    if (!now.has(fact)) continue;
    const less = new Set([...now].filter((one) => one !== fact));
    expect(differences(then, less).filter((line) => !isApproved(line))).toEqual(
      isApproved(`- ${fact}`) ? [] : [`- ${fact}`],
    );
  }
  const more = new Set([...now, "running: clientele sees supabase_url"]);
  expect(differences(then, more).filter((line) => !isApproved(line))).toHaveLength(1);
});
