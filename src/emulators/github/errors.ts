/** Answers that say no, with the texts of the real API as far as they have been seen. */

export interface FieldProblem {
  readonly resource: string;
  readonly field: string;
  readonly code: string;
  readonly message?: string;
}

export class GitHubProblem extends Error {
  override readonly name = "GitHubProblem";
  readonly httpStatus: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly errors: readonly FieldProblem[] | undefined;
  constructor(
    httpStatus: number,
    message: string,
    more: {
      readonly headers?: Readonly<Record<string, string>>;
      readonly errors?: readonly FieldProblem[];
    } = {},
  ) {
    super(message);
    this.httpStatus = httpStatus;
    this.headers = more.headers ?? {};
    this.errors = more.errors;
  }

  get body() {
    return {
      message: this.message,
      ...(this.errors && { errors: this.errors }),
      documentation_url: "https://docs.github.com/rest",
      status: String(this.httpStatus),
    };
  }
}

export const badCredentials = () => new GitHubProblem(401, "Bad credentials");
export const requiresAuthentication = () => new GitHubProblem(401, "Requires authentication");
export const notFound = () => new GitHubProblem(404, "Not Found");
export const conflict = (text: string) => new GitHubProblem(409, text);
export const unprocessable = (text: string) => new GitHubProblem(422, text);

export const validationFailed = (...errors: readonly FieldProblem[]) =>
  new GitHubProblem(422, "Validation Failed", { errors });

export const notAccessible = (byIntegration: boolean) =>
  new GitHubProblem(
    403,
    `Resource not accessible by ${byIntegration ? "integration" : "personal access token"}`,
  );

export const upgradeNeeded = () =>
  new GitHubProblem(
    403,
    "Upgrade to GitHub Pro or make this repository public to enable this feature.",
  );

export const ruleViolation = () =>
  new GitHubProblem(
    422,
    "Repository rule violations found\n\nChanges must be made through a pull request.\n\n",
  );

export const planHasNoRule = () =>
  unprocessable(
    "Failed to create the environment protection rule. " +
      "Please ensure the billing plan supports the required reviewers protection rule.",
  );

export const secondaryLimit = (retryAfterSeconds: number) =>
  new GitHubProblem(
    403,
    "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.",
    { headers: { "retry-after": String(retryAfterSeconds) } },
  );

export const primaryLimit = () => new GitHubProblem(403, "API rate limit exceeded");
