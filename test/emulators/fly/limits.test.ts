import { describe, expect, it } from "vitest";
import { aFly } from "./a-fly.ts";

const documented = { limits: "documented" } as const;

const statuses = async (count: number, call: () => Promise<{ status: number }>) => {
  const seen: number[] = [];
  for (let index = 0; index < count; index++) seen.push((await call()).status);
  return seen;
};

describe("limits", () => {
  it("allow three calls of an action on an app at once and one a second after", async () => {
    const { app, call, clock } = aFly(documented);
    await app("one");
    await app("two");
    const list = () => call("GET", "/apps/one/machines");
    expect(await statuses(4, list)).toEqual([200, 200, 200, 429]);
    expect((await call("GET", "/apps/two/machines")).status).toBe(200);
    expect((await call("GET", "/apps/one/volumes")).status).toBe(200);
    clock.advance(1_000);
    expect(await statuses(2, list)).toEqual([200, 429]);
    clock.advance(60_000);
    expect(await statuses(4, list)).toEqual([200, 200, 200, 429]);
  });

  it("count by machine where the call names one, and allow more reads of it", async () => {
    const { app, machine, call } = aFly(documented);
    await app("one");
    const { id: a } = await machine("one", { name: "a" });
    const { id: b } = await machine("one", { name: "b" });
    const cordon = (id: string) => () => call("POST", `/apps/one/machines/${id}/cordon`);
    expect(await statuses(4, cordon(a))).toEqual([200, 200, 200, 429]);
    expect(await statuses(1, cordon(b))).toEqual([200]);
    const reads = await statuses(11, () => call("GET", `/apps/one/machines/${a}`));
    expect(reads).toEqual([...Array(10).fill(200), 429]);
  });

  it.each([
    ["app", [201, 201, 201, 201]],
    ["org", [201, 201, 201, 429]],
  ] as const)("count app creation by %s as told", async (appCreateLimit, expected) => {
    const { call } = aFly({ ...documented, appCreateLimit });
    let index = 0;
    const create = () => call("POST", "/apps", { name: `app-${index++}`, org_slug: "acme" });
    expect(await statuses(4, create)).toEqual(expected);
  });

  it("allow a hundred app deletions a minute", async () => {
    const { app, call } = aFly(documented);
    for (let index = 0; index <= 100; index++) await app(`app-${index}`);
    let index = 0;
    const remove = () => call("DELETE", `/apps/app-${index++}`);
    expect(await statuses(101, remove)).toEqual([...Array(100).fill(202), 429]);
  });

  it("do not count org-wide lists, whose limit is not documented", async () => {
    const { call } = aFly(documented);
    const list = () => call("GET", "/orgs/acme/machines");
    expect(await statuses(20, list)).toEqual(Array(20).fill(200));
  });
});
