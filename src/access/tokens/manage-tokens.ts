import type { AuditEvent } from "../../rules/audit/audit-record.ts";
import { MusterError } from "../../rules/errors.ts";
import type { ReadSubject, Subject } from "../subjects.ts";
import { maxTokenDays, type Role, type Token, type TokenSecret } from "./token.ts";
import { toTokenHash, toTokenId, toTokenText } from "./token-text.ts";

export interface TokensDeps {
  readonly read: ReadSubject<Token>;
  /**
   * Writes a new token, what the authorizer knows it by, and the audit record: all or nothing.
   *
   * @param requestKey makes sure that there is one token for it.
   * @returns the id of the token that was made for the same key before; else undefined.
   */
  readonly add: (
    token: Token,
    secret: TokenSecret,
    audit: AuditEvent,
    requestKey: string | undefined,
  ) => Promise<string | undefined>;
  /** Takes from the authorizer what it knew the token by. @returns false when it was changed meanwhile. */
  readonly revoke: (read: Subject<Token>, token: Token, audit: AuditEvent) => Promise<boolean>;
  readonly list: (page: TokenPage) => Promise<TokenList>;
  /** @throws MusterError MANUFACTURER_UNKNOWN */
  readonly checkManufacturer: (id: string) => Promise<unknown>;
  /** 32 random bytes. */
  readonly newSecret: () => Uint8Array;
  readonly now: () => Date;
  readonly actor: string;
}

export interface TokenRequest {
  readonly role: Role;
  readonly manufacturer?: string;
  readonly description: string;
  /** 1 to 366. */
  readonly days: number;
  /** Whoever repeats a request with the same key gets no second token. */
  readonly idempotencyKey?: string;
}

export interface TokenPage {
  readonly limit: number;
  readonly cursor?: string;
  /** Only this one's. */
  readonly manufacturer?: string;
}

/** A token with the day it was last used, which may lag by one. */
export type UsedToken = Token & { readonly lastUsedOn?: string };

export interface TokenList {
  readonly tokens: readonly UsedToken[];
  readonly cursor?: string;
}

export interface Tokens {
  /**
   * Makes a token. Its text is in this answer and nowhere else.
   *
   * @throws MusterError TOKEN_INVALID, MANUFACTURER_UNKNOWN, TOKEN_ALREADY_SHOWN naming the token
   *   that was made before
   */
  readonly create: (
    request: TokenRequest,
  ) => Promise<{ readonly token: Token; readonly text: string }>;
  /** @throws MusterError TOKEN_UNKNOWN */
  readonly get: (id: string) => Promise<Token>;
  readonly list: (page: TokenPage) => Promise<TokenList>;
  /** Takes its rights at once. Again it changes nothing. @throws MusterError TOKEN_UNKNOWN */
  readonly revoke: (id: string) => Promise<Token>;
}

const dayMs = 86_400_000;
const maxTries = 5;

/** Builds the use cases on tokens. */
export function createTokens(deps: TokensDeps): Tokens {
  return {
    create: (request) => create(deps, request),
    get: async (id) => orUnknown(id, (await deps.read(id)).value),
    list: deps.list,
    revoke: (id) => revoke(deps, id),
  };
}

const wrongManufacturer = {
  missing: "A token of the role manufacturer is of one: say of which.",
  given: "Only a token of the role manufacturer is of one; leave the manufacturer out.",
} as const;

async function create(deps: TokensDeps, request: TokenRequest) {
  const { role, manufacturer, days, idempotencyKey } = request;
  if ((role === "manufacturer") !== (manufacturer !== undefined)) {
    throw invalid("manufacturer", wrongManufacturer[role === "manufacturer" ? "missing" : "given"]);
  }
  if (!Number.isInteger(days) || days < 1 || days > maxTokenDays) {
    throw invalid("days", `A token is valid for 1 to ${maxTokenDays} days.`);
  }
  if (manufacturer !== undefined) await deps.checkManufacturer(manufacturer);
  const text = toTokenText(deps.newSecret());
  const hash = toTokenHash(text);
  const now = deps.now();
  const rights = {
    id: toTokenId(hash),
    role,
    ...(manufacturer !== undefined && { manufacturer }),
    expiresAt: new Date(now.getTime() + days * dayMs).toISOString(),
  };
  const at = now.toISOString();
  const token: Token = {
    ...rights,
    description: request.description,
    createdAt: at,
    createdBy: deps.actor,
  };
  const { id: _, ...evidence } = rights;
  const audit = { action: "created", actor: deps.actor, at, evidence };
  const requestKey = idempotencyKey && `${deps.actor} ${idempotencyKey}`;
  const earlier = await deps.add(token, { ...rights, hash }, audit, requestKey);
  if (earlier === undefined) return { token, text };
  throw new MusterError(
    "TOKEN_ALREADY_SHOWN",
    `This key made the token ${earlier}, which was shown then and is not kept. If it did not arrive, revoke it and make another with a new key.`,
    { details: { token: earlier } },
  );
}

async function revoke(deps: TokensDeps, id: string): Promise<Token> {
  for (let tries = 0; tries < maxTries; tries += 1) {
    const subject = await deps.read(id);
    const current = orUnknown(id, subject.value);
    if (current.revokedAt !== undefined) return current;
    const at = deps.now().toISOString();
    const token = { ...current, revokedAt: at, revokedBy: deps.actor };
    const audit = { action: "revoked", actor: deps.actor, at, evidence: {} };
    if (await deps.revoke(subject, token, audit)) return token;
  }
  throw new MusterError("STATE_CHANGED", `The token ${id} kept being changed; try again.`);
}

function orUnknown(id: string, token: Token | undefined): Token {
  if (token) return token;
  // Whoever gives the token itself is not to find it in a log.
  if (id.startsWith("muster_")) {
    throw new MusterError("TOKEN_UNKNOWN", "This is a token itself; give its id, as in the list.");
  }
  throw new MusterError("TOKEN_UNKNOWN", `There is no token ${id}.`, { details: { token: id } });
}

function invalid(field: string, message: string): MusterError {
  return new MusterError("TOKEN_INVALID", message, { details: { field } });
}
