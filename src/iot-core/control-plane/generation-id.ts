import { createHash } from "node:crypto";

/**
 * Makes the id that tells a resource from an earlier one of the same name. AWS draws it; here it
 * follows from the name and the time of the creation.
 */
export function toGenerationId(name: string, creationDate: Date): string {
  const hash = createHash("sha256").update(`${name} ${creationDate.getTime()}`).digest("hex");
  // The form of a UUID, of version 8 (RFC 9562 section 5.8).
  return hash.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*$/, "$1-$2-8$3-8$4-$5");
}
