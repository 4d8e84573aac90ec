/** What is made of a thing is made once, however many ask, and forgotten with the thing. */
export function madeOnce<K extends object, T>(): (thing: K, part: string, make: () => T) => T {
  const made = new WeakMap<K, Map<string, T>>();
  return (thing, part, make) => {
    const parts = made.get(thing) ?? new Map<string, T>();
    made.set(thing, parts);
    const there = parts.get(part);
    if (there !== undefined) return there;
    const value = make();
    parts.set(part, value);
    return value;
  };
}
