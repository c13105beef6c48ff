import type { FunctionSurroundings } from "./function-environment.ts";
import type { LocalAccount } from "./local-account.ts";
import { maxReceiveCount } from "./open-queues.ts";
import { queueNames } from "./start-api.ts";
import type { LocalServers } from "./start-servers.ts";
import { toQueueUrl } from "./work-queue-requests.ts";

interface Started {
  readonly account: LocalAccount;
  readonly tables: Pick<FunctionSurroundings, "ledgerTable" | "auditTable">;
  readonly servers: {
    readonly api: Pick<LocalServers["api"], "url">;
    readonly standIn: Pick<LocalServers["standIn"], "url">;
  } & Pick<LocalServers, "dynamodb" | "objects">;
}

/** What functions are told of the servers that were started for them, and of their queues. */
export function toSurroundings({ account, tables, servers }: Started): FunctionSurroundings {
  const { dynamodb, standIn, api, objects } = servers;
  return {
    ...account,
    ...tables,
    maxReceiveCount,
    dynamodb,
    iot: standIn.url,
    api: api.url,
    ingestQueueUrl: toQueueUrl(api.url, queueNames.ingest),
    registrationsQueueUrl: toQueueUrl(api.url, queueNames.registrations),
    objects,
  };
}
