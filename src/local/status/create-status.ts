import { resolve } from "node:path";
import type { ConnectionLog } from "../connection-log.ts";
import type { DurableQueue } from "../durable-queue.ts";
import type { Endpoints } from "../endpoints.ts";
import { readLastConnections } from "../read-connection-log.ts";
import type { StandIn, StandInStatus } from "../start-stand-in.ts";
import { measureState } from "../state-files.ts";
import { findHints } from "./find-hints.ts";
import type { LocalStatus } from "./local-status.ts";
import { readDeadLetter } from "./read-dead-letter.ts";

export interface StatusDeps {
  readonly stateFolder: string;
  readonly endpoints: Omit<Endpoints, "inspect">;
  readonly queues: Readonly<Record<"registrations" | "ingest", { readonly queue: StatusQueue }>>;
  readonly log: Pick<ConnectionLog, "failures">;
  readonly standIn: Pick<StandIn, "status">;
}

type StatusQueue = Pick<DurableQueue, "counts" | "deadLetters">;

const shownDeadLetters = 10;
const shownAttempts = 5;
/** What hints are found in. */
const recentAttempts = 200;

/** Builds what tells how the local cloud stands at this moment. */
export function createStatus(deps: StatusDeps): () => LocalStatus {
  const { endpoints, queues, log, standIn } = deps;
  const { version, pid, startedAt, accountId, region, mqtt, iot, dynamodb, api } = endpoints;
  const stateFolder = resolve(deps.stateFolder);
  return () => {
    const recent = readLastConnections(stateFolder, recentAttempts);
    const status = {
      version,
      pid,
      startedAt,
      accountId,
      region,
      endpoints: { mqtt, iot, dynamodb, api },
      stateFolder,
      files: measureState(stateFolder),
      serverCa: endpoints.serverCa,
      ...toStandInPart(standIn.status()),
      queue: toQueuePart(queues.registrations),
      ingest: toQueuePart(queues.ingest),
      attempts: recent.slice(-shownAttempts),
      logFailures: log.failures(),
    };
    return { ...status, hints: [...findHints(status, recent)] };
  };
}

function toStandInPart(status: StandInStatus) {
  return {
    quotas: { scale: status.quotaScale, throttled: { ...status.throttled } },
    propagationDelaySeconds: status.propagationDelayMs / 1_000,
    caCertificates: status.caCertificates.map(({ id, ...ca }) => ({ certificateId: id, ...ca })),
    certificates: { ...status.certificatesByStatus },
    things: status.things,
    policies: status.policies,
    topicRules: status.rules.map(({ name, isDisabled, pendingDeliveries }) => ({
      name,
      isDisabled,
      undelivered: pendingDeliveries,
    })),
    connections: status.connections
      .toSorted((one, other) => other.since.getTime() - one.since.getTime())
      .map(({ clientId, thingName, certificateId, mqttVersion, tlsVersion, since }) => ({
        clientId,
        thingName,
        certificateId,
        mqttVersion,
        tlsVersion,
        since: since.toISOString(),
      })),
  };
}

function toQueuePart({ queue }: { readonly queue: StatusQueue }): LocalStatus["queue"] {
  const deadLetters = queue
    .deadLetters(shownDeadLetters)
    .toReversed()
    .map(({ body, ...letter }) => ({ ...letter, ...readDeadLetter(body) }));
  return { ...queue.counts(), deadLetters };
}
