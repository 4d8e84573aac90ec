/** A real supabase-js client through the local cloud's Kong, over real HTTP: who gets in, and when. */

import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createClient, type SupabaseClient } from "@supabase/supabase-js";
import { jwtVerify } from "jose";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type ClosableFetch, createFetch } from "#edge/fetch.ts";
import type { FlyEmulator } from "#emulators/fly/emulator.ts";
import type { Credentials } from "#silo/credentials.ts";
import { testMasterKey } from "../support/a-cloud.ts";
import { derivedCredentials } from "../support/derived.ts";
import { specText } from "../support/spec-text.ts";
import { environmentIn, startSilo, temporaryFolder } from "./real-processes.ts";

const folder = temporaryFolder();
const address = { email: "ada@example.com", password: "correct horse" };

let fetch: ClosableFetch;
let end = async (): Promise<void> => undefined;
let environment: Readonly<Record<string, string>> = {};

beforeAll(async () => {
  fetch = createFetch();
  for (const app of ["erp", "crm"]) {
    writeFileSync(join(folder, `silos/acme-${app}.yml`), specText({ app }));
  }
  const words = "emulate --port 0 --time virtual --env local.env --orgs acme-erp";
  const cloud = startSilo(folder, words, {});
  end = async () => {
    cloud.child.kill("SIGINT");
    await cloud.ended;
  };
  await cloud.firstLine();
  environment = { ...environmentIn(folder), SILO_MASTER_KEY: testMasterKey };
  await silo("apply");
}, 120_000);

afterAll(async () => {
  await end();
  await fetch.close();
  rmSync(folder, { recursive: true, force: true });
});

async function silo(line: string): Promise<string> {
  const { exitCode, stdout, stderr } = await startSilo(folder, line, environment).ended;
  expect(exitCode, `${line}: ${stdout}${stderr}`).toBe(0);
  return stdout;
}

/** As `silo context` shows them to whoever may see them. */
async function keysOf(slug: string): Promise<{ readonly anon: string; readonly service: string }> {
  const { connection_info } = JSON.parse(await silo(`context ${slug} --role devops`));
  const { supabase_anon_key: anon, supabase_service_role_key: service } = connection_info;
  return { anon, service };
}

function urlOf(slug: string): string {
  const url = new URL(environment.FLY_PUBLIC_URL ?? "");
  url.hostname = `devenv-${slug}-kong.fly.dev.localhost`;
  return url.origin;
}

const client = (key: string, slug = "acme-erp"): SupabaseClient =>
  createClient(urlOf(slug), key, {
    auth: { persistSession: false, autoRefreshToken: false },
    global: { fetch },
  });

/** What the three APIs say to a key. */
async function statuses(key: string): Promise<readonly (number | string | undefined)[]> {
  const supabase = client(key);
  const [rest, auth, storage] = await Promise.all([
    supabase.from("todos").select(),
    supabase.auth.signInWithPassword(address),
    supabase.storage.listBuckets(),
  ]);
  const refusal = storage.error && "status" in storage.error ? storage.error.status : undefined;
  return [rest.status, auth.error?.status ?? 200, storage.error ? Number(refusal) : 200];
}

async function derivedOf(slug: string): Promise<Credentials> {
  const overHttp: FlyEmulator["fetch"] = (input, init) =>
    fetch(String(input).replace("http://fly.local", environment.FLY_API_BASE_URL ?? ""), init);
  return derivedCredentials({ fly: { fetch: overHttp } as FlyEmulator }, slug);
}

