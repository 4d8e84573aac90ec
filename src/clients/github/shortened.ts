/** Descriptions of deployments and statuses have at most 140 characters. */
export function shortened(description: string): string {
  const letters = [...description];
  return letters.length > 140 ? `${letters.slice(0, 139).join("")}…` : description;
}
