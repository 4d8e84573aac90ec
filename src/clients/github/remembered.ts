/** Asks once for each key; what failed is asked for again. */
export function remembered<T>(
  known: Map<string, Promise<T>>,
  key: string,
  ask: () => Promise<T>,
): Promise<T> {
  const answer = known.get(key);
  if (answer !== undefined) return answer;
  const asked = ask();
  known.set(key, asked);
  asked.catch(() => {
    if (known.get(key) === asked) known.delete(key);
  });
  return asked;
}
