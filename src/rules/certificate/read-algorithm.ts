import { type DerElement, tags, toOid } from "./der.ts";

/** Reads an AlgorithmIdentifier (RFC 5280 §4.1.1.2). */
export function readAlgorithm(element: DerElement): {
  readonly oid: string;
  readonly parameters: DerElement | undefined;
} {
  const { where } = element;
  const parts = element.children();
  const oid = toOid(parts.read(tags.oid, where));
  const parameters = parts.done ? undefined : parts.next(where);
  parts.finish();
  return { oid, parameters };
}
