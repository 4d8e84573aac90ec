/** Folders of specs, good and bad, the same on every run. */

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Writes `count` specs into `root`/silos, the first `bad` of every `count / bad` of them faulty. */
export function makeSilos(root: string, count: number, bad: number): void {
  const folder = join(root, "silos");
  mkdirSync(folder, { recursive: true });
  const every = count / bad;
  for (let index = 0; index < count; index += 1) {
    const isBad = bad > 0 && index % every === 0;
    const text = isBad ? spoil(specOf(index), index / every) : specOf(index);
    writeFileSync(join(folder, `client${index % 97}-app${index}.yml`), text);
  }
}

/** 25 lines, as people write them; the date in quotes, because ajv-cli reads YAML 1.1. */
const specOf = (index: number): string => `# The silo of app ${index}
silo_id: client${index % 97}-app${index}-silo-001
client_slug: client${index % 97}
app_slug: app${index}
owner: "@somtech/team-${index % 13}"
devenv:
  devenv_enabled: true
  auto_stop_minutes: ${30 + (index % 5) * 15}
  fly_org: acme-erp
  fly_region: yyz
  rls_mode: production
  expires_at: "2027-12-31"
  monthly_budget_usd: 60
  services:
    postgres: { image: "supabase/postgres:15.1.1.78", memory_mb: 1024, volume_gb: 10 }
    gotrue:
      memory_mb: 256
      env:
        GOTRUE_SMTP_HOST: smtp.example.com
      secret_env: [GOTRUE_SMTP_PASS]
  auth:
    site_url: https://app${index}.example.com
    redirect_urls: [http://localhost:3000]
netlify:
  site: silo-client${index % 97}-app${index}
  variables: [VITE_SUPABASE_URL, VITE_SUPABASE_ANON_KEY]
`;

/** A mistake that the schema alone shows, so that every tool must find it. */
function spoil(text: string, turn: number): string {
  const [from = "", to = ""] = mistakes[turn % mistakes.length] ?? [];
  return text.replace(from, to);
}

const mistakes: readonly (readonly [string, string])[] = [
  ["auto_stop_minutes", "auto_stop_minuts"],
  ["rls_mode: production", "rls_mode: prod"],
  ["memory_mb: 256", "memory_mb: 300"],
  ["fly_region: yyz", "fly_region: Toronto"],
  ["devenv_enabled: true", "devenv_enabled: yes please"],
  ["volume_gb: 10", "volume_gb: ten"],
  ["  site: ", "  sites: "],
  ["GOTRUE_SMTP_HOST: ", "GOTRUE_JWT_SECRET: "],
];
