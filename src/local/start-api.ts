import { startHttpServer } from "./http-server.ts";
import type { LoopbackServer } from "./listen-on-loopback.ts";
import { createObjectFiles, removeUnfinished } from "./object-store-files.ts";
import { handleObjectRequest } from "./object-store-requests.ts";
import type { LocalFunctions } from "./start-functions.ts";
import { createLocalWorkQueue, type LocalQueue } from "./work-queue.ts";
import { handleQueueRequest } from "./work-queue-requests.ts";

export interface ApiOptions {
  readonly port: number;
  readonly accountId: string;
  readonly region: string;
  readonly objects: { readonly folder: string; readonly secret: string };
  /** Is told of uploads, and by functions of work to be done. */
  readonly ingest: LocalQueue;
  /** Tells the ingest function how many first connects wait. */
  readonly registrations: LocalQueue;
  /** Settles once they are there; what comes earlier waits. */
  readonly functions: Promise<Pick<LocalFunctions, "authorize" | "api">>;
  readonly now: () => Date;
}

/** The last parts of the queues' URLs. */
export const queueNames = { ingest: "ingest", registrations: "registrations" } as const;

/** As in serverless.yml. */
const publicRoutes = ["GET /v1/health", "GET /v1/openapi.json"];

/**
 * Serves the HTTP API, and on the same port what S3 and SQS are on AWS: the links of uploads and
 * downloads, and the queues that functions send to or ask about.
 */
export function startApi(options: ApiOptions): Promise<LoopbackServer> {
  const { port, accountId, region, objects, ingest, registrations, functions, now } = options;
  const files = createObjectFiles(objects.folder);
  removeUnfinished(objects.folder);
  const work = createLocalWorkQueue(ingest);
  const handleObject = handleObjectRequest({
    files,
    secret: objects.secret,
    onUpload: (notification) => work.send(notification),
    now,
  });
  const handleQueue = handleQueueRequest({
    queues: new Map([
      [queueNames.ingest, ingest],
      [queueNames.registrations, registrations],
    ]),
  });
  return startHttpServer({
    port,
    accountId,
    region,
    publicRoutes,
    mounts: [handleObject, handleQueue],
    ready: async () => {
      const { authorize, api } = await functions;
      await Promise.all([authorize.ready(), api.ready()]);
    },
    authorize: async (question) => (await functions).authorize.invoke(question),
    handle: async (event) => (await functions).api.invoke(event),
    now,
  });
}
