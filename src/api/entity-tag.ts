import { MusterError } from "../rules/errors.ts";

/** Says whether a thing is still as the caller saw it. @throws MusterError PRECONDITION_FAILED */
export type Precondition = (revision: number) => void;

/** A thing's `etag`: its revision, which every change makes greater. */
export const toEntityTag = (revision: number): string => `"${revision}"`;

/**
 * Reads what a change is meant for: a state that was read (`if-match`) or a thing that is not there
 * yet (`if-none-match: *`).
 *
 * @throws MusterError PRECONDITION_MISSING: nobody changes what they have not seen.
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-13.1
 */
export function readPrecondition(headers: {
  readonly "if-match"?: string | undefined;
  readonly "if-none-match"?: string | undefined;
}): Precondition {
  const { "if-match": match, "if-none-match": noneMatch } = headers;
  if (match === undefined && noneMatch === undefined) {
    throw new MusterError(
      "PRECONDITION_MISSING",
      "Send if-match with the etag of what is to be changed, or if-none-match: * to make it.",
    );
  }
  const tags = (match ?? "").split(",").map((tag) => tag.trim());
  return (revision) => {
    const there = revision > 0;
    const matches =
      match === undefined ||
      (there && (tags.includes("*") || tags.includes(toEntityTag(revision))));
    const isNew = noneMatch === undefined || !there;
    if (matches && isNew) return;
    throw new MusterError(
      "PRECONDITION_FAILED",
      there ? "It has changed since, or is there already." : "It is not there.",
    );
  };
}
