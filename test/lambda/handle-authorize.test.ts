import type { APIGatewayRequestAuthorizerEventV2 } from "aws-lambda";
import { describe, expect, test } from "vitest";
import type { TokenSecret } from "../../src/access/tokens/token.ts";
import { createHandleAuthorize } from "../../src/lambda/handle-authorize.ts";

const secret: TokenSecret = {
  id: "ab".repeat(16),
  hash: "cd".repeat(32),
  role: "manufacturer",
  manufacturer: "acme",
  expiresAt: "2026-05-01T12:00:00.000Z",
};

function ask(authorization: string | undefined, known: TokenSecret | undefined = secret) {
  const asked: string[] = [];
  const authorize = createHandleAuthorize({
    authenticateToken: async (text) => {
      asked.push(text);
      return known;
    },
  });
  const headers = authorization === undefined ? undefined : { authorization };
  const event = { headers } as unknown as APIGatewayRequestAuthorizerEventV2;
  return { asked, answer: authorize(event) };
}

describe("the authorizer", () => {
  test.for(["Bearer abc", "bearer abc"])("lets in who has a token: %s", async (header) => {
    const { asked, answer } = ask(header);
    expect(await answer).toEqual({
      isAuthorized: true,
      context: { token: secret.id, role: "manufacturer", manufacturer: "acme" },
    });
    expect(asked).toEqual(["abc"]);
  });

  test("hands on no manufacturer of who has none, and never the hash", async () => {
    const { manufacturer: _, ...operator } = secret;
    const { answer } = ask("Bearer abc", { ...operator, role: "operator" });
    expect((await answer) as object).toEqual({
      isAuthorized: true,
      context: { token: secret.id, role: "operator" },
    });
  });

  test.for([
    undefined,
    "",
    "Bearer ",
    "Basic abc",
    "Bearer a b",
    "abc",
    `Bearer ${"a".repeat(201)}`,
  ])("asks nobody about %j", async (header) => {
    const { asked, answer } = ask(header);
    expect(await answer).toEqual({ isAuthorized: false });
    expect(asked).toEqual([]);
  });

  test("lets nobody in when it cannot find out", async () => {
    const authorize = createHandleAuthorize({
      authenticateToken: () => Promise.reject(new Error("The database does not answer.")),
    });
    const event = { headers: { authorization: "Bearer abc" } };
    await expect(authorize(event as unknown as APIGatewayRequestAuthorizerEventV2)).rejects.toThrow(
      "The database",
    );
  });
});
