/** The command line of psql, as far as machines are driven with it. */

export interface PsqlOptions {
  readonly host: string | undefined;
  readonly port: number;
  readonly user: string;
  readonly database: string;
  readonly password: string | undefined;
  readonly applicationName: string;
  readonly actions: readonly PsqlAction[];
  readonly variables: Readonly<Record<string, string>>;
  readonly format: "aligned" | "unaligned" | "csv";
  readonly fieldSeparator: string;
  readonly recordSeparator: string;
  readonly tuplesOnly: boolean;
  readonly quiet: boolean;
  readonly expanded: boolean;
  readonly singleTransaction: boolean;
}

export type PsqlAction =
  | { readonly kind: "command"; readonly text: string }
  | { readonly kind: "file"; readonly path: string };

type Env = Readonly<Record<string, string>>;
type Collected = { -readonly [Key in keyof PsqlOptions]: PsqlOptions[Key] };

/** A string is the complaint of psql about its command line. */
export function parsePsqlOptions(args: readonly string[], env: Env): PsqlOptions | string {
  const options = defaults(env);
  const positional: string[] = [];
  const queue = args.flatMap(spread);
  for (let at = 0; at < queue.length; at++) {
    const token = queue[at] ?? "";
    if (!token.startsWith("-") || token === "-") {
      positional.push(token);
      continue;
    }
    const [name = "", ...inline] = token.startsWith("--") ? token.split("=") : [token];
    const set = Object.hasOwn(switches, name) ? switches[name] : undefined;
    if (set) {
      Object.assign(options, set);
      continue;
    }
    const take = Object.hasOwn(valued, name) ? valued[name] : undefined;
    if (!take) return `unrecognized option '${name}' (of psql, as far as it is emulated)`;
    const value = inline.length > 0 ? inline.join("=") : queue[++at];
    if (value === undefined) return `option '${name}' requires an argument`;
    const changes = take(value, options);
    if (typeof changes === "string") return changes;
    Object.assign(options, changes);
  }
  const [target, user] = positional;
  if (target !== undefined) Object.assign(options, readTarget(target, options));
  if (user !== undefined) options.user = user;
  if (!options.database) options.database = options.user;
  return options;
}

function defaults(env: Env): Collected {
  return {
    host: env.PGHOST,
    port: Number(env.PGPORT ?? 5432),
    // Commands run as root in a machine, and psql asks for a role of that name.
    user: env.PGUSER ?? "root",
    database: env.PGDATABASE ?? "",
    password: env.PGPASSWORD,
    applicationName: env.PGAPPNAME ?? "psql",
    actions: [],
    variables: {},
    format: "aligned",
    fieldSeparator: "|",
    recordSeparator: "\n",
    tuplesOnly: false,
    quiet: false,
    expanded: false,
    singleTransaction: false,
  };
}

const switches: Readonly<Record<string, Partial<Collected>>> = {
  "-A": { format: "unaligned" },
  "-t": { tuplesOnly: true },
  "-q": { quiet: true },
  "-x": { expanded: true },
  "-1": { singleTransaction: true },
  "-0": { recordSeparator: "\0" },
  "-z": { fieldSeparator: "\0" },
  "-X": {},
  "-w": {},
  "-b": {},
  "-n": {},
  "--csv": { format: "csv" },
  "--no-align": { format: "unaligned" },
  "--tuples-only": { tuplesOnly: true },
  "--quiet": { quiet: true },
  "--expanded": { expanded: true },
  "--single-transaction": { singleTransaction: true },
  "--no-psqlrc": {},
  "--no-password": {},
  "--no-readline": {},
};

/** What an option with a value changes, or psql's complaint. */
type Take = (value: string, options: Collected) => Partial<Collected> | string;

const assign: Take = (value, { variables }) => {
  const [name = "", ...rest] = value.split("=");
  return { variables: { ...variables, [name]: rest.join("=") } };
};
const command: Take = (text, { actions }) => ({ actions: [...actions, { kind: "command", text }] });
const file: Take = (path, { actions }) => ({ actions: [...actions, { kind: "file", path }] });
const host: Take = (value) => ({ host: value });
const port: Take = (value) => ({ port: Number(value) });
const user: Take = (value) => ({ user: value });
const database: Take = (value, options) => readTarget(value, options);
const separator: Take = (value) => ({ fieldSeparator: value });
const record: Take = (value) => ({ recordSeparator: value });
const setting: Take = (value) => {
  const [name, given] = value.split("=");
  if (name === "format" && (given === "aligned" || given === "unaligned" || given === "csv")) {
    return { format: given };
  }
  if (name === "fieldsep") return { fieldSeparator: given ?? "|" };
  if (name === "tuples_only") return { tuplesOnly: given !== "off" };
  return name === "pager" ? {} : `unrecognized setting '${value}' of -P`;
};

const valued: Readonly<Record<string, Take>> = {
  "-h": host,
  "--host": host,
  "-p": port,
  "--port": port,
  "-U": user,
  "--username": user,
  "-d": database,
  "--dbname": database,
  "-c": command,
  "--command": command,
  "-f": file,
  "--file": file,
  "-v": assign,
  "--set": assign,
  "--variable": assign,
  "-F": separator,
  "--field-separator": separator,
  "-R": record,
  "--record-separator": record,
  "-P": setting,
  "--pset": setting,
};

/** `-Atc` is `-A -t -c`; `-Upostgres` is `-U postgres`. */
function spread(arg: string): string[] {
  if (!/^-[^-]./.test(arg)) return [arg];
  const [letter = "", rest = ""] = [arg.slice(0, 2), arg.slice(2)];
  if (Object.hasOwn(valued, letter)) return [letter, rest];
  return [letter, ...spread(`-${rest}`)];
}

/** A database name, or a whole connection as URI or `key=value` pairs. */
function readTarget(target: string, options: Collected): Partial<Collected> {
  if (/^postgres(ql)?:\/\//.test(target) && URL.canParse(target)) {
    const url = new URL(target);
    return {
      host: url.hostname.replace(/^\[|\]$/g, "") || options.host,
      port: Number(url.port || options.port),
      user: decodeURIComponent(url.username) || options.user,
      password: url.password ? decodeURIComponent(url.password) : options.password,
      database: decodeURIComponent(url.pathname.slice(1)),
      applicationName: url.searchParams.get("application_name") ?? options.applicationName,
    };
  }
  if (!target.includes("=")) return { database: target };
  const pairs = Object.fromEntries(target.split(/\s+/).map((pair) => pair.split("=", 2)));
  return {
    host: pairs.host ?? options.host,
    applicationName: pairs.application_name ?? options.applicationName,
    port: Number(pairs.port ?? options.port),
    user: pairs.user ?? options.user,
    password: pairs.password ?? options.password,
    database: pairs.dbname ?? options.database,
  };
}
