import { describe, expect, test } from "vitest";
import { createAuthenticateToken } from "../../../src/access/tokens/authenticate-token.ts";
import type { TokenSecret } from "../../../src/access/tokens/token.ts";
import { toTokenHash, toTokenId, toTokenText } from "../../../src/access/tokens/token-text.ts";

const text = toTokenText(new Uint8Array(32).fill(7));
const hash = toTokenHash(text);
const secret: TokenSecret = {
  id: toTokenId(hash),
  hash,
  role: "auditor",
  expiresAt: "2026-05-01T12:00:00.000Z",
};

function setup(deviations: Partial<TokenSecret> = {}, start = "2026-05-01T11:59:59.999Z") {
  const stored = { ...secret, ...deviations };
  const reads: string[] = [];
  const uses: string[] = [];
  let now = new Date(start);
  const authenticate = createAuthenticateToken({
    readSecret: async (id) => {
      reads.push(id);
      return id === stored.id ? stored : undefined;
    },
    noteUse: async (id, day) => {
      uses.push(`${id} ${day}`);
      throw new Error("The database does not answer.");
    },
    now: () => now,
  });
  const setNow = (at: string) => {
    now = new Date(at);
  };
  return { authenticate, reads, uses, setNow, stored };
}

describe("a token", () => {
  test("is known by its hash, to the last moment before it expires", async () => {
    const { authenticate, stored } = setup();
    expect(await authenticate(text)).toBe(stored);
  });

  test.for<[string, Partial<TokenSecret>, string?]>([
    ["that expires now", {}, "2026-05-01T12:00:00.000Z"],
    ["whose stored hash is another's with the same name", { hash: `${hash.slice(0, 63)}x` }],
    ["that is not there, or not any more", { id: "0".repeat(32) }],
    ["whose expiry cannot be read", { expiresAt: "never" }],
  ])("%s gives no rights, and costs one read", async ([, deviations, now]) => {
    const { authenticate, reads, uses } = setup(deviations, now);
    expect(await authenticate(text)).toBeUndefined();
    expect(reads).toEqual([secret.id]);
    expect(uses).toEqual([]);
  });

  test("that cannot be one costs no read", async () => {
    const { authenticate, reads } = setup();
    expect(await authenticate(`${text.slice(0, -1)}_`)).toBeUndefined();
    expect(reads).toEqual([]);
  });

  test("is noted to be in use once a day, and is good even if that fails", async () => {
    const { authenticate, uses, setNow } = setup({ expiresAt: "2026-06-01T00:00:00.000Z" });
    for (const at of ["2026-05-01T01:00:00Z", "2026-05-01T23:59:59Z", "2026-05-02T00:00:00Z"]) {
      setNow(at);
      expect(await authenticate(text)).toBeDefined();
    }
    expect(uses).toEqual([`${secret.id} 2026-05-01`, `${secret.id} 2026-05-02`]);
  });
});
