/** `silo desk-token`: a token for a person or an agent, and the entry that lets the desk know it. */

import { roles } from "#silo/access.ts";
import { deskTokenHash, renderDeskToken } from "#silo/desk-token.ts";
import { Refused } from "#silo/errors.ts";
import type { RunCommand } from "./types.ts";

const usualDays = "90";
const mostDays = 366;
const dayMs = 86_400_000;
const nameForm = /^[A-Za-z0-9][A-Za-z0-9._@-]{0,63}$/;

export const run: RunCommand = async ({ operands, options, output, random, clock }) => {
  const [name, ...silos] = operands;
  const role = roles.find((one) => one === options.value("role"));
  const days = Number(options.value("days") ?? usualDays);
  if (name === undefined || !nameForm.test(name) || !role) {
    throw new Refused("Say who the token is for, and its role", {
      exitCode: 2,
      fix: `silo desk-token alice --role dev-worker; roles are ${roles.join(", ")}`,
    });
  }
  if (!Number.isInteger(days) || days < 1 || days > mostDays) {
    throw new Refused(`--days is "${options.value("days")}"`, {
      exitCode: 2,
      fix: `a token lives from 1 to ${mostDays} days`,
    });
  }
  const token = renderDeskToken(random.bytes(32));
  const entry = {
    name,
    role,
    silos: silos.length > 0 ? silos : ["*"],
    sha256: deskTokenHash(token),
    expires_at: new Date(clock.now() + days * dayMs).toISOString().slice(0, 10),
  };
  if (options.format === "json") {
    output.write(`${JSON.stringify({ token, entry }, null, 2)}\n`);
    return 0;
  }
  // The token alone on standard output, so that it can be piped to where it is kept.
  output.write(`${token}\n`);
  output.note(
    `shown once; what follows goes into silo.config.yml, by a pull request:\n\n${yamlOf(entry)}`,
  );
  return 0;
};

const yamlOf = (entry: Readonly<Record<string, string | readonly string[]>>): string =>
  ["desk:", "  tokens:", ...Object.entries(entry).map(lineOf)].map((line) => `${line}\n`).join("");

const lineOf = ([key, value]: [string, string | readonly string[]], at: number): string =>
  `    ${at === 0 ? "-" : " "} ${key}: ${JSON.stringify(value)}`;
