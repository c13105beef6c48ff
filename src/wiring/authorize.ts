import {
  type AuthenticateToken,
  createAuthenticateToken,
} from "../access/tokens/authenticate-token.ts";
import { type AwsClients, createDynamoDbClient } from "../aws/create-clients.ts";
import { createNoteTokenUse, createReadTokenSecret } from "../aws/dynamodb/token-secret-store.ts";
import { createHandleAuthorize } from "../lambda/handle-authorize.ts";
import { readFunctionConfig } from "./config.ts";
import { createObserver } from "./observe.ts";

/** Puts the authorizer together; it needs the database alone. */
export function wireAuthenticateToken({
  dynamodb,
  ledgerTable,
  now = () => new Date(),
}: Pick<AwsClients, "dynamodb"> & {
  readonly ledgerTable: string;
  readonly now?: () => Date;
}): AuthenticateToken {
  const ledger = { client: dynamodb, ledger: ledgerTable };
  return createAuthenticateToken({
    readSecret: createReadTokenSecret(ledger),
    noteUse: createNoteTokenUse(ledger),
    now,
  });
}

/** Puts the authorizing function together from its environment. */
export function wireAuthorizeFunction() {
  const { region, stage, ledgerTable } = readFunctionConfig();
  const { onCall, onDenied, logger } = createObserver("authorize", stage);
  const dynamodb = createDynamoDbClient({ region, onCall });
  const authenticateToken = wireAuthenticateToken({ dynamodb, ledgerTable });
  return { logger, handle: createHandleAuthorize({ authenticateToken, onDenied }) };
}
