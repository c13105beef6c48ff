/** What whoever calls the API may do: everything, what is its own, or read. */
export const roles = ["operator", "manufacturer", "auditor"] as const;
export type Role = (typeof roles)[number];

/** How long a token is valid at most. */
export const maxTokenDays = 366;

/** What is known of a token; the token itself is not kept. */
export interface Token {
  /** 32 hex digits. */
  readonly id: string;
  readonly role: Role;
  /** Of the role `manufacturer`: which one. */
  readonly manufacturer?: string;
  /** For people: who has it. */
  readonly description: string;
  /** ISO 8601, as all times here. */
  readonly createdAt: string;
  readonly createdBy: string;
  readonly expiresAt: string;
  readonly revokedAt?: string;
  readonly revokedBy?: string;
}

/** What the authorizer knows a token by. */
export interface TokenSecret extends Pick<Token, "id" | "role" | "manufacturer" | "expiresAt"> {
  /** Lower-case hex SHA-256 of the token. */
  readonly hash: string;
}
