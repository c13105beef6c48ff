import { mkdirSync } from "node:fs";
import { devNull } from "node:os";
import { join } from "node:path";
import { MusterError } from "../rules/errors.ts";
import { openConnectionLog } from "./connection-log.ts";
import { type Endpoints, removeEndpoints, writeEndpoints } from "./endpoints.ts";
import { startEventSource } from "./event-source.ts";
import { type FunctionHost, startFunction } from "./function-host.ts";
import { findAccount, keepAccount, type LocalAccount } from "./local-account.ts";
import { checkPort } from "./ports.ts";
import { openRegistrationQueue, type RegistrationQueue } from "./registration-queue.ts";
import { startDynoxide } from "./start-dynoxide.ts";
import { type ConnectionReport, type StandInBehaviour, startStandIn } from "./start-stand-in.ts";
import { isUnwritable, stateUnwritable } from "./state-unwritable.ts";
import { createStatus } from "./status/create-status.ts";
import type { LocalStatus } from "./status/local-status.ts";
import { startInspection } from "./status/start-inspection.ts";
import { type RuleFunctions, wireRules } from "./wire-rules.ts";

export interface LocalPorts {
  /** Each 0 for a free one. */
  readonly mqtt: number;
  readonly iot: number;
  readonly dynamodb: number;
}

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
  readonly queue: Pick<RegistrationQueue, "counts" | "deadLetters">;
  readonly status: () => LocalStatus;
  readonly close: () => Promise<void>;
}

const serverName = "localhost";
const tables = { ledgerTable: "muster-local-ledger", auditTable: "muster-local-audit" };

/** As in serverless.yml. */
const maxReceiveCount = 5;
const onboardTimeoutMs = 30_000;
const healTimeoutMs = 300_000;
/** Shorter than there, as those who wait here are people. */
const visibilityTimeoutMs = 45_000;
const healEveryMs = 60_000;