describe("with the anon key", () => {
  test("tables are read, people sign up and in and are known, buckets are listed", async () => {
    const { anon } = await keysOf("acme-erp");
    const supabase = client(anon);
    expect(await supabase.from("todos").select("*").limit(5)).toMatchObject({
      status: 200,
      error: null,
      data: [],
    });
    const signedUp = await supabase.auth.signUp({ ...address, options: { data: { name: "Ada" } } });
    expect(signedUp.error).toBeNull();
    expect(signedUp.data.user).toMatchObject({ email: address.email, role: "authenticated" });
    const again = await supabase.auth.signUp(address);
    expect(again.error?.message).toBe("User already registered");
    const wrong = await supabase.auth.signInWithPassword({ ...address, password: "wrong horse" });
    expect(wrong.error).toMatchObject({ status: 400, message: "Invalid login credentials" });
    const { data, error } = await supabase.auth.signInWithPassword(address);
    expect(error).toBeNull();
    expect(data.user?.user_metadata).toEqual({ name: "Ada" });
    const known = await supabase.auth.getUser();
    expect(known.data.user?.id).toBe(signedUp.data.user?.id);
    // Signed in, the client sends the person's own token, which the other services take as well.
    expect(await supabase.from("todos").select()).toMatchObject({ status: 200 });
    expect(await supabase.storage.listBuckets()).toEqual({ data: [], error: null });
    expect((await supabase.auth.signOut()).error).toBeNull();
  });

  test("what only the service role may is refused: 403", async () => {
    const { anon, service } = await keysOf("acme-erp");
    const refused = await client(anon).auth.admin.listUsers();
    expect(refused.error).toMatchObject({ status: 403 });
    expect((await client(service).auth.admin.listUsers()).error).toBeNull();
  });

  test("it is an HS256 JWT of the silo's secret with Supabase's claims", async () => {
    const { anon, service } = await keysOf("acme-erp");
    const { jwtSecret } = await derivedOf("acme-erp");
    const secret = new TextEncoder().encode(jwtSecret.reveal());
    for (const [key, role] of [
      [anon, "anon"],
      [service, "service_role"],
    ] as const) {
      const { payload, protectedHeader } = await jwtVerify(key, secret, { algorithms: ["HS256"] });
      expect(protectedHeader).toEqual({ alg: "HS256", typ: "JWT" });
      expect(payload).toEqual({
        role,
        iss: "supabase",
        iat: expect.any(Number),
        exp: expect.any(Number),
      });
      expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBeGreaterThan(86_400);
    }
    const other = new TextEncoder().encode((await derivedOf("acme-crm")).jwtSecret.reveal());
    await expect(jwtVerify(anon, other)).rejects.toThrow("signature verification failed");
  });
});

describe("without the right key", () => {
  test("there is no way in: none, a made-up one, that of another silo", async () => {
    const bare = await fetch(`${urlOf("acme-erp")}/rest/v1/todos`);
    expect(bare.status).toBe(401);
    expect(await statuses("made-up")).toEqual([401, 401, 401]);
    const { anon, service } = await keysOf("acme-crm");
    expect(await statuses(anon)).toEqual([401, 401, 401]);
    expect(await statuses(service)).toEqual([401, 401, 401]);
  });

  test("an older generation is refused after a rotation, the new one is not", {
    timeout: 60_000,
  }, async () => {
    const old = await keysOf("acme-erp");
    await silo("rotate acme-erp");
    for (const key of [old.anon, old.service]) expect(await statuses(key)).toEqual([401, 401, 401]);
    const { anon } = await keysOf("acme-erp");
    expect(anon).not.toBe(old.anon);
    expect((await client(anon).from("todos").select()).status).toBe(200);
  });

  test("after a stop nothing answers, and no request wakes it", { timeout: 60_000 }, async () => {
    const { anon } = await keysOf("acme-erp");
    await silo("stop acme-erp");
    const { status, error } = await client(anon).from("todos").select();
    expect({ status, failed: error !== null }).toEqual({ status: 503, failed: true });
    expect(JSON.parse(await silo("status acme-erp --format json"))).toMatchObject({
      overall_status: "stopped",
    });
    expect(
      (
        await client((await keysOf("acme-crm")).anon, "acme-crm")
          .from("a")
          .select()
      ).status,
    ).toBe(200);
  });
});
