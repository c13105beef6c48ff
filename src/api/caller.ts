import { type Role, roles } from "../access/tokens/token.ts";

/** Who calls the API, with what rights. */
export type Caller =
  | { readonly role: "operator" | "auditor"; readonly actor: string }
  | { readonly role: "manufacturer"; readonly manufacturer: string; readonly actor: string };

/** Claims of an OIDC issuer's tokens that say what somebody may do. */
export interface ClaimNames {
  readonly role: string;
  readonly manufacturer: string;
}

export const defaultClaimNames: ClaimNames = {
  role: "muster_role",
  manufacturer: "muster_manufacturer",
};

/**
 * Reads who calls from what API Gateway's authorizer found out: the Lambda authorizer's context, or
 * the claims that the native JWT authorizer checked.
 *
 * Fails closed: both at once, an unknown role, a manufacturer without its id or another role with
 * one is nobody.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html
 */
export function readCaller(authorizer: unknown, claimNames: ClaimNames): Caller | undefined {
  const lambda = member(authorizer, "lambda");
  const jwt = member(authorizer, "jwt");
  if ((lambda === undefined) === (jwt === undefined)) return undefined;
  if (jwt === undefined) {
    const token = readText(lambda, "token", /^[0-9a-f]{32}$/);
    return toCaller(
      { role: member(lambda, "role"), manufacturer: member(lambda, "manufacturer") },
      token && `token:${token}`,
    );
  }
  const claims = member(jwt, "claims");
  const subject = readText(claims, "sub", /^[\x21-\x7e]{1,255}$/);
  return toCaller(
    {
      role: member(claims, claimNames.role),
      manufacturer: member(claims, claimNames.manufacturer),
    },
    subject && `oidc:${subject}`,
  );
}

function toCaller(
  { role, manufacturer }: { readonly role: unknown; readonly manufacturer: unknown },
  actor: string | undefined,
): Caller | undefined {
  if (actor === undefined || !isRole(role)) return undefined;
  if (role !== "manufacturer") return manufacturer === undefined ? { role, actor } : undefined;
  if (typeof manufacturer !== "string" || !/^[a-z0-9][a-z0-9-]{0,62}$/.test(manufacturer)) {
    return undefined;
  }
  return { role, manufacturer, actor };
}

function isRole(role: unknown): role is Role {
  return roles.some((each) => each === role);
}

function readText(owner: unknown, name: string, pattern: RegExp): string | undefined {
  const value = member(owner, name);
  return typeof value === "string" && pattern.test(value) ? value : undefined;
}

/** Its own members only: a claim named like one of JavaScript's is no role. */
function member(owner: unknown, name: string): unknown {
  if (typeof owner !== "object" || owner === null || !Object.hasOwn(owner, name)) return undefined;
  return (owner as Readonly<Record<string, unknown>>)[name];
}
