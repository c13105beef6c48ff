import type { OnCall } from "../aws/observe-calls.ts";
import { createS3Client } from "../aws/s3/create-s3-client.ts";
import { createS3ObjectStore } from "../aws/s3/s3-object-store.ts";
import { createSqsClient } from "../aws/sqs/create-sqs-client.ts";
import { createPostponeMessage } from "../aws/sqs/postpone-message.ts";
import { createSqsWorkQueue } from "../aws/sqs/sqs-work-queue.ts";
import type { ObjectStore } from "../batches/object-store.ts";
import type { WorkQueue } from "../batches/work-queue.ts";
import { createFileObjectStore } from "../local/object-store.ts";
import { checkSet } from "./config.ts";

export interface StoresWiring {
  readonly region: string;
  readonly env: NodeJS.ProcessEnv;
  readonly now: () => Date;
  readonly onCall?: OnCall;
}

export interface Stores {
  /** Manifests, and what is made of them. */
  readonly objects: ObjectStore;
  /** Of the ingest function. */
  readonly queue: WorkQueue;
  /** For who receives of it: when a message comes again, in seconds. */
  readonly postponeMessage: (receiptHandle: string, seconds: number) => Promise<void>;
}

const names = {
  bucket: "MUSTER_BUCKET",
  queueUrl: "MUSTER_INGEST_QUEUE_URL",
  folder: "MUSTER_OBJECTS_FOLDER",
  url: "MUSTER_OBJECTS_URL",
  secret: "MUSTER_OBJECTS_SECRET",
} as const;

/**
 * Puts together where manifests lie and what work is queued in, as the environment says: a bucket of
 * S3, or in its place the local cloud's folder. The queue's endpoint is what the SDK's environment
 * says, which is how the local cloud gives its own.
 *
 * @throws MusterError CONFIGURATION_INVALID naming the variables that are missing.
 */
export function wireStores({ region, env, now, onCall }: StoresWiring): Stores {
  const target = { region, ...(onCall && { onCall }) };
  const folder = env[names.folder];
  const objectNames = folder ? (["folder", "url", "secret"] as const) : (["bucket"] as const);
  checkSet(env, [...objectNames.map((key) => names[key]), names.queueUrl]);
  const ingest = { client: createSqsClient(target), queueUrl: env[names.queueUrl] ?? "" };
  const work = {
    queue: createSqsWorkQueue(ingest),
    postponeMessage: createPostponeMessage(ingest),
  };
  if (!folder) {
    const bucket = env[names.bucket] ?? "";
    const client = createS3Client(target);
    return { ...work, objects: createS3ObjectStore({ client, bucket, now }) };
  }
  const baseUrl = env[names.url] ?? "";
  const secret = env[names.secret] ?? "";
  return { ...work, objects: createFileObjectStore({ folder, baseUrl, secret, now }) };
}
