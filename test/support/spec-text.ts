/** Specs as people write them, for whole-command tests. */

export interface SpecParts {
  readonly client?: string;
  readonly app?: string;
  readonly org?: string;
  /** Lines under `devenv`, indented by two. */
  readonly devenv?: string;
  /** Lines under `devenv.services`, indented by four. */
  readonly services?: string;
}

export function specText({
  client = "acme",
  app = "erp",
  org = "acme-erp",
  devenv = "",
  services = "",
}: SpecParts = {}): string {
  return [
    `silo_id: ${client}-${app}-silo-001`,
    `client_slug: ${client}`,
    `app_slug: ${app}`,
    "devenv:",
    `  fly_org: ${org}`,
    ...(devenv ? [devenv] : []),
    ...(services ? ["  services:", services] : []),
    "",
  ].join("\n");
}
