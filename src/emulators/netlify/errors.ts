/** Answers that say no. Their texts are ours but for the one about scopes. */

export class NetlifyProblem extends Error {
  override readonly name = "NetlifyProblem";
  readonly httpStatus: number;
  constructor(httpStatus: number, message: string) {
    super(message);
    this.httpStatus = httpStatus;
  }

  get body(): { code: number; message: string } {
    return { code: this.httpStatus, message: this.message };
  }
}

export const unauthenticated = () => new NetlifyProblem(401, "Access Denied");
export const notFound = () => new NetlifyProblem(404, "Not Found");
export const invalid = (text: string) => new NetlifyProblem(422, text);
export const throttled = () => new NetlifyProblem(429, "API rate limit exceeded");
export const unavailable = () => new NetlifyProblem(503, "Service Unavailable");

export const scopesNeedUpgrade = () =>
  new NetlifyProblem(403, "Upgrade your Netlify account to set specific scopes");

export const keyExists = (key: string) =>
  new NetlifyProblem(409, `An environment variable with the key ${key} already exists`);
