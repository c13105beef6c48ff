import { describe, expect, test } from "vitest";
import { createTokens, type TokensDeps } from "../../../src/access/tokens/manage-tokens.ts";
import type { Token } from "../../../src/access/tokens/token.ts";
import { emptyChain } from "../../../src/rules/audit/audit-record.ts";

const at = "2026-05-01T00:00:00.000Z";
const token: Token = {
  id: "ab".repeat(16),
  role: "auditor",
  description: "Ann",
  createdAt: at,
  createdBy: "operator:eve",
  expiresAt: "2026-06-01T00:00:00.000Z",
};

function setup(deviations: Partial<TokensDeps> = {}) {
  const calls: unknown[][] = [];
  const tokens = createTokens({
    read: async () => ({ revision: 1, chain: emptyChain, value: token }),
    add: async (...call) => {
      calls.push(call);
      return undefined;
    },
    revoke: async (...call) => {
      calls.push(call);
      return true;
    },
    list: async () => ({ tokens: [] }),
    checkManufacturer: async () => {},
    newSecret: () => new Uint8Array(32).fill(7),
    now: () => new Date(at),
    actor: "operator:eve",
    ...deviations,
  });
  return { tokens, calls };
}

describe("making a token", () => {
  test("keeps its hash apart from what is known of it, and neither holds the token", async () => {
    const { tokens, calls } = setup();
    const made = await tokens.create({ role: "auditor", description: "Ann", days: 31 });
    expect(made.token).toEqual({ ...token, id: expect.stringMatching(/^[0-9a-f]{32}$/) });
    const { id } = made.token;
    expect(calls).toEqual([
      [
        made.token,
        { id, role: "auditor", expiresAt: token.expiresAt, hash: expect.stringContaining(id) },
        {
          action: "created",
          actor: "operator:eve",
          at,
          evidence: { role: "auditor", expiresAt: token.expiresAt },
        },
        undefined,
      ],
    ]);
    expect(JSON.stringify(calls)).not.toContain(made.text);
  });

  test.for([
    ["a manufacturer's of none", { role: "manufacturer", days: 1 }, "manufacturer"],
    ["an operator's of one", { role: "operator", manufacturer: "acme", days: 1 }, "manufacturer"],
    ["no day", { role: "auditor", days: 0 }, "days"],
    ["half a day", { role: "auditor", days: 0.5 }, "days"],
    ["more than 366 days", { role: "auditor", days: 367 }, "days"],
  ] as const)("is refused: %s", async ([, request, field]) => {
    const { tokens, calls } = setup();
    await expect(tokens.create({ description: "x", ...request })).rejects.toMatchObject({
      code: "TOKEN_INVALID",
      details: { field },
    });
    expect(calls).toEqual([]);
  });
});

describe("revoking a token", () => {
  test("is tried again when it was changed meanwhile, and given up after a while", async () => {
    let tries = 0;
    const { tokens } = setup({
      revoke: async () => {
        tries += 1;
        return tries === 3;
      },
    });
    expect(await tokens.revoke(token.id)).toEqual({
      ...token,
      revokedAt: at,
      revokedBy: "operator:eve",
    });
    const never = setup({ revoke: async () => false });
    await expect(never.tokens.revoke(token.id)).rejects.toMatchObject({ code: "STATE_CHANGED" });
  });

  test("of none is refused", async () => {
    const { tokens } = setup({ read: async () => ({ revision: 0, chain: emptyChain }) });
    const unknown = { code: "TOKEN_UNKNOWN", details: { token: "x" } };
    await expect(tokens.revoke("x")).rejects.toMatchObject(unknown);
    await expect(tokens.get("x")).rejects.toMatchObject(unknown);
  });
});
