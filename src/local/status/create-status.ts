import { resolve } from "node:path";
import type { ConnectionLog } from "../connection-log.ts";
import type { Endpoints } from "../endpoints.ts";
import { readLastConnections } from "../read-connection-log.ts";
import type { RegistrationQueue } from "../registration-queue.ts";
import type { StandIn, StandInStatus } from "../start-stand-in.ts";
import { measureState } from "../state-files.ts";
import { findHints } from "./find-hints.ts";
import type { LocalStatus } from "./local-status.ts";
import { readDeadLetter } from "./read-dead-letter.ts";

export interface StatusDeps {
  readonly stateFolder: string;
  readonly endpoints: Omit<Endpoints, "inspect">;
  readonly queue: Pick<RegistrationQueue, "counts" | "deadLetters">;
  readonly log: Pick<ConnectionLog, "failures">;
  readonly standIn: Pick<StandIn, "status">;
}

const shownDeadLetters = 10;
const shownAttempts = 5;
/** What hints are found in. */
const recentAttempts = 200;

/** Builds what tells how the local cloud stands at this moment. */
export function createStatus(deps: StatusDeps): () => LocalStatus {
  const { endpoints, queue, log, standIn } = deps;
  const { version, pid, startedAt, accountId, region, mqtt, iot, dynamodb } = endpoints;
  const stateFolder = resolve(deps.stateFolder);
  return () => {
    const recent = readLastConnections(stateFolder, recentAttempts);
    const status = {
      version,
      pid,
      startedAt,
      accountId,
      region,
      endpoints: { mqtt, iot, dynamodb },
      stateFolder,
      files: measureState(stateFolder),
      serverCa: endpoints.serverCa,
      ...toStandInPart(standIn.status()),
      queue: { ...queue.counts(), deadLetters: toDeadLetters(queue) },
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

function toDeadLetters(queue: StatusDeps["queue"]): LocalStatus["queue"]["deadLetters"] {
  return queue
    .deadLetters(shownDeadLetters)
    .toReversed()
    .map(({ body, ...letter }) => ({ ...letter, ...readDeadLetter(body) }));
}
