/** Readers of what Netlify answers. Unknown fields are dropped; absent and null are the same. */

import {
  flag,
  list,
  needed,
  optional,
  orElse,
  type Read,
  ShapeError,
  shapeOf,
  text,
  word,
} from "../shape.ts";

export interface SiteAnswer {
  readonly id: string;
  readonly name: string;
  readonly account_id: string;
  readonly url?: string | undefined;
  readonly ssl_url?: string | undefined;
  readonly build_settings?: { readonly repo_branch?: string | undefined } | undefined;
}

export const readSite: Read<SiteAnswer> = shapeOf<SiteAnswer>({
  id: needed(word),
  name: needed(word),
  account_id: needed(word),
  url: optional(text),
  ssl_url: optional(text),
  build_settings: optional(
    shapeOf<NonNullable<SiteAnswer["build_settings"]>>({ repo_branch: optional(text) }),
  ),
});

export interface ValueAnswer {
  readonly id: string;
  readonly value: string;
  readonly context: string;
  readonly context_parameter?: string | undefined;
}

export interface VariableAnswer {
  readonly key: string;
  readonly values: readonly ValueAnswer[];
  readonly is_secret: boolean;
}

export const readVariable: Read<VariableAnswer> = shapeOf<VariableAnswer>({
  key: needed(word),
  values: orElse(
    list(
      shapeOf<ValueAnswer>({
        id: needed(word),
        // That of a secret cannot be read.
        value: orElse(text, ""),
        context: needed(word),
        context_parameter: optional(text),
      }),
    ),
    [],
  ),
  is_secret: orElse(flag, false),
});

export interface DeployAnswer {
  readonly id: string;
  readonly state: string;
  readonly build_id?: string | undefined;
  readonly title?: string | undefined;
  readonly branch?: string | undefined;
  readonly context?: string | undefined;
  readonly ssl_url?: string | undefined;
  readonly deploy_ssl_url?: string | undefined;
  readonly error_message?: string | undefined;
}

export const readDeploy: Read<DeployAnswer> = shapeOf<DeployAnswer>({
  id: needed(word),
  state: needed(word),
  build_id: optional(text),
  title: optional(text),
  branch: optional(text),
  context: optional(text),
  ssl_url: optional(text),
  deploy_ssl_url: optional(text),
  error_message: optional(text),
});

interface BranchAnswer {
  readonly name: string;
  readonly ssl_url?: string | undefined;
}

export const readBranch: Read<BranchAnswer> = shapeOf<BranchAnswer>({
  name: needed(word),
  ssl_url: optional(text),
});

export const readBuild = shapeOf<{ readonly id: string; readonly deploy_id: string }>({
  id: needed(word),
  deploy_id: needed(word),
});

/** An address that may be shown and called. */
export function readAddress(value: string, what: string, schemes = ["https:"]): string {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  const isPlain = url?.username === "" && url.password === "";
  if (isPlain && schemes.includes(url.protocol)) return value;
  throw new ShapeError(`${what} is no https address`);
}
