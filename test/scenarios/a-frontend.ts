/** A silo with a frontend on Netlify, and what stands there. */

import { aCloud, type Cloud, type CloudOptions } from "../support/a-cloud.ts";
import { derivedCredentials } from "../support/derived.ts";
import { specText } from "../support/spec-text.ts";

export const site = "silo-acme-erp";
export const url = "https://devenv-acme-erp-kong.fly.dev";
export const repo = "somtech/silos";
export const urlKey = "VITE_SUPABASE_URL";
export const anonKey = "VITE_SUPABASE_ANON_KEY";

export const withNetlify = (branch = "prod", more = "") =>
  `${specText({ devenv: "  prevent_destroy: false" })}netlify:
  site: ${site}
  branch: ${branch}
  variables: [${urlKey}, ${anonKey}]
${more}`;

export const cloudWith = (more: Partial<CloudOptions> = {}, text = withNetlify()) =>
  aCloud({
    netlify: { teams: [{ slug: "acme", sites: [{ name: site }] }] },
    files: { "silos/acme-erp.yml": text },
    ...more,
  });

export function netlifyOf({ netlify }: Cloud) {
  if (!netlify) throw new Error("There is no Netlify");
  return netlify;
}

/** Values of the site: `branch key` → value. */
export const standing = (cloud: Cloud) =>
  Object.fromEntries(
    netlifyOf(cloud)
      .control.variables("acme", site)
      .flatMap(({ key, values }) =>
        values.map(({ parameter, context, value }) => [`${parameter ?? context} ${key}`, value]),
      ),
  );

export const calls = (cloud: Cloud, pattern: RegExp) =>
  netlifyOf(cloud).requests.filter(({ method, path }) => pattern.test(`${method} ${path}`)).length;
export const builds = (cloud: Cloud) => calls(cloud, /^POST .*\/builds$/);
export const writes = (cloud: Cloud) => calls(cloud, /^(POST|PUT|PATCH|DELETE) /);

export async function expected(cloud: Cloud, branch = "prod") {
  const credentials = await derivedCredentials(cloud, "acme-erp");
  return {
    [`${branch} ${urlKey}`]: url,
    [`${branch} ${anonKey}`]: credentials.anonKey.reveal(),
  };
}

export async function call(cloud: Cloud, method: string, path: string, body?: unknown) {
  const response = await netlifyOf(cloud).fetch(`http://netlify.local/api/v1${path}`, {
    method,
    headers: { authorization: "Bearer any" },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return response.json();
}
