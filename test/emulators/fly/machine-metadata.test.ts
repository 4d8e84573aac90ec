import { describe, expect, it } from "vitest";
import { aFly } from "./a-fly.ts";

const withMetadata = async () => {
  const cloud = aFly();
  await cloud.app("one");
  const { id } = await cloud.machine("one", { config: { metadata: { a: "1", b: "2" } } });
  return { ...cloud, id, path: `/apps/one/machines/${id}/metadata` };
};

describe("metadata", () => {
  it("is merged, and null or empty removes, without a new version or a boot", async () => {
    const { call, path, get, id, inside } = await withMetadata();
    const { version } = await get("one", id);
    const patch = { metadata: { a: null, b: "", c: "3" }, machine_version: version };
    expect((await call("PATCH", path, patch)).status).toBe(204);
    expect((await call("GET", path)).body).toEqual({ c: "3" });
    expect(await get("one", id)).toMatchObject({ version, config: { metadata: { c: "3" } } });
    expect(inside.boots).toHaveLength(1);
  });

  it("is merged by PUT as well, which is deprecated", async () => {
    const { call, path } = await withMetadata();
    await call("PUT", path, { metadata: { c: "3" } });
    expect((await call("GET", path)).body).toEqual({ a: "1", b: "2", c: "3" });
  });

  it("refuses a patch for another version", async () => {
    const { call, path } = await withMetadata();
    const patch = { metadata: { a: "9" }, machine_version: "01OLD" };
    expect((await call("PATCH", path, patch)).status).toBe(412);
    expect((await call("GET", path)).body).toMatchObject({ a: "1" });
  });

  it("can be read and written key by key", async () => {
    const { call, path } = await withMetadata();
    expect((await call("POST", `${path}/c`, { value: "3" })).status).toBe(204);
    expect((await call("GET", `${path}/c`)).body).toEqual({ value: "3" });
    expect((await call("DELETE", `${path}/c`)).status).toBe(204);
    expect((await call("GET", `${path}/c`)).status).toBe(404);
  });
});
