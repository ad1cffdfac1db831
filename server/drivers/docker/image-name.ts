import { digestOf } from "#domain/container.ts";

/** An image's name in parts. `repository` is null for an id. */
export interface ImageParts {
  readonly repository: string | null;
  readonly tag: string | null;
  readonly digest: string | null;
}

/** `registry:5000/shop:1.1@sha256:…` and all shorter forms. A colon before the last slash is a port's. */
export function parseImage(image: string): ImageParts {
  const [named = "", digest = null] = image.startsWith("sha256:") ? ["", image] : image.split("@");
  if (named === "") return { repository: null, tag: null, digest };
  const colon = named.indexOf(":", named.lastIndexOf("/") + 1);
  return colon < 0 ? { repository: named, tag: null, digest } : { repository: named.slice(0, colon), tag: named.slice(colon + 1), digest };
}

/** A pinned image as the engine is asked for it: the tag beside a digest is for people. */
export function imageReference(image: string): string {
  const { repository } = parseImage(image);
  return repository === null ? image : `${repository}@${digestOf(image)}`;
}

/** Whose credentials are asked for, as the engine calls it. */
export function registryOf(image: string): string {
  const [first = "", ...rest] = (parseImage(image).repository ?? "").split("/");
  return rest.length > 0 && (/[.:]/.test(first) || first === "localhost") ? first : "https://index.docker.io/v1/";
}
