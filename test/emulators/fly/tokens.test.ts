import { describe, expect, it } from "vitest";
import { aFly } from "./a-fly.ts";

const as = (token: string) => ({ authorization: token });

describe("tokens", () => {
  it("refuses a call without one and marks every answer with a request id", async () => {
    const { call } = aFly();
    const answer = await call("GET", "/apps?org_slug=acme", undefined, as(""));
    expect(answer.status).toBe(401);
    expect(answer.headers.get("fly-request-id")).toMatch(/^[0-9A-Z]{26}$/);
  });

  it("keeps a token to its organisations and its access", async () => {
    const { call, app } = aFly({
      tokens: [
        { token: "w", orgs: ["acme"], access: "write" },
        { token: "r", orgs: ["acme", "globex"], access: "read" },
        { token: "any", orgs: ["acme"], access: "write" },
      ],
    });
    await app("one");
    const request = { name: "two", org_slug: "globex" };
    expect((await call("POST", "/apps", request, as("Bearer w"))).status).toBe(403);
    expect((await call("GET", "/orgs/globex/machines", undefined, as("FlyV1 r"))).status).toBe(200);
    const denied = await call("DELETE", "/apps/one", undefined, as("Bearer r"));
    expect(denied).toMatchObject({ status: 403, body: { error: "unauthorized" } });
    expect((await call("GET", "/apps/one", undefined, as("Bearer unknown"))).status).toBe(401);
    const current = await call("GET", "/tokens/current", undefined, as("Bearer r"));
    expect(current.body).toMatchObject({
      tokens: [{ org_slug: "acme" }, { org_slug: "globex" }],
    });
  });

  it("says 403 for the app of another organisation and 404 for a free name", async () => {
    const { call, app } = aFly();
    await app("theirs", { org: "globex" });
    const mine = as("Bearer org:acme");
    expect((await call("GET", "/apps/theirs", undefined, mine)).status).toBe(403);
    expect((await call("GET", "/apps/free", undefined, mine)).status).toBe(404);
    const read = as("Bearer read:acme");
    expect((await call("POST", "/apps", { name: "x", org_slug: "acme" }, read)).status).toBe(403);
  });

  it("names the known organisations for a token that may act in any", async () => {
    const { call, app } = aFly({ orgs: ["globex"] });
    await app("one");
    expect((await call("GET", "/tokens/current")).body).toMatchObject({
      tokens: [{ org_slug: "globex" }, { org_slug: "acme" }],
    });
  });
});
