/** Answers that say no, with the texts of the real API as far as they have been seen. */

export type StatusCode =
  | "unknown"
  | "insufficient_capacity"
  | "volume_placement_capacity"
  | "name_taken";

export class ApiProblem extends Error {
  override readonly name = "ApiProblem";
  readonly httpStatus: number;
  readonly statusCode: StatusCode | undefined;
  constructor(httpStatus: number, error: string, statusCode?: StatusCode) {
    super(error);
    this.httpStatus = httpStatus;
    this.statusCode = statusCode;
  }

  get body(): { error: string; status?: StatusCode } {
    return this.statusCode === undefined
      ? { error: this.message }
      : { error: this.message, status: this.statusCode };
  }
}

export const unauthenticated = () => new ApiProblem(401, "unauthenticated: no valid token");
export const unauthorized = () => new ApiProblem(403, "unauthorized");
export const throttled = () => new ApiProblem(429, "rate limit exceeded");

export const appNotFound = (app: string) => new ApiProblem(404, `Could not find App "${app}"`);
export const machineNotFound = (id: string) => new ApiProblem(404, `machine not found: ${id}`);
export const volumeNotFound = (id: string) => new ApiProblem(404, `volume not found: ${id}`);
export const notFound = (what: string) => new ApiProblem(404, `${what} not found`);

export const nameTaken = () =>
  new ApiProblem(422, "Validation failed: Name has already been taken", "name_taken");

export const invalid = (text: string) => new ApiProblem(400, `invalid_argument: ${text}`);

export const regionRetired = (region: string, successor: string) =>
  new ApiProblem(
    400,
    `Region ${region} is deprecated and cannot have new resources provisioned. ` +
      `Please consider using an alternate region such as ${successor}`,
  );

export const machineNameTaken = (id: string, name: string) =>
  new ApiProblem(
    409,
    `already_exists: unique machine name violation, machine ID ${id} already exists with name "${name}"`,
  );

export const versionMismatch = (given: string, current: string) =>
  new ApiProblem(
    409,
    `aborted: machine version mismatch, current_version ${given} is not the current version ${current}`,
  );

export const leaseHeld = (machine: string, owner: string, expiresMs: number) =>
  new ApiProblem(
    409,
    `failed_precondition: machine ID ${machine} lease currently held by ${owner}, ` +
      `expires at ${new Date(expiresMs).toISOString()}`,
  );

export const secretsVersionMissing = (version: number) =>
  new ApiProblem(412, `failed_precondition: min_secrets_version ${version} is not yet available`);

export const refusesToStart = (state: string) =>
  new ApiProblem(
    412,
    state === "replacing"
      ? "failed_precondition: machine getting replaced, refusing to start"
      : `failed_precondition: unable to start machine from current state: '${state}'`,
  );

export const refusesBecauseOf = (what: string, state: string) =>
  new ApiProblem(
    412,
    `failed_precondition: unable to ${what} machine from current state: '${state}'`,
  );

export const quotaExceeded = (org: string, region: string) =>
  new ApiProblem(
    403,
    `organization "${org}" is using 20480 MB of memory in ${region} which is over the allowed quota. ` +
      "please consider other regions or contact billing@fly.io to raise it",
  );

export const capacity = {
  503: () =>
    new ApiProblem(
      503,
      "insufficient resources available to fulfill request",
      "insufficient_capacity",
    ),
  409: () =>
    new ApiProblem(
      409,
      "aborted: could not reserve resource for machine: insufficient memory available to fulfill request",
    ),
  412: (volume: string) =>
    new ApiProblem(
      412,
      `insufficient resources to create new machine with existing volume '${volume}'`,
    ),
} as const;
