import { hash } from "node:crypto";
import type { MusterError } from "../rules/errors.ts";
import { requestInvalid } from "./problems/to-problem.ts";

/** What a list was asked for, beside where to go on. */
export type PageQuery = readonly (string | undefined)[];

/** Makes the cursor of a list: opaque, and of use for the same question of the same caller only. */
export function sealCursor(position: string, query: PageQuery): string {
  return Buffer.from(JSON.stringify([toBinding(query), position])).toString("base64url");
}

/**
 * Takes the position out of a cursor.
 *
 * It is bound, not signed: whoever makes one up gets no further than the list that was asked for,
 * which is the caller's own.
 *
 * @throws MusterError REQUEST_INVALID for a cursor of another question.
 */
export function openCursor(cursor: string | undefined, query: PageQuery): string | undefined {
  if (cursor === undefined) return undefined;
  const content = parse(Buffer.from(cursor, "base64url").toString("utf8"));
  if (Array.isArray(content) && content.length === 2 && content[0] === toBinding(query)) {
    const [, position] = content as readonly unknown[];
    if (typeof position === "string") return position;
  }
  throw cursorInvalid();
}

export function cursorInvalid(): MusterError {
  const detail = "It is not a cursor of this list. Begin without one.";
  return requestInvalid([{ parameter: "cursor", in: "query", detail }]);
}

/** Cuts a page out of a list that is short enough to be had whole. */
export function cutPage<T>(
  items: readonly T[],
  keyOf: (item: T) => string,
  { limit, cursor, query }: { limit: number; cursor: string | undefined; query: PageQuery },
): { readonly items: readonly T[]; readonly cursor?: string } {
  const after = openCursor(cursor, query);
  const sorted = items.toSorted((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1));
  const rest = after === undefined ? sorted : sorted.filter((item) => keyOf(item) > after);
  const page = rest.slice(0, limit);
  const last = page.at(-1);
  const more = rest.length > page.length && last !== undefined;
  return { items: page, ...(more && { cursor: sealCursor(keyOf(last), query) }) };
}

function toBinding(query: PageQuery): string {
  return hash("sha256", JSON.stringify(query.map((part) => part ?? null)), "hex").slice(0, 16);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
