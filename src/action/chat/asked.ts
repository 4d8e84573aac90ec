/** What a comment asks for. The whole first line is the command; anything else on it is none. */

export interface Asked {
  readonly command: ChatCommand;
  readonly silo: string;
  /** Of hold. */
  readonly duration: string | undefined;
}

const chatCommands = ["start", "stop", "restart", "hold", "release", "why", "plan"] as const;
export type ChatCommand = (typeof chatCommands)[number];

/** `undefined`: it is not for us. `"unclear"`: it is, and cannot be understood. */
export function askedIn(body: string): Asked | "unclear" | undefined {
  const [line = ""] = body.split(/\r?\n/, 1);
  if (!/^\/silo(\s|$)/.test(line)) return undefined;
  const [, word, silo = "", duration] =
    /^\/silo +([a-z]+)(?: +([a-z0-9][a-z0-9-]{0,62}))?(?: +(\d{1,3}[mhd]))? *$/.exec(line) ?? [];
  const command = chatCommands.find((one) => one === word);
  const isHold = command === "hold";
  const needsSilo = command !== "plan";
  if (!command || needsSilo !== (silo !== "") || isHold !== (duration !== undefined)) {
    return "unclear";
  }
  return { command, silo, duration };
}

export const usage = [
  "`/silo start acme-erp`, `stop`, `restart`, `why`, `release`;",
  "`/silo hold acme-erp 2h`; `/silo plan` in a pull request",
].join(" ");
