import { specText } from "../support/spec-text.ts";
import type { SpecChoice } from "./story.ts";

export function specOf(slug: string, spec: SpecChoice): string {
  const [client = "", app = ""] = slug.split("-");
  return specText({
    client,
    app,
    org: "acme",
    devenv: `  prevent_destroy: false\n  devenv_enabled: ${spec.isEnabled}`,
    services: [
      `    postgres: { public: ${spec.isPublic} }`,
      `    kong: { memory_mb: ${spec.kongMb} }`,
      `    storage: { volume_gb: ${spec.storageGb} }`,
      `    studio: { enabled: ${spec.hasStudio} }`,
    ].join("\n"),
  });
}
