import { devNull } from "node:os";
import { createClients } from "../aws/create-clients.ts";
import { createTables } from "../aws/dynamodb/create-tables.ts";
import { type Endpoints, readEndpoints } from "../local/endpoints.ts";
import { checkLoopback } from "../local/loopback.ts";
import { type LocalCloud, startLocalCloud } from "../local/start-local-cloud.ts";
import type { ConnectionReport, StandInBehaviour } from "../local/start-stand-in.ts";
import { type AccessUseCases, wireAccess } from "./access.ts";
import type { LocalSettings } from "./local-settings.ts";
import { pauseAtTerminal } from "./onboarding.ts";
import { type OperatorUseCases, type OperatorWiring, wireOperator } from "./operator.ts";

export interface StartLocalRequest extends Pick<LocalSettings, "stateFolder" | "ports"> {
  readonly account?: LocalSettings["account"];
  readonly behaviour?: StandInBehaviour;
  readonly onConnection?: (report: ConnectionReport) => void;
  readonly onFailure: (reason: string) => void;
}

/**
 * Starts the local cloud with its tables.
 *
 * @throws MusterError as `startLocalCloud`, and ENDPOINT_NOT_LOCAL for a database elsewhere.
 */
export async function startLocal(
  request: StartLocalRequest,
  env: NodeJS.ProcessEnv = process.env,
): Promise<LocalCloud> {
  forgetAws(env);
  const dynamodbEndpoint = env["MUSTER_DYNAMODB_ENDPOINT"];
  if (dynamodbEndpoint) checkLoopback(dynamodbEndpoint);
  return startLocalCloud({
    ...request,
    ...(dynamodbEndpoint && { dynamodbEndpoint }),
    createTables: async ({ url, region, ledgerTable, auditTable }) => {
      const { dynamodb } = toClients({ dynamodb: url, iot: url, region });
      await createTables({ client: dynamodb, ledger: ledgerTable, audit: auditTable });
      dynamodb.destroy();
    },
    now: () => new Date(),
  });
}

export interface LocalTarget {
  readonly endpoints: Endpoints;
  readonly useCases: OperatorUseCases;
  readonly access: AccessUseCases;
}

/**
 * Puts the operator's use cases together on the local cloud that runs in a folder.
 *
 * @throws MusterError LOCAL_CLOUD_NOT_RUNNING, STATE_DAMAGED, ENDPOINT_NOT_LOCAL
 */
export async function wireLocal(
  target: { readonly stateFolder: string; readonly actor: string },
  env: NodeJS.ProcessEnv = process.env,
): Promise<LocalTarget> {
  const { endpoints, wiring } = await findLocal(target, env);
  return { endpoints, useCases: wireOperator(wiring), access: wireAccess(wiring) };
}

/** Finds what commands are put together on. @throws MusterError as `wireLocal` */
export async function findLocal(
  { stateFolder, actor }: { readonly stateFolder: string; readonly actor: string },
  env: NodeJS.ProcessEnv,
): Promise<{ readonly endpoints: Endpoints; readonly wiring: OperatorWiring }> {
  forgetAws(env);
  const endpoints = await readEndpoints(stateFolder);
  const { accountId, region, ledgerTable, auditTable } = endpoints;
  const wiring: OperatorWiring = {
    clients: toClients(endpoints),
    ledgerTable,
    auditTable,
    actor,
    stage: "local",
    pause: pauseAtTerminal,
    scope: async () => ({ partition: "aws", region, accountId }),
  };
  return { endpoints, wiring };
}

/** The one way to clients of the local cloud: their endpoints are on this machine. */
function toClients({ dynamodb, iot, region }: Pick<Endpoints, "dynamodb" | "iot" | "region">) {
  checkLoopback(dynamodb);
  checkLoopback(iot);
  return createClients({
    region,
    iotEndpoint: iot,
    dynamodbEndpoint: dynamodb,
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
  });
}

/** The SDK also reads what it was not given: profiles, endpoints, FIPS, metadata services. */
function forgetAws(env: NodeJS.ProcessEnv): void {
  for (const name of Object.keys(env)) {
    if (name.startsWith("AWS_")) delete env[name];
  }
  env["AWS_CONFIG_FILE"] = devNull;
  env["AWS_SHARED_CREDENTIALS_FILE"] = devNull;
  env["AWS_EC2_METADATA_DISABLED"] = "true";
}
