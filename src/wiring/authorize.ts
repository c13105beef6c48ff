import {
  type AuthenticateToken,
  createAuthenticateToken,
} from "../access/tokens/authenticate-token.ts";
import { type AwsClients, createDynamoDbClient } from "../aws/create-clients.ts";
import { createNoteTokenUse, createReadTokenSecret } from "../aws/dynamodb/token-secret-store.ts";
import { createHandleAuthorize } from "../lambda/handle-authorize.ts";
import { readFunctionConfig } from "./config.ts";

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
  const { region, ledgerTable } = readFunctionConfig();
  const dynamodb = createDynamoDbClient({ region });
  return createHandleAuthorize({
    authenticateToken: wireAuthenticateToken({ dynamodb, ledgerTable }),
  });
}
