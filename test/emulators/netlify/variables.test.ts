import { describe, expect, it } from "vitest";
import { aNetlify, ofBranch, site, type Variable } from "./a-netlify.ts";

const key = "VITE_SUPABASE_ANON_KEY";
const aVariable = (more: Record<string, unknown> = {}) => ({
  key,
  values: [ofBranch("one")],
  ...more,
});

describe("a variable of a site", () => {
  it("is made once", async () => {
    const { call, env } = aNetlify();
    const { status, body } = await call<Variable[]>("POST", await env(), [aVariable()]);
    expect(status).toBe(201);
    expect(body).toMatchObject([{ key, values: [ofBranch("one")], is_secret: false }]);
    const again = await call("POST", await env(), [aVariable({ values: [ofBranch("two")] })]);
    expect(again.status).toBe(409);
    const kept = await call<Variable>("GET", await env(`/${key}`));
    expect(kept.body.values.map(({ value }) => value)).toEqual(["one"]);
  });

  it("is made together with others or not at all", async () => {
    const { call, env } = aNetlify();
    await call("POST", await env(), [aVariable()]);
    expect(
      (await call("POST", await env(), [aVariable({ key: "OTHER" }), aVariable()])).status,
    ).toBe(409);
    expect((await call<Variable[]>("GET", await env())).body.map((row) => row.key)).toEqual([key]);
  });

  it("gets one value by PATCH, which leaves the others and the id of its own", async () => {
    const { call, env } = aNetlify();
    const values = [ofBranch("one"), { context: "production", value: "live" }];
    const made = await call<Variable[]>("POST", await env(), [aVariable({ values })]);
    const [before] = made.body[0]?.values ?? [];
    const changed = await call<Variable>("PATCH", await env(`/${key}`), ofBranch("two"));
    expect(changed.status).toBe(201);
    expect(changed.body.values).toMatchObject([{ ...ofBranch("two"), id: before?.id }, values[1]]);
    const added = await call<Variable>("PATCH", await env(`/${key}`), ofBranch("x", "dev-1"));
    expect(added.body.values.map(({ value }) => value)).toEqual(["two", "live", "x"]);
    expect((await call("PATCH", await env("/NOT_THERE"), ofBranch("x"))).status).toBe(404);
  });

  it("loses all its values to a PUT", async () => {
    const { call, env } = aNetlify();
    await call("POST", await env(), [aVariable()]);
    const values = [{ context: "production", value: "live" }];
    const { status, body } = await call<Variable>(
      "PUT",
      await env(`/${key}`),
      aVariable({ values }),
    );
    expect(status).toBe(200);
    expect(body.values).toMatchObject(values);
    expect(body.values).toHaveLength(1);
  });

  it("is empty when its last value was deleted, and gone when it was", async () => {
    const { call, env } = aNetlify();
    const made = await call<Variable[]>("POST", await env(), [aVariable()]);
    const id = made.body[0]?.values[0]?.id;
    expect((await call("DELETE", await env(`/${key}/value/${id}`))).status).toBe(204);
    expect((await call("DELETE", await env(`/${key}/value/${id}`))).status).toBe(404);
    expect((await call<Variable>("GET", await env(`/${key}`))).body.values).toEqual([]);
    expect((await call("DELETE", await env(`/${key}`))).status).toBe(204);
    expect((await call("GET", await env(`/${key}`))).status).toBe(404);
  });

  it("is listed by context and scope", async () => {
    const { call, env } = aNetlify();
    const production = [{ context: "production", value: "live" }, ofBranch("one")];
    await call("POST", await env(), [
      aVariable({ key: "A", values: production }),
      aVariable({ key: "B" }),
      aVariable({ key: "C", values: [{ context: "all", value: "any" }] }),
    ]);
    const found = await call<Variable[]>("GET", `${await env()}&context_name=production`);
    expect(found.body.map((row) => [row.key, row.values.length])).toEqual([
      ["A", 1],
      ["C", 1],
    ]);
    expect((await call<Variable[]>("GET", `${await env()}&scope=builds`)).body).toHaveLength(3);
    const { raw } = aNetlify();
    expect((await raw("GET", "/accounts/acme/env?context_name=branch")).status).toBe(422);
  });
});

