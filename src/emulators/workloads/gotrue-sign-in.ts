/** Sign-up and sign-in with a password, and who one is: an address counts as confirmed at once. */

import { isPassword, type User, type Users } from "./gotrue-users.ts";
import { bearerToken, readJwt, signJwt } from "./jwt.ts";
import { type Guest, jsonResponse } from "./program.ts";

const shortestPassword = 6;
const defaultLifetimeSeconds = 3_600;

/** `undefined` for every other path. */
export async function answerSignIn(
  guest: Guest,
  users: Users,
  request: Request,
): Promise<Response | undefined> {
  const { pathname, searchParams } = new URL(request.url);
  const isPost = request.method === "POST";
  if (pathname === "/signup" && isPost) return signUp(guest, users, await readBody(request));
  if (pathname === "/token" && isPost) {
    const kind = searchParams.get("grant_type") ?? "";
    return kind === "password"
      ? signIn(guest, users, await readBody(request))
      : refusedGrant("unsupported_grant_type", `"${kind}" is not emulated`);
  }
  if (pathname === "/user" && request.method === "GET") return whoAmI(guest, users, request);
  if (pathname === "/logout" && isPost) {
    const user = await holderOf(guest, users, request);
    return user instanceof Response ? user : new Response(null, { status: 204 });
  }
  return undefined;
}

type Body = Readonly<Record<string, unknown>>;

async function readBody(request: Request): Promise<Body | undefined> {
  try {
    const body: unknown = JSON.parse(await request.text());
    return typeof body === "object" && body !== null ? { ...body } : undefined;
  } catch {
    return undefined;
  }
}

const text = (value: unknown): string => (typeof value === "string" ? value : "");
const addressIn = (body: Body): string => text(body.email).trim().toLowerCase();

async function signUp(guest: Guest, users: Users, body: Body | undefined): Promise<Response> {
  const { env } = guest.container;
  if (env.GOTRUE_DISABLE_SIGNUP === "true") {
    return refused(403, "Signups not allowed for this instance");
  }
  if (!body) return refused(400, "Could not read Signup params");
  const [email, password] = [addressIn(body), text(body.password)];
  if (password === "") return refused(422, "Signup requires a valid password");
  if (!/^[^\s@]+@[^\s@]+$/.test(email)) {
    return refused(422, "Unable to validate email address: invalid format");
  }
  if (password.length < shortestPassword) {
    return refused(422, `Password should be at least ${shortestPassword} characters.`);
  }
  if (await users.byEmail(email)) return refused(400, "User already registered");
  const createdAt = new Date(guest.clock.now()).toISOString();
  const user = await users.add({ email, password, metadata: body.data ?? {}, createdAt });
  return jsonResponse(200, session(guest, user));
}

async function signIn(guest: Guest, users: Users, body: Body | undefined): Promise<Response> {
  const user = body && (await users.byEmail(addressIn(body)));
  if (!user || !isPassword(user, text(body.password))) {
    return refusedGrant("invalid_grant", "Invalid login credentials");
  }
  return jsonResponse(200, session(guest, user));
}

async function whoAmI(guest: Guest, users: Users, request: Request): Promise<Response> {
  const user = await holderOf(guest, users, request);
  return user instanceof Response ? user : jsonResponse(200, shown(guest, user));
}

/** Whose token it is. */
async function holderOf(guest: Guest, users: Users, request: Request): Promise<User | Response> {
  const token = bearerToken(request);
  if (!token) return refused(401, "This endpoint requires a Bearer token");
  const jwt = readJwt(token, guest.container.env.GOTRUE_JWT_SECRET ?? "", guest.clock.now());
  if (jwt.kind === "expired") {
    return refused(401, `invalid JWT: token is expired by ${jwt.secondsAgo}s`);
  }
  if (jwt.kind === "invalid") return refused(401, `invalid JWT: ${jwt.reason}`);
  const { sub } = jwt.claims;
  if (typeof sub !== "string") return refused(403, "invalid claim: missing sub claim");
  return (await users.byId(sub)) ?? refused(404, "User from sub claim in JWT does not exist");
}

function session(guest: Guest, user: User): unknown {
  const { env } = guest.container;
  const now = Math.floor(guest.clock.now() / 1_000);
  const lifetime = Number(env.GOTRUE_JWT_EXP ?? defaultLifetimeSeconds);
  const claims = {
    aud: env.GOTRUE_JWT_AUD ?? "",
    exp: now + lifetime,
    iat: now,
    sub: user.id,
    email: user.email,
    role: env.GOTRUE_JWT_DEFAULT_GROUP_NAME ?? "",
    aal: "aal1",
    session_id: user.id,
  };
  return {
    access_token: signJwt(claims, env.GOTRUE_JWT_SECRET ?? ""),
    token_type: "bearer",
    expires_in: lifetime,
    expires_at: now + lifetime,
    refresh_token: user.id.replaceAll("-", "").slice(0, 22),
    user: shown(guest, user),
  };
}

const shown = ({ container: { env } }: Guest, { id, email, metadata, createdAt }: User) => ({
  id,
  aud: env.GOTRUE_JWT_AUD ?? "",
  role: env.GOTRUE_JWT_DEFAULT_GROUP_NAME ?? "",
  email,
  email_confirmed_at: createdAt,
  app_metadata: { provider: "email", providers: ["email"] },
  user_metadata: metadata,
  identities: [],
  created_at: createdAt,
  updated_at: createdAt,
});

const refused = (code: number, msg: string): Response => jsonResponse(code, { code, msg });
const refusedGrant = (error: string, error_description: string): Response =>
  jsonResponse(400, { error, error_description });
