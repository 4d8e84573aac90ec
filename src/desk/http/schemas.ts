/** Schemas of the answers that are the desk's own; those of status and context are in schemas/. */

import contextSchema from "#schemas/context.schema.json" with { type: "json" };
import statusSchema from "#schemas/status.schema.json" with { type: "json" };
import { roles } from "#silo/access.ts";

type Schema = Readonly<Record<string, unknown>>;

const text = (description: string, more: Schema = {}): Schema => ({
  type: "string",
  description,
  ...more,
});
const maybeText = (description: string): Schema => ({ type: ["string", "null"], description });
const usd = (description: string): Schema => ({ type: "number", minimum: 0, description });
const list = (items: Schema, description: string): Schema => ({
  type: "array",
  items,
  description,
});
const ref = (name: string): Schema => ({ $ref: `#/components/schemas/${name}` });
const statusPart = (name: string) => ref(`SiloStatus/properties/${name}`);

/** Every property is always there, unless it is named as optional; there is no other. */
function object(description: string, properties: Schema, optional: readonly string[] = []): Schema {
  const required = Object.keys(properties).filter((name) => !optional.includes(name));
  return { type: "object", description, additionalProperties: false, required, properties };
}

const may = list(text("An action"), "What the role of the caller may do");

const spec = object("What is wanted, in short", {
  region: text("Where it is placed"),
  fly_org: text("Organisation on Fly"),
  enabled: { type: "boolean", description: "`devenv_enabled`" },
  auto_stop_minutes: { type: "integer", description: "0: never" },
  rls_mode: text("Mode of row level security"),
  expires_at: maybeText("When it expires"),
  monthly_budget_usd: { type: ["number", "null"], description: "Budget of a month" },
  services: list(text("A service"), "The enabled ones"),
  monthly_always_on_usd: usd("A month always on"),
  monthly_stopped_usd: usd("A month stopped"),
});

const costLine = object("One part of the cost", {
  service: text("A service"),
  item: text("Machine, volume, address or stopped rootfs"),
  what: text("Its size"),
  hourly_usd: usd("An hour, while it counts"),
  monthly_usd: usd("A month of 8 hours a day"),
});

const own: Readonly<Record<string, Schema>> = {
  Problem: object(
    "Why something was not done (RFC 9457)",
    {
      type: text("Always about:blank"),
      title: text("What the status means"),
      status: { type: "integer", description: "HTTP status" },
      detail: text("What happened"),
      fix: text("What to do about it"),
    },
    ["fix"],
  ),
  Me: object("Who is asking, as the desk knows it", {
    name: text("Name in silo.config.yml"),
    role: text("Role", { enum: roles }),
    may,
    expires_at: text("When the token ends"),
  }),
  Overview: object("All silos that the caller may see", {
    at: text("When they were looked at"),
    silos: list(ref("Card"), "By name"),
  }),
  Card: object("One silo", {
    silo: text("Its slug, by which everything else takes it"),
    silo_id: text("As in the spec"),
    client: text("Slug of the client"),
    app: text("Slug of the app"),
    owner: maybeText("Who is told about it"),
    spec,
    status: ref("SiloStatus"),
    may,
  }),
  Why: object("Why a silo is up or down", {
    silo: text("Its slug"),
    phase: ref("phase"),
    why: text("One line"),
    decision: text("What would be done about its idleness"),
    reason: text("Why"),
    evidence: list(text("A sign"), "What that rests on"),
    power: statusPart("power"),
    holds: statusPart("holds"),
    degraded: statusPart("degraded"),
  }),
  Cost: object("What a silo costs, in US dollars", {
    silo: text("Its slug"),
    region: text("Where it is placed"),
    hourly_usd: usd("While it runs"),
    hourly_stopped_usd: usd("While it is stopped"),
    monthly_always_on_usd: usd("A month always on"),
    monthly_8h_usd: usd("A month of 8 hours a day"),
    monthly_stopped_usd: usd("A month stopped"),
    prices_as_of: text("Month of the price list"),
    lines: list(costLine, "What it is made of"),
  }),
  Operation: object("Something that goes on by itself", {
    id: text("Its id"),
    action: text("What was asked for", { enum: ["start", "stop", "hold", "release"] }),
    silo: text("Slug"),
    state: text("How far it is; overdue: it has not come in half an hour, so look at its run", {
      enum: ["running", "succeeded", "failed", "overdue"],
    }),
    asked_at: text("When it was asked for"),
    detail: maybeText("How it ended, in words"),
    url: text("Where to ask again"),
    run_url: maybeText("Where its run is to be seen"),
  }),
  Proposed: object("A pull request", {
    silo: text("Slug"),
    pull_request: { type: "integer", description: "Its number" },
    branch: text("Where the change is"),
    url: text("Its page"),
  }),
  Begun: object("What was begun", { operation: ref("Operation") }),
};

const inComponents = (schema: unknown): unknown =>
  JSON.parse(JSON.stringify(schema), (key, value: unknown) =>
    key === "$ref" && typeof value === "string"
      ? value.replace(/^#\/\$defs\//, "#/components/schemas/")
      : value,
  );

function withoutDefinitions({ $defs, $schema, ...schema }: Schema): Schema {
  return schema;
}

/** As one document has them: what refers to a definition refers to a component. */
export const componentSchemas: Schema = {
  ...own,
  SiloStatus: inComponents(withoutDefinitions(statusSchema)),
  Context: inComponents(withoutDefinitions(contextSchema)),
  ...(inComponents(statusSchema.$defs) as Schema),
  ...(inComponents(contextSchema.$defs) as Schema),
};
