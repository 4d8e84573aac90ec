/** A chat command: done for whom the role map allows, refused to a stranger, answered once. */

import { afterAll, expect, test } from "vitest";
import { aWorkshop, repository, secrets } from "../support/a-workshop.ts";
import { specText } from "../support/spec-text.ts";
import { stable } from "../support/stable.ts";
import { comment, dispatch, pullRequest } from "../support/trigger-events.ts";

const shop = await aWorkshop({
  files: {
    "silos/acme-erp.yml": specText(),
    "silo.config.yml":
      'chat: { roles: { devops: [admin], dev-worker: [write] } }\ndesk: { actor: "silo-desk[bot]" }\n',
    ".github/workflows/silo-operate.yml": "on: workflow_dispatch\n",
  },
  github: {
    collaborators: { ana: "write", otto: "admin" },
    pulls: [
      {
        title: "Add acme-crm",
        head: "crm",
        files: { "silos/acme-crm.yml": specText({ app: "crm" }) },
      },
    ],
  },
});
afterAll(() => shop.close());

async function says(
  login: string,
  body: string,
  how: { action?: string; type?: string; id?: number } = {},
) {
  const { github } = shop;
  const id = github.comment(repository, 1, { login, body });
  const by = { login, id: how.id ?? github.userId(login), ...(how.type && { type: how.type }) };
  const before = github.comments(repository, 1).length;
  const started = github.dispatches(repository).length;
  const run = await shop.job({
    event: comment(github, { id, body, by }, how.action),
    checkout: "main",
    with: { command: "chat" },
  });
  return {
    run,
    id,
    answers: github.comments(repository, 1).slice(before),
    reactions: github.reactions(repository, id),
    dispatches: github.dispatches(repository).slice(started),
  };
}

test("a stranger is refused", async () => {
  const said = await says("stranger", "/silo start acme-erp");
  expect(said.run.exitCode).toBe(4);
  expect(stable(said.run)).toMatchSnapshot();
  expect(said.reactions).toEqual(["-1"]);
  expect(said.answers).toHaveLength(1);
  expect(said.dispatches).toEqual([]);
});

test("a role may do what the access matrix says, and no more", async () => {
  const start = await says("ana", "/silo start acme-erp\nbefore the demo");
  expect(start.reactions).toEqual(["+1"]);
  expect(start.dispatches).toMatchObject([
    {
      workflow: "silo-operate.yml",
      ref: "main",
      inputs: { command: "start", silo: "acme-erp", "comment-id": String(start.id) },
    },
  ]);
  expect((await says("ana", "/silo stop acme-erp")).dispatches).toEqual([]);
  const hold = await says("otto", "/silo hold acme-erp 2h");
  expect(hold.dispatches).toMatchObject([{ inputs: { command: "hold", for: "2h" } }]);
});

test.each([
  ["an edited comment", "/silo stop acme-erp", { action: "edited" }],
  ["a bot", "/silo stop acme-erp", { type: "Bot" }],
  ["other words", "please /silo stop acme-erp", {}],
])("%s asks for nothing", async (_what, body, how) => {
  const said = await says("otto", body, how);
  expect(said.run.exitCode, said.run.log).toBe(0);
  expect([said.answers, said.reactions, said.dispatches]).toEqual([[], [], []]);
});

test.each([
  ["an account that took over the name", "/silo stop acme-erp", { id: 12 }],
  ["more words than the command", "/silo stop acme-erp && curl example.com", {}],
  ["a silo that is not there", "/silo stop acme-nope", {}],
])("%s is refused", async (_what, body, how) => {
  const said = await says("otto", body, how);
  expect([said.run.exitCode, said.reactions, said.dispatches]).toEqual([4, ["-1"], []]);
});

test("a plan is told by the head that it is of", async () => {
  const head = shop.github.head(repository, "crm");
  expect((await says("ana", "/silo plan")).answers).toEqual([
    `@ana There is no plan of ${head} yet.`,
  ]);
  const event = pullRequest(shop.github, 1, "crm");
  const given = { command: "plan", "fly-api-token": secrets["fly-api-token"] };
  await shop.job({ event, checkout: "crm", with: given });
  expect((await says("ana", "/silo plan")).answers[0]).toContain(`The plan of ${head}: success`);
});

test("why is answered by a job that can see Fly", async () => {
  const said = await says("ana", "/silo why acme-erp");
  expect(said.run.outputs["needs-fly"]).toBe("true");
  expect(said.answers).toEqual([]);
});

test("a run that chat started acts for the author of the comment", async () => {
  const asked = await says("ana", "/silo start acme-erp");
  const run = (command: string, commentId: number) =>
    shop.job({
      event: dispatch(shop.github, {}, "github-actions[bot]"),
      checkout: "main",
      environment: { GITHUB_TRIGGERING_ACTOR: "github-actions[bot]" },
      with: { command, silos: "acme-erp", "comment-id": String(commentId), ...secrets },
    });
  // Nothing is there to start, which is found only after she was let in.
  const hers = await run("start", asked.id);
  expect(hers.annotations.at(-1)?.message).toContain("acme-erp is not complete");
  const other = await run("stop", asked.id);
  expect(other.annotations.at(-1)?.message).toContain("does not ask for this");
  const strangers = await says("stranger", "/silo start acme-erp");
  const theirs = await run("start", strangers.id);
  expect(theirs.annotations.at(-1)?.message).toContain("@stranger may not start");
  shop.jump(2 * 60 * 60_000);
});

test("whoever may not restart may not mend either", async () => {
  const heal = (login: string) =>
    shop.job({
      event: dispatch(shop.github, {}, login),
      checkout: "main",
      environment: { GITHUB_TRIGGERING_ACTOR: login },
      with: { command: "drift", heal: "true", silos: "acme-erp", ...secrets },
    });
  const refused = await heal("ana");
  expect(refused.exitCode).toBe(4);
  expect(refused.annotations.at(-1)?.message).toContain("@ana may not drift");
});

test("the desk, which has asked for the role, is followed in what it may ask for, and no other bot", async () => {
  const asks = (login: string, command: string) =>
    shop.job({
      event: dispatch(shop.github, {}, login),
      checkout: "main",
      environment: { GITHUB_TRIGGERING_ACTOR: login },
      with: { command, silos: "acme-erp", ...secrets },
    });
  const desk = await asks("silo-desk[bot]", "start");
  expect(desk.annotations.at(-1)?.message).toContain("acme-erp is not complete");
  const rotated = await asks("silo-desk[bot]", "rotate");
  expect(rotated.annotations.at(-1)?.message).toContain("@silo-desk[bot] may not rotate");
  const other = await asks("other[bot]", "start");
  expect(other.annotations.at(-1)?.message).toContain("@other[bot] may not start");
});

test("every call is one that GitHub and Fly know", () => {
  expect(shop.violations()).toEqual([]);
});