/**
 * Starts everything on this machine: database, stand-in for AWS IoT Core, queue and functions.
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
  const { stateFolder, now } = options;
  await using started = new AsyncDisposableStack();
  const at = (name: string) => join(stateFolder, name);
  makeFolder(stateFolder, at("log"));
  const account = findAccount(stateFolder, options.account ?? {});
  const { region, accountId } = account;

  // Whoever holds the queue's file holds the folder.
  const queue = openRegistrationQueue({
    file: at("queue.sqlite"),
    region,
    arn: `arn:aws:sqs:${region}:${accountId}:registrations`,
    visibilityTimeoutMs,
    maxReceiveCount,
    now,
  });
  started.defer(() => queue.close());
  removeEndpoints(stateFolder);
  await checkPorts(options);

  const database = await startDatabase(options, at("dynamodb.sqlite"));
  started.defer(() => database.close());
  await options.createTables({ url: database.url, region, ...tables });
  const log = openConnectionLog({ stateFolder });
  started.defer(() => log.close());
  let wake = () => {};
  const functions = Promise.withResolvers<RuleFunctions>();
  keepAccount(stateFolder, account);
  const standIn = await startStandIn({
    stateFolder,
    region,
    accountId,
    serverName,
    now,
    ports: options.ports,
    ...wireRules({
      region,
      accountId,
      queue,
      wake: () => wake(),
      functions: functions.promise,
    }),
    onFailure: options.onFailure,
    behaviour: options.behaviour,
    onConnection: (report) => {
      log.append(report);
      options.onConnection?.(report);
    },
  });
  started.defer(() => standIn.close());

  const host = (name: string, timeoutMs: number): FunctionHost =>
    startFunction({
      name,
      entry: new URL(`../../functions/${name}.ts`, import.meta.url),
      env: toFunctionEnv({ name, region, dynamodb: database.url, iot: standIn.url }),
      timeoutMs,
      logFile: at(join("log", `${name}.log`)),
    });
  const onboard = host("onboard", onboardTimeoutMs);
  started.defer(() => onboard.close());
  const heal = host("heal", healTimeoutMs);
  started.defer(() => heal.close());
  await onboard.ready();
  functions.resolve({ onboard: onboard.invoke, heal: heal.invoke });

  const source = startEventSource({
    queue,
    now,
    invoke: onboard.invoke,
    onFailure: options.onFailure,
  });
  wake = source.wake;
  started.defer(source.stop);
  started.defer(startSchedule(() => heal.invoke({})));

  const served = {
    version: 1 as const,
    pid: process.pid,
    startedAt: now().toISOString(),
    accountId,
    region,
    ...tables,
    iot: standIn.url,
    dynamodb: database.url,
    mqtt: { host: "127.0.0.1", port: standIn.mqttPort, serverName },
    serverCa: standIn.serverCa,
  };
  const status = createStatus({ stateFolder, endpoints: served, queue, log, standIn });
  const inspection = await startInspection(status);
  started.defer(() => inspection.close());
  const endpoints: Endpoints = { ...served, inspect: inspection.url };
  writeEndpoints(stateFolder, endpoints);
  started.defer(() => removeEndpoints(stateFolder));
  const running = started.move();
  return { endpoints, queue, status, close: () => running.disposeAsync() };
}

function makeFolder(stateFolder: string, logFolder: string): void {
  try {
    mkdirSync(logFolder, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new MusterError(
      "STATE_DAMAGED",
      `${stateFolder} cannot be written to as a folder. Give another with --state <folder>.`,
      { cause: error, details: { file: stateFolder } },
    );
  }
}

/** All of them first, so that nothing has to be stopped again. */
async function checkPorts({ ports, dynamodbEndpoint }: LocalCloudOptions): Promise<void> {
  await checkPort({ port: ports.mqtt, purpose: "devices (MQTT)", flag: "--mqtt-port" });
  await checkPort({ port: ports.iot, purpose: "the IoT API", flag: "--iot-port" });
  if (dynamodbEndpoint !== undefined) return;
  await checkPort({ port: ports.dynamodb, purpose: "the database", flag: "--dynamodb-port" });
}

async function startDatabase(
  { ports, dynamodbEndpoint, onFailure }: LocalCloudOptions,
  databaseFile: string,
): Promise<{ readonly url: string; readonly close: () => Promise<void> }> {
  if (dynamodbEndpoint !== undefined) return { url: dynamodbEndpoint, close: async () => {} };
  return startDynoxide({ port: ports.dynamodb, databaseFile, onExit: onFailure });
}

/** Nothing of the caller's environment, and no file of AWS's tools. */
function toFunctionEnv({
  name,
  region,
  dynamodb,
  iot,
}: Readonly<Record<"name" | "region" | "dynamodb" | "iot", string>>): Record<string, string> {
  return {
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: "local",
    AWS_SECRET_ACCESS_KEY: "local",
    AWS_CONFIG_FILE: devNull,
    AWS_SHARED_CREDENTIALS_FILE: devNull,
    AWS_EC2_METADATA_DISABLED: "true",
    AWS_ENDPOINT_URL_DYNAMODB: dynamodb,
    AWS_ENDPOINT_URL_IOT: iot,
    AWS_LAMBDA_FUNCTION_NAME: name,
    MUSTER_STAGE: "local",
    MUSTER_LEDGER_TABLE: tables.ledgerTable,
    MUSTER_AUDIT_TABLE: tables.auditTable,
    MUSTER_MAX_RECEIVE_COUNT: String(maxReceiveCount),
  };
}

/** @returns what ends it. What fails is in the function's log, and is tried again next time. */
function startSchedule(run: () => Promise<unknown>): () => void {
  let running = false;
  const timer = setInterval(() => {
    if (running) return;
    running = true;
    run()
      .catch(() => {})
      .finally(() => {
        running = false;
      });
  }, healEveryMs);
  return () => clearInterval(timer);
}
