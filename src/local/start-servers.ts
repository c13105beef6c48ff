import { join, resolve } from "node:path";
import type { LocalPorts } from "./check-ports.ts";
import type { LoopbackServer } from "./listen-on-loopback.ts";
import type { LocalAccount } from "./local-account.ts";
import { readOrCreateObjectSecret } from "./object-secret.ts";
import type { LocalQueues } from "./open-queues.ts";
import { startApi } from "./start-api.ts";
import { startDynoxide } from "./start-dynoxide.ts";
import type { LocalFunctions } from "./start-functions.ts";
import {
  type ConnectionReport,
  type StandIn,
  type StandInBehaviour,
  startStandIn,
} from "./start-stand-in.ts";
import { wireRules } from "./wire-rules.ts";

export interface ServerOptions {
  readonly stateFolder: string;
  readonly ports: LocalPorts;
  readonly account: LocalAccount;
  /** A DynamoDB API that runs already; else the embedded one is started. */
  readonly dynamodbEndpoint?: string;
  readonly createTables: (database: { readonly url: string }) => Promise<void>;
  readonly behaviour?: StandInBehaviour;
  readonly queues: LocalQueues;
  /** Settles once they are there: they are told where the servers are. */
  readonly functions: Promise<LocalFunctions>;
  readonly onConnection: (report: ConnectionReport) => void;
  readonly onFailure: (reason: string) => void;
  readonly now: () => Date;
}

export interface LocalServers {
  /** Base URL. */
  readonly dynamodb: string;
  readonly standIn: StandIn;
  readonly api: LoopbackServer;
  /** Where objects lie, and what their links are signed with. */
  readonly objects: { readonly folder: string; readonly secret: string };
  readonly close: () => Promise<void>;
}

/** Host name that devices send as SNI. */
export const serverName = "localhost";

/**
 * Starts all that listens for others: the database with its tables, the stand-in for AWS IoT Core and
 * the HTTP API.
 */
export async function startServers(options: ServerOptions): Promise<LocalServers> {
  const { stateFolder, ports, account, queues, functions, onFailure, now } = options;
  await using started = new AsyncDisposableStack();
  const database = await startDatabase(options);
  started.defer(database.close);
  await options.createTables(database);
  const standIn = await startStandIn({
    stateFolder,
    ...account,
    serverName,
    ports,
    ...wireRules({
      ...account,
      ...queues.registrations,
      functions: functions.then(({ onboard, heal }) => ({
        onboard: onboard.invoke,
        heal: heal.invoke,
      })),
    }),
    behaviour: options.behaviour,
    onConnection: options.onConnection,
    onFailure,
    now,
  });
  started.defer(standIn.close);
  const objects = {
    folder: resolve(join(stateFolder, "objects")),
    secret: readOrCreateObjectSecret(stateFolder),
  };
  const api = await startApi({
    port: ports.api,
    ...account,
    objects,
    ingest: queues.ingest,
    registrations: queues.registrations,
    functions,
    now,
  });
  started.defer(api.close);
  const running = started.move();
  return {
    dynamodb: database.url,
    standIn,
    api,
    objects,
    close: () => running.disposeAsync(),
  };
}

async function startDatabase({
  stateFolder,
  ports,
  dynamodbEndpoint,
  onFailure,
}: ServerOptions): Promise<{ readonly url: string; readonly close: () => Promise<void> }> {
  if (dynamodbEndpoint !== undefined) return { url: dynamodbEndpoint, close: async () => {} };
  const databaseFile = join(stateFolder, "dynamodb.sqlite");
  return startDynoxide({ port: ports.dynamodb, databaseFile, onExit: onFailure });
}
