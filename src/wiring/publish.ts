import { readStreamImage } from "../aws/dynamodb/read-stream-image.ts";
import { createEventBridgeClient } from "../aws/eventbridge/create-event-bridge-client.ts";
import { createPutEvents } from "../aws/eventbridge/put-events.ts";
import { createSqsClient } from "../aws/sqs/create-sqs-client.ts";
import { createSqsWorkQueue } from "../aws/sqs/sqs-work-queue.ts";
import { createHandleAuditStream } from "../lambda/handle-audit-stream.ts";
import { checkSet } from "./config.ts";
import { createObserver } from "./observe.ts";

const names = {
  stage: "MUSTER_STAGE",
  region: "AWS_REGION",
  bus: "MUSTER_EVENT_BUS",
  deadLetters: "MUSTER_EVENTS_DLQ_URL",
} as const;

/**
 * Puts the publishing function together from its environment. It reads no table: what it tells of is in
 * the stream.
 *
 * @throws MusterError CONFIGURATION_INVALID naming the variables that are missing.
 */
export function wirePublishFunction(env: NodeJS.ProcessEnv = process.env) {
  checkSet(env, Object.values(names));
  const read = (name: keyof typeof names) => env[names[name]] ?? "";
  const stage = read("stage");
  const observer = createObserver("publish", stage);
  const target = { region: read("region"), onCall: observer.onCall };
  const deadLetters = createSqsWorkQueue({
    client: createSqsClient(target),
    queueUrl: read("deadLetters"),
  });
  const handle = createHandleAuditStream({
    ...observer,
    stage,
    readImage: readStreamImage,
    putEvents: createPutEvents({
      client: createEventBridgeClient(target),
      bus: read("bus"),
    }),
    setAside: (record) => deadLetters.send(record),
  });
  return { logger: observer.logger, handle };
}