it("acts on the whole team where the call names no site", async () => {
  const { call, env, emulator } = aNetlify();
  await call("POST", await env(), [aVariable()]);
  await call("POST", "/accounts/acme/env", [aVariable({ values: [ofBranch("team")] })]);
  const valuesOf = (site?: string) =>
    emulator.control
      .variables("acme", site)
      .flatMap(({ values }) => values.map((row) => row.value));
  expect(valuesOf()).toEqual(["team"]);
  expect(valuesOf(site)).toEqual(["one"]);
  await call("DELETE", `/accounts/acme/env/${key}`);
  expect(valuesOf()).toEqual([]);
  expect(valuesOf(site)).toEqual(["one"]);
});

it("takes a team by id as well, and no site of another", async () => {
  const teams = [
    { slug: "acme", sites: [{ name: site }] },
    { slug: "globex", sites: [{ name: "shop" }] },
  ];
  const { call, siteId } = aNetlify({ teams });
  const { body } = await call("GET", "/accounts/acme");
  expect((await call("GET", `/accounts/${body.id}/env?site_id=${await siteId()}`)).status).toBe(
    200,
  );
  expect((await call("GET", `/accounts/acme/env?site_id=${await siteId("shop")}`)).status).toBe(
    404,
  );
});

describe("scopes", () => {
  const scopes = ["builds", "post-processing"];

  it("cost money", async () => {
    const { call, env } = aNetlify();
    const { status, body } = await call("POST", await env(), [aVariable({ scopes })]);
    expect(status).toBe(403);
    expect(body.message).toBe("Upgrade your Netlify account to set specific scopes");
  });

  it("are spelt differently in answers", async () => {
    const { call, env } = aNetlify({
      teams: [{ slug: "acme", plan: "pro", sites: [{ name: site }] }],
    });
    const { body } = await call<Variable[]>("POST", await env(), [aVariable({ scopes })]);
    expect(body[0]?.scopes).toEqual(["builds", "post_processing"]);
  });
});

describe("a secret", () => {
  const scopes = ["builds", "functions", "runtime"];
  const aSecret = (more: Record<string, unknown> = {}) =>
    aVariable({ is_secret: true, scopes, ...more });

  it("is not readable afterwards, and still there for builds", async () => {
    const { call, env, build, emulator } = aNetlify();
    expect((await call("POST", await env(), [aSecret()])).status).toBe(201);
    const { body } = await call<Variable>("GET", await env(`/${key}`));
    expect(JSON.stringify(body)).not.toContain("one");
    await build();
    expect(emulator.control.builtWith(site, "prod")).toEqual({ [key]: "one" });
  });

  it.each([
    ["without its scopes", aSecret({ scopes: undefined })],
    ["for all contexts", aSecret({ values: [{ context: "all", value: "x" }] })],
    ["for a developer's machine", aSecret({ values: [{ context: "dev", value: "x" }] })],
  ])("is refused %s", async (_what, variable) => {
    const { call, env } = aNetlify();
    expect((await call("POST", await env(), [variable])).status).toBe(422);
  });

  it("keeps its rules when a value is set", async () => {
    const { call, env } = aNetlify();
    await call("POST", await env(), [aSecret()]);
    const open = { context: "dev", value: "x" };
    expect((await call("PATCH", await env(`/${key}`), open)).status).toBe(422);
    expect((await call("PATCH", await env(`/${key}`), { ...open, value: "" })).status).toBe(201);
  });
});

it.each([
  ["a context that does not exist", { context: "staging", value: "x" }],
  ["a branch without its name", { context: "branch", value: "x" }],
  ["no value", { context: "production" }],
])("refuses %s", async (_what, value) => {
  const { raw, env } = aNetlify();
  expect((await raw("POST", await env(), [aVariable({ values: [value] })])).status).toBe(422);
});
