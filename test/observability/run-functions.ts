import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type FunctionHost, startFunction } from "../../src/local/function-host.ts";
import { startEventBus } from "../support/event-bus.ts";
import type { World } from "../support/world.ts";

const names = ["onboard", "heal", "api", "authorize", "ingest", "publish"] as const;
export type Name = (typeof names)[number];

export interface Line extends Readonly<Record<string, unknown>> {
  readonly message?: string;
  readonly _aws?: {
    readonly CloudWatchMetrics: readonly {
      readonly Namespace: string;
      readonly Dimensions: readonly (readonly string[])[];
      readonly Metrics: readonly { readonly Name: string; readonly Unit: string }[];
    }[];
  };
}

export const awsSecret = "a-secret-access-key";

/** Runs the functions as the local cloud does, in threads, on a world; what they log goes to files. */
export async function runFunctions(world: World) {
  const bus = await startEventBus();
  const folder = mkdtempSync(join(tmpdir(), "muster-test-"));
  const env = {
    AWS_REGION: world.target.region,
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: awsSecret,
    AWS_EC2_METADATA_DISABLED: "true",
    AWS_LAMBDA_FUNCTION_NAME: "test",
    AWS_ENDPOINT_URL_DYNAMODB: world.target.dynamodbEndpoint,
    AWS_ENDPOINT_URL_IOT: world.target.iotEndpoint,
    AWS_ENDPOINT_URL_SQS: bus.endpoint,
    AWS_ENDPOINT_URL_EVENTBRIDGE: bus.endpoint,
    // All there is to say.
    POWERTOOLS_LOG_LEVEL: "DEBUG",
    MUSTER_STAGE: "test",
    MUSTER_LEDGER_TABLE: world.names.ledgerTable,
    MUSTER_AUDIT_TABLE: world.names.auditTable,
    MUSTER_MAX_RECEIVE_COUNT: "5",
    MUSTER_ACCOUNT_ID: "123456789012",
    MUSTER_INGEST_QUEUE_URL: `${bus.endpoint}/123456789012/ingest`,
    MUSTER_REGISTRATIONS_QUEUE_URL: `${bus.endpoint}/123456789012/registrations`,
    MUSTER_EVENTS_DLQ_URL: `${bus.endpoint}/123456789012/events-dlq`,
    MUSTER_EVENT_BUS: "muster-test",
    MUSTER_OBJECTS_FOLDER: join(folder, "objects"),
    MUSTER_OBJECTS_URL: "http://127.0.0.1:1",
    MUSTER_OBJECTS_SECRET: "a-secret-of-uploads",
  };
  const toLogFile = (name: Name) => join(folder, `${name}.log`);
  const hosts = new Map<Name, FunctionHost>();
  for (const name of names) {
    const entry = new URL(`../../functions/${name}.ts`, import.meta.url);
    const host = { name, entry, env, timeoutMs: 30_000, logFile: toLogFile(name) };
    hosts.set(name, startFunction(host));
  }
  // Loading them takes most of the time: all at once.
  await Promise.all([...hosts.values()].map((host) => host.ready()));
  const invoke = async (name: Name, event: unknown): Promise<unknown> =>
    hosts.get(name)?.invoke(event);
  return {
    bus,
    invoke,
    /** Has the ingest function do all work that was sent, but what is to come much later. */
    drain: async (): Promise<void> => {
      for (let next = bus.messages.shift(); next; next = bus.messages.shift()) {
        const { QueueUrl, MessageBody, DelaySeconds = 0 } = next;
        if (!QueueUrl.endsWith("/ingest") || DelaySeconds > 60) continue;
        await invoke("ingest", { Records: [toSqsRecord(MessageBody, "work")] });
      }
    },
    /** Ends the functions. @returns what they logged. */
    readLogs: async (): Promise<ReadonlyMap<Name, string>> => {
      await Promise.all([...hosts.values()].map((host) => host.close()));
      return new Map(names.map((name) => [name, readFileSync(toLogFile(name), "utf8")]));
    },
    close: () => {
      bus.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export function toSqsRecord(body: string | object, messageId: string, received = 1) {
  return {
    messageId,
    receiptHandle: "receipt",
    body: typeof body === "string" ? body : JSON.stringify(body),
    attributes: { ApproximateReceiveCount: String(received) },
    eventSource: "aws:sqs",
  };
}

/** @throws SyntaxError for a line that is no JSON. */
export function toLines(log: string): readonly Line[] {
  return log
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Line);
}
