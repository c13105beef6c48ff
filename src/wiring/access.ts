import { randomBytes } from "node:crypto";
import { createManufacturers } from "../access/manufacturers/manage-manufacturers.ts";
import { createSigners, type Signers } from "../access/signers/manage-signers.ts";
import { createTokens, type Tokens } from "../access/tokens/manage-tokens.ts";
import { tokenSecretBytes } from "../access/tokens/token-text.ts";
import { createManufacturerStore } from "../aws/dynamodb/manufacturer-store.ts";
import { createSubjectAccess } from "../aws/dynamodb/subject-access.ts";
import { createTokenStore } from "../aws/dynamodb/token-store.ts";
import type { OperatorWiring } from "./operator.ts";
import { toTables } from "./to-tables.ts";

type AccessWiring = Pick<
  OperatorWiring,
  "clients" | "ledgerTable" | "auditTable" | "actor" | "now"
>;

/** Who may call the API, and whose signature counts. */
export interface AccessUseCases {
  readonly tokens: Tokens;
  readonly signers: Signers;
}

/** Puts together what whoever has rights in the account does without the API. */
export function wireAccess(wiring: AccessWiring): AccessUseCases {
  const { actor, now = () => new Date() } = wiring;
  const tables = toTables(wiring);
  const signers = createSigners({ ...createSubjectAccess(tables, "MANUFACTURER"), now, actor });
  return { tokens: wireTokens(wiring), signers };
}

/** Tokens by themselves: the first one is made by whoever has rights in the account. */
export function wireTokens(wiring: AccessWiring): Tokens {
  const { actor, now = () => new Date() } = wiring;
  const tables = toTables(wiring);
  const who = { now, actor };
  const { get } = createManufacturers({ ...createManufacturerStore(tables), ...who });
  return createTokens({
    ...createTokenStore(tables),
    checkManufacturer: get,
    newSecret: () => randomBytes(tokenSecretBytes),
    ...who,
  });
}
