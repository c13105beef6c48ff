import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { MusterError } from "../rules/errors.ts";
import { checkPorts, type LocalPorts } from "./check-ports.ts";
import { openConnectionLog } from "./connection-log.ts";
import type { DurableQueue } from "./durable-queue.ts";
import { type Endpoints, removeEndpoints, writeEndpoints } from "./endpoints.ts";
import { feedFunctions } from "./feed-functions.ts";
import { findAccount, keepAccount, type LocalAccount } from "./local-account.ts";
import { openQueues } from "./open-queues.ts";
import { type LocalFunctions, startFunctions } from "./start-functions.ts";
import { type LocalServers, serverName, startServers } from "./start-servers.ts";
import type { ConnectionReport, StandInBehaviour } from "./start-stand-in.ts";
import { isUnwritable, stateUnwritable } from "./state-unwritable.ts";
import { createStatus } from "./status/create-status.ts";
import type { LocalStatus } from "./status/local-status.ts";
import { startInspection } from "./status/start-inspection.ts";
import { toSurroundings } from "./to-surroundings.ts";

export interface LocalCloudOptions {
  readonly stateFolder: string;
  readonly ports: LocalPorts;
  /** A DynamoDB API that runs already; else the embedded one is started. */
  readonly dynamodbEndpoint?: string;
  readonly behaviour?: StandInBehaviour;
  /** Those of the state folder go before the defaults, and have to be these. */
  readonly account?: Partial<LocalAccount>;
  readonly createTables: (endpoint: LocalDatabase) => Promise<void>;
  readonly onConnection?: (report: ConnectionReport) => void;
  /** Called when a part of it ends by itself; the rest should be closed then. */
  readonly onFailure: (reason: string) => void;
  readonly now: () => Date;
}

interface LocalDatabase {
  readonly url: string;
  readonly region: string;
  readonly ledgerTable: string;
  readonly auditTable: string;
}

export interface LocalCloud {
  readonly endpoints: Endpoints;
  /** Of registrations. */
  readonly queue: Pick<DurableQueue, "counts" | "deadLetters">;
  readonly ingestQueue: Pick<DurableQueue, "counts" | "deadLetters">;
  readonly status: () => LocalStatus;
  /** Loads what else would be loaded when it is first asked for. */
  readonly preload: () => Promise<void>;
  readonly close: () => Promise<void>;
}

const tables = { ledgerTable: "muster-local-ledger", auditTable: "muster-local-audit" };

/**
 * Starts everything on this machine: database, stand-in for AWS IoT Core, queues, functions and the
 * HTTP API before them.
 *
 * State lies in one folder and survives every kind of end.
 *
 * @throws MusterError PORT_IN_USE, STATE_IN_USE, STATE_DAMAGED, PLATFORM_UNSUPPORTED,
 *   CONFIGURATION_INVALID, LOCAL_CLOUD_FAILED
 */
export async function startLocalCloud(options: LocalCloudOptions): Promise<LocalCloud> {
  try {
    return await start(options);
  } catch (error) {
    throw isUnwritable(error) ? stateUnwritable(options.stateFolder, error) : error;
  }
}

async function start(options: LocalCloudOptions): Promise<LocalCloud> {
  const { stateFolder, onFailure, now } = options;
  await using started = new AsyncDisposableStack();
  makeFolder(stateFolder);
  const account = findAccount(stateFolder, options.account ?? {});
  const queues = openQueues(stateFolder, account, now);
  started.defer(queues.close);
  removeEndpoints(stateFolder);
  await checkPorts(toPortsToCheck(options));
  const log = openConnectionLog({ stateFolder });
  started.defer(log.close);

  const ready = Promise.withResolvers<LocalFunctions>();
  const servers = await startServers({
    ...options,
    account,
    queues,
    functions: ready.promise,
    createTables: async ({ url }) => {
      await options.createTables({ url, region: account.region, ...tables });
      keepAccount(stateFolder, account);
    },
    onConnection: (report) => {
      log.append(report);
      options.onConnection?.(report);
    },
  });
  started.defer(servers.close);
  const functions = startFunctions(stateFolder, toSurroundings({ account, tables, servers }));
  started.defer(functions.close);
  await functions.onboard.ready();
  ready.resolve(functions);
  started.defer(feedFunctions({ queues, functions, onFailure, now }));

  const served = toEndpoints(account, servers, now());
  const status = createStatus({
    stateFolder,
    endpoints: served,
    queues,
    log,
    standIn: servers.standIn,
  });
  const inspection = await startInspection(status);
  started.defer(inspection.close);
  const endpoints: Endpoints = { ...served, inspect: inspection.url };
  writeEndpoints(stateFolder, endpoints);
  started.defer(() => removeEndpoints(stateFolder));
  const running = started.move();
  return {
    endpoints,
    queue: queues.registrations.queue,
    ingestQueue: queues.ingest.queue,
    status,
    preload: functions.preload,
    close: () => running.disposeAsync(),
  };
}

function makeFolder(stateFolder: string): void {
  try {
    mkdirSync(join(stateFolder, "log"), { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new MusterError(
      "STATE_DAMAGED",
      `${stateFolder} cannot be written to as a folder. Give another with --state <folder>.`,
      { cause: error, details: { file: stateFolder } },
    );
  }
}

function toPortsToCheck({ ports, dynamodbEndpoint }: LocalCloudOptions): Partial<LocalPorts> {
  const { dynamodb: _, ...others } = ports;
  return dynamodbEndpoint === undefined ? ports : others;
}

function toEndpoints(
  { accountId, region }: LocalAccount,
  { dynamodb, standIn, api }: LocalServers,
  startedAt: Date,
): Omit<Endpoints, "inspect"> {
  return {
    version: 1,
    pid: process.pid,
    startedAt: startedAt.toISOString(),
    accountId,
    region,
    ...tables,
    iot: standIn.url,
    dynamodb,
    api: api.url,
    mqtt: { host: "127.0.0.1", port: standIn.mqttPort, serverName },
    serverCa: standIn.serverCa,
  };
}
