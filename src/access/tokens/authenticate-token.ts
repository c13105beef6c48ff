import { timingSafeEqual } from "node:crypto";
import type { TokenSecret } from "./token.ts";
import { isTokenText, toTokenHash, toTokenId } from "./token-text.ts";

export interface AuthenticateTokenDeps {
  /** Strongly consistent, so that a revocation counts at once. */
  readonly readSecret: (id: string) => Promise<TokenSecret | undefined>;
  /** Notes that a token is in use; called once a day for each token. */
  readonly noteUse: (id: string, day: string) => Promise<void>;
  readonly now: () => Date;
}

/**
 * Finds out whose a token is.
 *
 * Tokens that are well-formed cost the same whether they are known, revoked, expired or made up; what
 * cannot be a token is told by its form alone.
 *
 * @returns undefined when the token gives no rights.
 */
export type AuthenticateToken = (text: string) => Promise<TokenSecret | undefined>;

/** Bounds what one function instance remembers. */
const maxRemembered = 10_000;

const nobody = "0".repeat(64);

/** Builds the use case. */
export function createAuthenticateToken(deps: AuthenticateTokenDeps): AuthenticateToken {
  const noted = new Map<string, string>();
  const note = async (id: string): Promise<void> => {
    const day = deps.now().toISOString().slice(0, 10);
    if (noted.get(id) === day) return;
    if (noted.size >= maxRemembered) noted.clear();
    noted.set(id, day);
    // When it was last used is nice to know, and no reason to turn anybody away.
    await deps.noteUse(id, day).catch(() => {});
  };
  return async (text) => {
    if (!isTokenText(text)) return undefined;
    const hash = toTokenHash(text);
    const secret = await deps.readSecret(toTokenId(hash));
    const same = timingSafeEqual(Buffer.from(hash), Buffer.from(secret?.hash ?? nobody));
    if (!secret || !same || !(deps.now().getTime() < Date.parse(secret.expiresAt))) {
      return undefined;
    }
    await note(secret.id);
    return secret;
  };
}
