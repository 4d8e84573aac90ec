import { describe, expect, it } from "vitest";
import { renderTemplate } from "#emulators/workloads/kong-template.ts";

const official =
  "$((headers.authorization ~= nil and headers.authorization:sub(1, 10) ~= 'Bearer sb_' and headers.authorization) or (headers.apikey == 'sb_secret_x' and 'Bearer service') or (headers.apikey == 'sb_publishable_x' and 'Bearer anon') or headers.apikey)";

const render = (template: string, headers: Record<string, string>) =>
  renderTemplate(template, { headers: new Headers(headers), query: new URLSearchParams("a=1") });

describe("the templates of request-transformer", () => {
  it.each([
    [{ authorization: "Bearer mine", apikey: "k" }, "Bearer mine"],
    [{ authorization: "Bearer sb_secret_x", apikey: "sb_secret_x" }, "Bearer service"],
    [{ apikey: "sb_publishable_x" }, "Bearer anon"],
    [{ apikey: "legacy" }, "legacy"],
    [{}, undefined],
  ])("read the official one with %j as %s", (headers, value) => {
    expect(render(official, headers)).toBe(value);
  });

  it("join text around and inside, and read the query", () => {
    expect(render("a $(headers.x) b", { x: "1" })).toBe("a 1 b");
    expect(render("$('p' .. headers['x'] .. query_params.a)", { x: "-" })).toBe("p-1");
    expect(render("$(not headers.x and 'none' or 'some')", {})).toBe("none");
  });

  it("refuse what they do not know", () => {
    expect(() => render("$(os.execute('x'))", {})).toThrow("Unknown name os");
  });
});
