import { marshall, unmarshall } from "@aws-sdk/util-dynamodb";
import * as z from "zod/mini";
import { MusterError } from "../../rules/errors.ts";
import type { Item, Shape } from "./item.ts";

/** Where a listing goes on, to be given out. */
export function toCursor(key: Item): string {
  return Buffer.from(JSON.stringify(unmarshall(key))).toString("base64url");
}

/**
 * Reads a cursor that came back.
 *
 * @param isOf whether it is of the very listing that it is used for: else it would lead into another's.
 * @throws MusterError REQUEST_INVALID
 */
export function parseCursor<T extends object>(
  cursor: string,
  shape: Shape<T>,
  isOf: (key: T) => boolean,
): Item {
  const parsed = z.safeParse(shape, decode(cursor));
  if (parsed.success && isOf(parsed.data)) return marshall(parsed.data);
  throw cursorInvalid();
}

/** Of a cursor that nobody was given: the database is not asked, as it fails on what is no key. */
export function cursorInvalid(): MusterError {
  return new MusterError("REQUEST_INVALID", "The cursor is none that was given out here.", {
    details: { field: "cursor" },
  });
}

function decode(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, "base64url").toString("utf8"));
  } catch {
    return undefined;
  }
}
