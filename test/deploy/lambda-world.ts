import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createTokens } from "../../src/access/tokens/manage-tokens.ts";
import { createTokenStore } from "../../src/aws/dynamodb/token-store.ts";
import { toManifestKey } from "../../src/batches/batch-keys.ts";
import { createBatchUseCases } from "../../src/batches/create-batch-use-cases.ts";
import { openDurableQueue } from "../../src/local/durable-queue.ts";
import { createFileObjectStore } from "../../src/local/object-store.ts";
import { queueNames, startApi } from "../../src/local/start-api.ts";
import { createLocalWorkQueue } from "../../src/local/work-queue.ts";
import { toQueueUrl } from "../../src/local/work-queue-requests.ts";
import { wireTokens } from "../../src/wiring/access.ts";
import { wireBatchDeps } from "../../src/wiring/batches.ts";
import type { Lambda } from "../runtime-api/start-lambda.ts";
import { startEventBus } from "../support/event-bus.ts";
import { readEventCertificates } from "../support/event-certificates.ts";
import { identity } from "../support/identity.ts";
import { createWorld } from "../support/world.ts";
import type { Packaged } from "./read-artifact.ts";
import { type PackagedOptions, startPackaged } from "./start-packaged.ts";

export interface LambdaWorldOptions {
  /** Holds the functions to what they may write to on AWS, which costs time. */
  readonly readOnly?: boolean;
}

/** Where nothing listens: what is meant for other services of AWS fails. */
const nowhere = "http://127.0.0.1:9";
const secret = "0123456789abcdef0123456789abcdef";

/**
 * The packaged functions as Lambda runs them, and all they call: a database, the stand-in for AWS IoT,
 * queues, objects, and the HTTP API before them. The CA of `events/certificates.pem` is registered for
 * the manufacturer acme.
 */
