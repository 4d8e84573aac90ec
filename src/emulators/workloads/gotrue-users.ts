/**
 * Who has signed up: rows of `auth.users` where there is a real database. The model of one keeps no
 * rows, so they live as long as the process.
 */

import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import type { SqlAnswer } from "../postgres/database.ts";
import { quoteLiteral } from "../postgres/sql-script.ts";
import { connectDatabase, type DatabaseUrl } from "./database-url.ts";
import type { Guest } from "./program.ts";

export interface User {
  readonly id: string;
  readonly email: string;
  /** Of the password, with the id as salt; bcrypt there. */
  readonly digest: string;
  readonly metadata: unknown;
  /** ISO 8601. */
  readonly createdAt: string;
}

export interface Users {
  byEmail(email: string): Promise<User | undefined>;
  byId(id: string): Promise<User | undefined>;
  add(user: Omit<User, "id" | "digest"> & { readonly password: string }): Promise<User>;
}

export function createUsers(guest: Guest, url: DatabaseUrl): Users {
  const remembered: User[] = [];
  const query = async (sql: string): Promise<SqlAnswer> => {
    const connected = await connectDatabase(guest, url);
    if (connected.kind === "failed") throw new Error(connected.reason);
    try {
      return await connected.session.query(sql);
    } finally {
      await connected.session.end();
    }
  };
  const find = async (column: "id" | "email", value: string): Promise<User | undefined> => {
    const { results, error } = await query(
      `select id, email, encrypted_password, raw_user_meta_data, created_at from auth.users where ${column} = ${quoteLiteral(value)}`,
    );
    if (error) return remembered.find((user) => user[column] === value);
    const [row] = results[0]?.rows ?? [];
    if (!row) return undefined;
    const [id, email, digest, metadata, createdAt] = row;
    return {
      id: id ?? "",
      email: email ?? "",
      digest: digest ?? "",
      metadata: JSON.parse(metadata ?? "{}"),
      createdAt: new Date(createdAt ?? 0).toISOString(),
    };
  };
  return {
    byEmail: (email) => find("email", email),
    byId: (id) => find("id", id),
    async add({ email, password, metadata, createdAt }) {
      const secret = guest.container.env.GOTRUE_JWT_SECRET ?? "";
      const id = uuidFrom(createHmac("sha256", secret).update(`${email} ${createdAt}`).digest());
      const user = { id, email, digest: digestOf(password, id), metadata, createdAt };
      const values = [id, email, user.digest, JSON.stringify(metadata), createdAt, createdAt];
      const { error } = await query(
        `insert into auth.users (id, email, encrypted_password, raw_user_meta_data, created_at, updated_at, aud, role)
         values (${values.map(quoteLiteral).join(", ")}, 'authenticated', 'authenticated')`,
      );
      if (error) throw new Error(error.message);
      remembered.push(user);
      return user;
    },
  };
}

export function isPassword(user: User, password: string): boolean {
  return timingSafeEqual(Buffer.from(user.digest), Buffer.from(digestOf(password, user.id)));
}

const digestOf = (password: string, salt: string): string =>
  createHash("sha256").update(`${salt} ${password}`).digest("hex");

/** Version 4 by its form. */
function uuidFrom(bytes: Buffer): string {
  const hex = bytes.subarray(0, 16).toString("hex");
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20),
  ].join("-");
}
