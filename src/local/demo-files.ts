/** The files that the demo writes and edits. */

export const demoConfig = `# Settings of the whole repository; all have defaults.
guards:
  destroy_grace_days: 7
`;

export const goodSpec = `silo_id: acme-erp-silo-001
client_slug: acme
app_slug: erp
devenv:
  fly_org: acme-erp
  fly_region: yyz
  services:
    postgres: { volume_gb: 10, public: true }
    gotrue: { memory_mb: 256 }
netlify:
  site: silo-acme-erp
  branch: prod
  variables: [VITE_SUPABASE_URL, VITE_SUPABASE_ANON_KEY]
`;

export const brokenSpec = goodSpec
  .replace("fly_region: yyz", "fly_region: yyx")
  .replace("{ memory_mb: 256 }", "{ memory: 256 }");

export const editedSpec = goodSpec.replace("memory_mb: 256", "memory_mb: 512");

export const unprotectedSpec = editedSpec.replace(
  "  fly_region: yyz\n",
  "  fly_region: yyz\n  prevent_destroy: false\n",
);