export async function createLambdaWorld(
  packaged: Packaged,
  { readOnly = false }: LambdaWorldOptions = {},
) {
  await using started = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), "muster-lambda-"));
  started.defer(() => rm(folder, { recursive: true, force: true }));
  const world = await createWorld({ quotaScale: 1_000 });
  started.defer(world.close);
  const now = () => new Date();
  const queues = {
    ingest: openQueue("ingest", now),
    registrations: openQueue("registrations", now),
  };
  const objects = { folder: join(folder, "objects"), secret };
  const ready = Promise.withResolvers<Readonly<Record<string, Lambda>>>();
  const api = await startApi({
    port: 0,
    accountId: identity.accountId,
    region: identity.region,
    objects,
    ...queues,
    functions: ready.promise.then(({ authorize, api: handle }) => ({
      authorize: toHost(authorize),
      api: toHost(handle),
    })),
    now,
  });
  started.defer(api.close);
  const queueUrls = {
    ingest: toQueueUrl(api.url, queueNames.ingest),
    registrations: toQueueUrl(api.url, queueNames.registrations),
  };
  const bus = await startEventBus();
  started.defer(bus.close);
  const settings: PackagedOptions = {
    packaged,
    folder,
    region: identity.region,
    accountId: identity.accountId,
    references: {
      LedgerTable: world.names.ledgerTable,
      AuditTable: world.names.auditTable,
      Bucket: "muster-test-123456789012-eu-west-1",
      IngestQueue: queueUrls.ingest,
      RegistrationsQueue: queueUrls.registrations,
      EventBus: "muster-test",
      EventsDeadLetterQueue: toQueueUrl(bus.endpoint, "events-dlq"),
    },
    conditions: { OwnsEventBus: true },
    surroundings: {
      AWS_ENDPOINT_URL: nowhere,
      AWS_ENDPOINT_URL_DYNAMODB: world.target.dynamodbEndpoint,
      AWS_ENDPOINT_URL_IOT: world.target.iotEndpoint,
      AWS_ENDPOINT_URL_EVENTBRIDGE: bus.endpoint,
      AWS_ENDPOINT_URL_SQS: api.url,
      MUSTER_OBJECTS_FOLDER: objects.folder,
      MUSTER_OBJECTS_URL: api.url,
      MUSTER_OBJECTS_SECRET: secret,
      MUSTER_ACCOUNT_ID: identity.accountId,
    },
    surroundingsOf: { publish: { AWS_ENDPOINT_URL_SQS: bus.endpoint } },
    ...(readOnly && { writable: [objects.folder] }),
  };
  const packages = await startPackaged(settings);
  started.defer(packages.close);
  ready.resolve(packages.functions);

  const certificates = readEventCertificates();
  await world.operator.registerCa({
    ca: certificates.ca.der,
    mode: "SNI_ONLY",
    manufacturer: "acme",
  });
  const tables = { client: world.clients.dynamodb, ledger: "ledger", audit: "audit" };
  const batchDeps = wireBatchDeps(
    {
      clients: world.clients,
      ...world.names,
      now,
      objects: createFileObjectStore({ ...objects, baseUrl: api.url, now }),
      queue: createLocalWorkQueue(queues.ingest),
    },
    { ...elsewhere, actor: "muster:api" },
  );
  const running = started.move();
  return {
    ...world,
    api: api.url,
    ingestQueue: queues.ingest.queue,
    /** What came out on the bus, and which records were set aside. */
    bus,
    functions: packages.functions,
    /** The same functions once more, each in processes of its own, with other variables. */
    startOthers: async (variables: Readonly<Record<string, string>>) => {
      const own = await mkdtemp(join(folder, "others-"));
      const surroundings = { ...settings.surroundings, ...variables };
      const others = await startPackaged({ ...settings, folder: own, surroundings });
      running.defer(others.close);
      return others.functions;
    },
    devices: certificates.devices,
    /** What AWS IoT does at a device's first connect, but for the event. */
    register: (pem: string) =>
      world.iotCore.registry.registerAtConnect({
        certificatePem: pem,
        caCertificateId: certificates.ca.certificateId,
        now: now(),
      }),
    /** What people do with batches; one that is opened has the id that is given. */
    batches: (id = "") => createBatchUseCases({ ...batchDeps, newId: () => id }),
    /** Puts a manifest where uploads go; nobody is told. */
    putManifest: (id: string, bytes: Uint8Array) =>
      batchDeps.objects.write(toManifestKey({ manufacturer: "acme", id }), [bytes]),
    operatorToken: () =>
      wireTokens({ clients: world.clients, ...world.names, now, actor: "operator:test" }).create({
        role: "operator",
        description: "test",
        days: 1,
      }),
    /** A token whose 32 random bytes are none: that of `events/authorizer.json`. */
    createTokenOfZeros: () =>
      createTokens({
        ...createTokenStore(tables),
        checkManufacturer: async () => {},
        newSecret: () => new Uint8Array(32),
        now,
        actor: "operator:test",
      }).create({ role: "manufacturer", manufacturer: "acme", description: "events", days: 1 }),
    close: () => running.disposeAsync(),
  };
}

export type LambdaWorld = Awaited<ReturnType<typeof createLambdaWorld>>;

/** @returns an event of the events folder, by its name. */
export async function readEvent(name: string): Promise<unknown> {
  return JSON.parse(await readFile(`events/${name}.json`, "utf8"));
}

function toHost(lambda: Lambda | undefined) {
  if (lambda === undefined) throw new Error("There is no such function.");
  return { ready: async () => {}, invoke: lambda.invoke };
}

function openQueue(name: string, now: () => Date) {
  const queue = openDurableQueue({
    file: ":memory:",
    region: identity.region,
    arn: `arn:aws:sqs:${identity.region}:${identity.accountId}:muster-test-${name}`,
    visibilityTimeoutMs: 180_000,
    maxReceiveCount: 5,
    now,
  });
  return { queue, wake: () => {} };
}

const never = () => Promise.reject(new Error("Only the ingest function does that."));
const elsewhere = {
  heal: never,
  settle: never,
  preregistration: { preregister: never, isInTheWay: never, pause: never },
};
