import { describe, expect, it } from "vitest";
import { aNeighbourhood, passwords, postgresChanges } from "./a-neighbourhood.ts";

const loopback = ["psql", "-h", "127.0.0.1", "-U", "supabase_admin", "-d", "postgres"];

describe("the first boot of Postgres", () => {
  it("listens and gives the roles of the schema file their passwords", async () => {
    const { aMachine, boot, exec } = aNeighbourhood();
    const pg = aMachine("pg", postgresChanges);
    expect(await boot(pg)).toEqual({ kind: "listens", ports: [5432] });
    expect(pg.volume?.data.get("PG_VERSION")).toBe("15");
    expect(pg.volume?.data.get("initialised")).toBe("yes");
    const asked = await exec(pg, [
      ...loopback,
      "-Atc",
      "select rolname from pg_authid where rolname in ('authenticator','anon') order by 1",
    ]);
    expect(asked.stdout).toBe("anon\nauthenticator\n");
    expect(JSON.stringify([...(pg.volume?.data ?? [])])).not.toContain(passwords.authenticator);
  });

  it("needs POSTGRES_PASSWORD, but only then", async () => {
    const { aMachine, boot, stop } = aNeighbourhood();
    const bare = aMachine("pg", { ...postgresChanges, env: {} });
    expect(await boot(bare)).toMatchObject({
      kind: "exits",
      exitCode: 1,
      log: expect.stringContaining("superuser password is not specified"),
    });
    const pg = aMachine("pg", postgresChanges);
    await boot(pg);
    await stop(pg);
    const later = { ...bare, volume: pg.volume };
    expect((await boot(later)).kind).toBe("listens");
  });

  it("refuses a volume mounted at the data folder itself", async () => {
    const { aMachine, boot } = aNeighbourhood();
    const pg = aMachine("pg", { ...postgresChanges, mount: "/var/lib/postgresql/data" });
    expect(await boot(pg)).toMatchObject({
      exitCode: 1,
      log: expect.stringMatching(/exists but is not empty\n.*lost\+found directory/),
    });
    expect(pg.volume?.data.has("PG_VERSION")).toBe(false);
  });

  it("refuses a data folder that only initdb knows of", async () => {
    const { aMachine, boot } = aNeighbourhood();
    const env = { POSTGRES_PASSWORD: "x", PGDATA: "/var/lib/postgresql/mine" };
    const log = { log: expect.stringContaining("could not access directory") };
    expect(await boot(aMachine("pg", { ...postgresChanges, env }))).toMatchObject(log);
    const command = ["docker-entrypoint.sh", "postgres", "-c", `data_directory=${env.PGDATA}`];
    expect((await boot(aMachine("pg", { ...postgresChanges, env, command }))).kind).toBe("listens");
  });

  it("stops half-way for ever when the schema file names a role that is not there", async () => {
    const { aMachine, boot, stop, exec } = aNeighbourhood();
    const files = {
      "/etc/postgresql.schema.sql":
        "alter role authenticator password 'a';\nalter user supabase_functions_admin password 'b';\nalter role supabase_auth_admin password 'c';",
    };
    const pg = aMachine("pg", { ...postgresChanges, files });
    expect(await boot(pg)).toMatchObject({
      exitCode: 3,
      log: 'psql:/etc/postgresql.schema.sql:2: ERROR:  role "supabase_functions_admin" does not exist',
    });
    expect((await boot(pg)).kind).toBe("listens");
    const query = "select rolname from pg_authid where rolname = 'supabase_auth_admin'";
    const rows = await exec(pg, [...loopback, "-Atc", query.replace("rolname f", "rolpassword f")]);
    expect(rows.stdout).toBe("\n");
    await stop(pg);
  });

  it.each(["env", "marker"])("is never run again after a crash in it (by %s)", async (way) => {
    const { aMachine, boot, exec } = aNeighbourhood();
    const pg = aMachine("pg", {
      ...postgresChanges,
      env: { ...postgresChanges.env, EMULATE_CRASH_DURING_INIT: way === "env" ? "1" : undefined },
    });
    if (way === "marker") pg.volume?.data.set("crash-during-init", "1");
    expect(await boot(pg)).toMatchObject({ kind: "exits", exitCode: 137 });
    expect((await boot(pg)).kind).toBe("listens");
    const answer = await exec(pg, [...loopback, "-c", "select 1"]);
    expect(answer).toMatchObject({
      exit_code: 2,
      stderr: expect.stringContaining('role "supabase_admin" does not exist'),
    });
  });

  it("loses everything at a stop without a volume", async () => {
    const { aMachine, boot, stop, exec } = aNeighbourhood();
    const pg = aMachine("pg", { ...postgresChanges, mount: null });
    await boot(pg);
    await exec(pg, [...loopback, "-c", "create role kept"]);
    await stop(pg);
    await boot(pg);
    const query = "select rolname from pg_roles where rolname = 'kept'";
    expect((await exec(pg, [...loopback, "-Atc", query])).stdout).toBe("");
  });
});

describe("the pgsodium root key", () => {
  const cat = ["cat", "/etc/postgresql-custom/pgsodium_root.key"];

  it("is another one after each boot of the image's own command", async () => {
    const { aMachine, boot, exec, clock } = aNeighbourhood();
    const pg = aMachine("pg", postgresChanges);
    await boot(pg);
    const first = (await exec(pg, cat)).stdout;
    clock.advance(1000);
    await boot(pg);
    expect(first).toMatch(/^[0-9a-f]{64}\n$/);
    expect((await exec(pg, cat)).stdout).not.toBe(first);
    expect(pg.volume?.data.get("pgsodium-readable")).toBe("false");
  });

  it("stays when the machine's command keeps it on the volume", async () => {
    const { aMachine, boot, exec } = aNeighbourhood();
    const script =
      "k=/var/lib/postgresql/pgsodium_root.key; [ -e $k ] || head -c32 /dev/urandom > $k; exec docker-entrypoint.sh postgres";
    const pg = aMachine("pg", { ...postgresChanges, command: ["sh", "-c", script] });
    await boot(pg);
    const first = (await exec(pg, cat)).stdout;
    await boot(pg);
    expect((await exec(pg, cat)).stdout).toBe(first);
    expect(pg.volume?.data.get("pgsodium-readable")).toBe("true");
  });
});

describe("a replaced command", () => {
  it.each([
    { command: ["sleep", "infinity"], exitCode: 127 },
    { command: ["sh", "-c", "exec postgres -D /etc/postgresql"], exitCode: 1 },
  ])("that skips the entry point starts no server: $command", async ({ command, exitCode }) => {
    const { aMachine, boot } = aNeighbourhood();
    const booted = await boot(aMachine("pg", { ...postgresChanges, command }));
    expect(booted).toMatchObject({ kind: "exits", exitCode });
  });
});
