/** Where images come from, and whether they say which one they are. */

import { type Path, type Problem, problem } from "./finding.ts";

export function checkImage(
  image: string,
  registries: readonly string[],
  path: Path,
): readonly Problem[] {
  const { repository, tag, digest } = parseImage(image);
  const problems: Problem[] = [];
  if (!registries.some((allowed) => isUnder(repository, allowed))) {
    problems.push(
      problem(
        "REGISTRY_NOT_ALLOWED",
        path,
        `The image ${repository} is not from a registry on the allow-list`,
        `Use one of ${registries.join(", ")}, or add its registry to allow.registries in silo.config.yml`,
      ),
    );
  }
  if (digest === undefined && (tag === undefined || tag === "latest")) {
    problems.push(
      problem(
        "IMAGE_TAG",
        path,
        `The image ${repository} has no fixed tag, so it may change by itself`,
        "Name a tag or a digest, as in supabase/postgres:15.1.1.78",
        { severity: "warning" },
      ),
    );
  }
  return problems;
}

const isUnder = (repository: string, allowed: string): boolean =>
  repository === allowed || repository.startsWith(`${allowed}/`);

interface ImageReference {
  /** With its registry: `docker.io/library/kong`. */
  readonly repository: string;
  readonly tag?: string | undefined;
  readonly digest?: string | undefined;
}

/** Where it comes from: a registry, and the owner in it. */
export function imageSource(image: string): string {
  const { repository } = parseImage(image);
  return repository.slice(0, repository.lastIndexOf("/"));
}

function parseImage(image: string): ImageReference {
  const [name = "", digest] = image.split("@");
  const colon = name.indexOf(":", name.lastIndexOf("/") + 1);
  const path = colon === -1 ? name : name.slice(0, colon);
  const tag = colon === -1 ? undefined : name.slice(colon + 1);
  return { repository: withRegistry(path), tag, digest };
}

/** As Docker reads names: without a dot, a port or `localhost`, the first part is no registry. */
function withRegistry(path: string): string {
  const [first = "", ...rest] = path.split("/");
  if (rest.length === 0) return `docker.io/library/${path}`;
  if (first === "index.docker.io" || first === "registry-1.docker.io") {
    return withRegistry(["docker.io", ...rest].join("/"));
  }
  if (first === "docker.io" && rest.length === 1) return `docker.io/library/${rest[0]}`;
  const isRegistry = first.includes(".") || first.includes(":") || first === "localhost";
  return isRegistry ? path : `docker.io/${path}`;
}
