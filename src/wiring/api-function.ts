import { type ClaimNames, defaultClaimNames } from "../api/caller.ts";
import { createClients } from "../aws/create-clients.ts";
import { readScope } from "../aws/dynamodb/read-scope.ts";
import { wireApi } from "./api.ts";
import { wireBatches } from "./batches.ts";
import { readFunctionConfig } from "./config.ts";
import { createObserver } from "./observe.ts";
import { readPace } from "./preregistration.ts";
import { wireStores } from "./stores.ts";

/** Puts the API's function together from its environment. */
export function wireApiFunction(env: NodeJS.ProcessEnv = process.env) {
  const { region, stage, ledgerTable, auditTable } = readFunctionConfig(env);
  const { logger, onCall, onRecorded, onFailure, onProblem } = createObserver("api", stage);
  const clients = createClients({ region, onCall });
  const now = () => new Date();
  const data = { clients, ledgerTable, auditTable, now, onRecorded };
  const accountId = env["MUSTER_ACCOUNT_ID"];
  const handle = wireApi({
    ...data,
    stage,
    // ARNs of the local cloud's database name no account.
    scope: accountId
      ? async () => ({ partition: "aws", region, accountId })
      : () => readScope({ client: clients.dynamodb, ledger: ledgerTable, audit: auditTable }),
    batches: wireBatches({
      ...data,
      ...wireStores({ region, env, now, onCall }),
      limits: readPace(env),
    }),
    claimNames: readClaimNames(env),
    onFailure,
    onProblem,
  });
  return { handle, logger };
}

function readClaimNames(env: NodeJS.ProcessEnv): ClaimNames {
  return {
    role: env["MUSTER_ROLE_CLAIM"] || defaultClaimNames.role,
    manufacturer: env["MUSTER_MANUFACTURER_CLAIM"] || defaultClaimNames.manufacturer,
  };
}
