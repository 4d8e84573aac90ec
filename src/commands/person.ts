/** Who asks, as far as the environment says: for people to read, never to decide by. */
export function personOf(variable: (name: string) => string | undefined): string {
  const actor = variable("GITHUB_TRIGGERING_ACTOR") || variable("GITHUB_ACTOR");
  if (actor) return `@${actor}`;
  return variable("USER") || variable("USERNAME") || "somebody";
}
