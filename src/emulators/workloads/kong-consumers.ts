/** Who may pass Kong: consumers with their keys, logins and groups. */

import { type Context, checkFields, type Entity, list } from "./kong-entities.ts";

export interface KongConsumer {
  readonly username: string;
  readonly keys: readonly string[];
  readonly groups: readonly string[];
  readonly logins: readonly { readonly username: string; readonly password: string }[];
}

export function readConsumers(context: Context, file: Entity): KongConsumer[] {
  const loose = (name: string, owner: unknown) =>
    list(context, name, file[name]).filter(([entity]) => entity.consumer === owner);
  return list(context, "consumers", file.consumers).map(([consumer, at]) => {
    checkFields(context, at, "consumer", consumer);
    const username = String(consumer.username ?? consumer.custom_id ?? "");
    if (!username)
      context.problems.push(
        `in '${at}': at least one of these fields must be non-empty: 'custom_id', 'username'`,
      );
    const of = (name: string) => [
      ...list(context, `${at}.${name}`, consumer[name]),
      ...loose(name, username),
    ];
    const text = (name: string, field: string) =>
      of(name).map(([entity, where]) => {
        const value = entity[field];
        if (typeof value !== "string" || !value) {
          context.problems.push(
            `in '${where}.${field}': ${value === undefined ? "required field missing" : "expected a string"}`,
          );
        }
        return String(value ?? "");
      });
    const passwords = text("basicauth_credentials", "password");
    const usernames = text("basicauth_credentials", "username");
    return {
      username,
      keys: text("keyauth_credentials", "key"),
      groups: text("acls", "group"),
      logins: usernames.map((name, index) => ({
        username: name,
        password: passwords[index] ?? "",
      })),
    };
  });
}
