import { describe, expect, test } from "vitest";
import { type Caller, defaultClaimNames, readCaller } from "../../src/api/caller.ts";

const token = "ab".repeat(16);
const lambda = (context: unknown) => ({ lambda: context });
const jwt = (claims: unknown) => ({ jwt: { claims, scopes: null } });

const cases: readonly { name: string; authorizer: unknown; caller: Caller | undefined }[] = [
  {
    name: "an operator's token",
    authorizer: lambda({ token, role: "operator" }),
    caller: { role: "operator", actor: `token:${token}` },
  },
  {
    name: "a manufacturer's token",
    authorizer: lambda({ token, role: "manufacturer", manufacturer: "acme" }),
    caller: { role: "manufacturer", manufacturer: "acme", actor: `token:${token}` },
  },
  {
    name: "an auditor of an OIDC issuer",
    authorizer: jwt({ sub: "ann@example.com", muster_role: "auditor", iss: "https://id" }),
    caller: { role: "auditor", actor: "oidc:ann@example.com" },
  },
  {
    name: "a manufacturer of an OIDC issuer",
    authorizer: jwt({ sub: "1", muster_role: "manufacturer", muster_manufacturer: "acme" }),
    caller: { role: "manufacturer", manufacturer: "acme", actor: "oidc:1" },
  },
  { name: "no authorizer", authorizer: undefined, caller: undefined },
  { name: "nothing of either", authorizer: {}, caller: undefined },
  {
    name: "both at once",
    authorizer: { ...lambda({ token, role: "operator" }), ...jwt({ sub: "1" }) },
    caller: undefined,
  },
  { name: "no role", authorizer: lambda({ token }), caller: undefined },
  { name: "an unknown role", authorizer: lambda({ token, role: "root" }), caller: undefined },
  {
    name: "a role in a list, as API Gateway writes claims of several values",
    authorizer: jwt({ sub: "1", muster_role: "[operator auditor]" }),
    caller: undefined,
  },
  { name: "no token id", authorizer: lambda({ role: "operator" }), caller: undefined },
  { name: "no subject", authorizer: jwt({ muster_role: "operator" }), caller: undefined },
  {
    name: "a subject with a line break",
    authorizer: jwt({ sub: "a\nb", muster_role: "operator" }),
    caller: undefined,
  },
  {
    name: "a manufacturer without its id",
    authorizer: lambda({ token, role: "manufacturer" }),
    caller: undefined,
  },
  {
    name: "a manufacturer with an id that is none",
    authorizer: lambda({ token, role: "manufacturer", manufacturer: "acme#x" }),
    caller: undefined,
  },
  {
    name: "an operator of one manufacturer",
    authorizer: lambda({ token, role: "operator", manufacturer: "acme" }),
    caller: undefined,
  },
  {
    name: "what JavaScript gives every object",
    authorizer: Object.create(lambda({ token, role: "operator" })),
    caller: undefined,
  },
];

describe("who calls", () => {
  test.for(cases)("$name", ({ authorizer, caller }) => {
    expect(readCaller(authorizer, defaultClaimNames)).toEqual(caller);
  });

  test("is read from claims of the deployment's own names", () => {
    const claimNames = { role: "custom:role", manufacturer: "custom:tenant" };
    const claims = { sub: "1", "custom:role": "manufacturer", "custom:tenant": "acme" };
    expect(readCaller(jwt(claims), claimNames)).toMatchObject({ manufacturer: "acme" });
    expect(readCaller(jwt({ sub: "1", muster_role: "operator" }), claimNames)).toBeUndefined();
  });
});
