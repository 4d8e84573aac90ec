import {
  created,
  idParam,
  isoTime,
  noContent,
  ok,
  oneOf,
  type Reply,
  type RepoCall,
  requiredText,
} from "../call.ts";
import type { CommentRow } from "../entities.ts";
import { notFound, validationFailed } from "../errors.ts";
import type { Hub } from "../hub.ts";
import { issueIn } from "../issues.ts";
import { listReply } from "../paging.ts";
import type { RepoRoute } from "../router.ts";
import { commentView } from "../views/issue.ts";
import { nodeId, userView } from "../views/users.ts";

const repoPath = "/issues/:issue/comments";
const one = "/issues/comments/:comment";
const read = "issues=read; pull_requests=read";
const write = "issues=write; pull_requests=write";

export const commentRoutes: readonly RepoRoute[] = [
  { method: "GET", repoPath: one, action: "comment-get", accepts: read, run: getComment },
  {
    method: "PATCH",
    repoPath: one,
    action: "comment-update",
    accepts: write,
    content: true,
    run: updateComment,
  },
  { method: "DELETE", repoPath: one, action: "comment-delete", accepts: write, run: deleteComment },
  { method: "GET", repoPath, action: "comments-list", accepts: read, run: listComments },
  {
    method: "POST",
    repoPath,
    action: "comment-create",
    accepts: write,
    content: true,
    run: createComment,
  },
  {
    method: "POST",
    repoPath: `${one}/reactions`,
    action: "reaction-create",
    accepts: write,
    content: true,
    run: createReaction,
  },
];

const mostCharacters = 65_536;

/** Oldest first. */
function listComments(call: RepoCall): Reply {
  const { number } = issueIn(call);
  const since = Date.parse(call.query.get("since") ?? "1970-01-01T00:00:00Z");
  const rows = [...call.repo.comments.values()].filter(
    (row) => row.issue === number && row.updatedMs >= since,
  );
  return listReply(call, rows, (row) => commentView(row, call.repo, call.base));
}

function createComment(call: RepoCall, hub: Hub): Reply {
  const row: CommentRow = {
    id: hub.nextId(),
    issue: issueIn(call).number,
    body: bodyOf(call),
    user: call.actor.user,
    reactions: [],
    createdMs: call.at,
    updatedMs: call.at,
  };
  call.repo.comments.set(row.id, row);
  return created(commentView(row, call.repo, call.base));
}

function getComment(call: RepoCall): Reply {
  return ok(commentView(commentIn(call), call.repo, call.base));
}

function updateComment(call: RepoCall): Reply {
  const row = commentIn(call);
  row.body = bodyOf(call);
  row.updatedMs = call.at;
  return ok(commentView(row, call.repo, call.base));
}

function deleteComment(call: RepoCall): Reply {
  call.repo.comments.delete(commentIn(call).id);
  return noContent;
}

/** One of a kind from one user: asked again, the answer is 200 and what is there. */
function createReaction(call: RepoCall, hub: Hub): Reply {
  const comment = commentIn(call);
  const content = oneOf(requiredText(call.body, "content"), "content", reactionContents);
  const { user } = call.actor;
  const there = comment.reactions.find(
    (one) => one.content === content && one.user.login === user.login,
  );
  const reaction = there ?? { id: hub.nextId(), content, user };
  if (!there) comment.reactions.push(reaction);
  const body = {
    id: reaction.id,
    node_id: nodeId("REA", reaction.id),
    user: userView(user, call.base),
    content,
    created_at: isoTime(call.at),
  };
  return there ? ok(body) : created(body);
}

const reactionContents = ["+1", "-1", "laugh", "confused", "heart", "hooray", "rocket", "eyes"];

function bodyOf(call: RepoCall): string {
  const body = requiredText(call.body, "body");
  const problem =
    body.trim() === ""
      ? "body cannot be blank"
      : body.length > mostCharacters
        ? `body is too long (maximum is ${mostCharacters} characters)`
        : undefined;
  if (problem === undefined) return body;
  throw validationFailed({
    resource: "IssueComment",
    field: "body",
    code: "unprocessable",
    message: problem,
  });
}

function commentIn(call: RepoCall): CommentRow {
  const found = call.repo.comments.get(idParam(call, "comment"));
  if (!found) throw notFound();
  return found;
}
