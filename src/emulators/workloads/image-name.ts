/** `registry/repository:tag@digest` taken apart. */

export function imageName(image: string): { readonly repository: string; readonly tag: string } {
  const [, path = image, tag = "latest"] =
    /^(.+?)(?::([^/:@]+))?(?:@.+)?$/.exec(image.trim()) ?? [];
  const parts = path.split("/");
  const [first = ""] = parts;
  const named = /[.:]|^localhost$/.test(first) && parts.length > 1 ? parts.slice(1) : parts;
  const repository = named.join("/").replace(/^library\//, "");
  return { repository, tag };
}

/** `v1.10.1` is 1; a tag that is no version is 0. */
export const majorVersion = (tag: string): number => Number(/^v?(\d+)\./.exec(tag)?.[1] ?? 0);
