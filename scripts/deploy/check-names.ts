import type { Finding } from "./preflight-codes.ts";
import { type NamedResource, nameLimits } from "./template-names.ts";

/** Finds the names that AWS would refuse for their length, of all that a stack names. */
export function checkNames(names: readonly NamedResource[]): Finding[] {
  return names.flatMap(({ logicalId, type, property, name }): Finding[] => {
    const limit = nameLimits[type]?.limit ?? Number.POSITIVE_INFINITY;
    if (name.length <= limit) return [];
    const field = `${logicalId}.${property}`;
    const message = `${field} would be "${name}", which is ${name.length} characters; ${type} takes ${limit}. Make the stage ${name.length - limit} shorter.`;
    return [{ code: "NAME_TOO_LONG", field, message }];
  });
}
