/** The client of GitHub: `GitHubWrites` over an injected fetch, clock and randomness. */

import type { GitHubReads, GitHubWrites } from "#world/github.ts";
import { branchGuards } from "./branch-rules.ts";
import {
  createBranch,
  deleteBranch,
  ensureBranch,
  getBranchHead,
  listBranches,
} from "./branches.ts";
import { createGitHubCalls, type GitHubCalls } from "./call.ts";
import { createComment, getComment, listComments, updateComment } from "./comments.ts";
import { commitFiles } from "./commits.ts";
import { changedFiles } from "./compare.ts";
import {
  createDeployment,
  getDeploymentState,
  listDeployments,
  setDeploymentState,
} from "./deployments.ts";
import {
  deleteEnvironment,
  getEnvironment,
  listEnvironments,
  restrictEnvironment,
} from "./environments.ts";
import { fileHistory } from "./file-history.ts";
import { readFiles, readFolder } from "./files.ts";
import { hasPermission } from "./held-permissions.ts";
import { createIssue, listIssues, updateIssue } from "./issues.ts";
import type { GitHubClientOptions } from "./options.ts";
import { isInTeam, permissionOf } from "./people.ts";
import { createPull, getPull, pullsFrom, pullsOfCommit } from "./pulls.ts";
import { getRepository } from "./repositories.ts";
import { dispatchWorkflow, react } from "./requests-to-run.ts";
import { findReviewer } from "./reviewers.ts";
import {
  deleteSecret,
  forgetPublicKey,
  listSecrets,
  type PublicKeys,
  putSecret,
} from "./secrets.ts";
import { listCommitStatuses, setCommitStatus } from "./statuses.ts";
import { deleteVariable, listVariables, putVariable } from "./variables.ts";
import { getViewer } from "./viewer.ts";

export type { GitHubClientOptions } from "./options.ts";

/** Throws `Refused` when a token is none. */
export function createGitHubClient(options: GitHubClientOptions): GitHubWrites {
  const calls = createGitHubCalls(options);
  return { ...reads(calls), ...writes(calls) };
}

function reads(calls: GitHubCalls): GitHubReads {
  return {
    repository: (repo) => getRepository(calls, repo),
    listSecrets: (repo, place) => listSecrets(calls, repo, place),
    listVariables: (repo, place) => listVariables(calls, repo, place),
    getEnvironment: (repo, name) => getEnvironment(calls, repo, name),
    listEnvironments: (repo) => listEnvironments(calls, repo),
    branchGuards: (repo, branch) => branchGuards(calls, repo, branch),
    hasPermission: (repo, permission, environment) =>
      hasPermission(calls, repo, permission, environment),
    findReviewer: (repo, name) => findReviewer(calls, repo, name),
    getBranchHead: (repo, branch) => getBranchHead(calls, repo, branch),
    readFiles: (repo, branch, paths) => readFiles(calls, repo, `refs/heads/${branch}`, paths),
    readFilesAt: (repo, sha, paths) => readFiles(calls, repo, sha, paths),
    fileHistory: (repo, branch, path) => fileHistory(calls, repo, branch, path),
    listDeployments: (repo, environment) => listDeployments(calls, repo, environment),
    getDeploymentState: (repo, id) => getDeploymentState(calls, repo, id),
    listIssues: (repo, label) => listIssues(calls, repo, label),
    listComments: (repo, issue) => listComments(calls, repo, issue),
    getComment: (repo, id) => getComment(calls, repo, id),
    getPull: (repo, number) => getPull(calls, repo, number),
    pullsOfCommit: (repo, sha) => pullsOfCommit(calls, repo, sha),
    pullsFrom: (repo, branch) => pullsFrom(calls, repo, branch),
    listCommitStatuses: (repo, sha) => listCommitStatuses(calls, repo, sha),
    changedFiles: (repo, base, head) => changedFiles(calls, repo, base, head),
    permissionOf: (repo, login) => permissionOf(calls, repo, login),
    isInTeam: (repo, team, login) => isInTeam(calls, repo, team, login),
    listBranches: (repo, prefix) => listBranches(calls, repo, prefix),
    readFolder: (repo, branch, folder) => readFolder(calls, repo, branch, folder),
    viewer: (repo) => getViewer(calls, repo),
  };
}

function writes(calls: GitHubCalls): Omit<GitHubWrites, keyof GitHubReads> {
  const keys: PublicKeys = new Map();
  return {
    putSecret: (repo, place, name, value) => putSecret(calls, keys, { repo, place, name, value }),
    deleteSecret: (repo, place, name) => deleteSecret(calls, { repo, place, name }),
    putVariable: (repo, place, name, value) => putVariable(calls, { repo, place, name, value }),
    deleteVariable: (repo, place, name) => deleteVariable(calls, { repo, place, name }),
    restrictEnvironment: (repo, name, rules) => restrictEnvironment(calls, repo, name, rules),
    async deleteEnvironment(repo, name) {
      await deleteEnvironment(calls, repo, name);
      // One of the same name that is made later has another key.
      forgetPublicKey(keys, repo, { kind: "environment", environment: name });
    },
    ensureBranch: (repo, branch) => ensureBranch(calls, repo, branch),
    createBranch: (repo, branch, sha) => createBranch(calls, repo, branch, sha),
    createPull: (repo, pull) => createPull(calls, repo, pull),
    commitFiles: (repo, commit) => commitFiles(calls, repo, commit),
    createDeployment: (repo, deployment) => createDeployment(calls, repo, deployment),
    setDeploymentState: (repo, id, status) => setDeploymentState(calls, repo, id, status),
    deleteBranch: (repo, branch) => deleteBranch(calls, repo, branch),
    dispatchWorkflow: (repo, workflow, asked) => dispatchWorkflow(calls, repo, workflow, asked),
    react: (repo, comment, content) => react(calls, repo, comment, content),
    createIssue: (repo, issue) => createIssue(calls, repo, issue),
    updateIssue: (repo, issue, change) => updateIssue(calls, repo, issue, change),
    createComment: (repo, issue, body) => createComment(calls, repo, issue, body),
    updateComment: (repo, id, body) => updateComment(calls, repo, id, body),
    setCommitStatus: (repo, sha, status) => setCommitStatus(calls, repo, sha, status),
  };
}
