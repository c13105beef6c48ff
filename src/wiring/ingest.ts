import { createClients } from "../aws/create-clients.ts";
import type { BatchDeps } from "../batches/batch-deps.ts";
import {
  createHandleBatchMessage,
  type HandleBatchMessage,
} from "../batches/handle-batch-message.ts";
import { createNoteStalled, type NoteStalled } from "../batches/ingest/note-stalled.ts";
import { createHandleIngest } from "../lambda/handle-ingest.ts";
import type { HealSummary } from "../onboarding/heal/heal-one.ts";
import { type BatchWiring, wireBatchDeps } from "./batches.ts";
import { readFunctionConfig } from "./config.ts";
import { createObserver } from "./observe.ts";
import { wireOnboarding } from "./onboarding.ts";
import {
  type PreregistrationWiring,
  readPace,
  wireCountFirstConnects,
  wirePreregistration,
} from "./preregistration.ts";
import { wireStores } from "./stores.ts";

export interface IngestWiring
  extends BatchWiring,
    Pick<PreregistrationWiring, "countFirstConnects" | "onUnregistered"> {
  readonly onHealed: (summary: HealSummary) => void;
}

export interface IngestUseCases {
  readonly handleBatchMessage: HandleBatchMessage;
  readonly noteStalled: NoteStalled;
}

const actor = "muster:ingest";
/** Of the deciding again in one message: within the time that the function has. */
const decidingMs = 240_000;

/** Puts the worker on batches together. */
export function wireIngest(wiring: IngestWiring): IngestUseCases {
  const { onHealed } = wiring;
  const deps: BatchDeps = wireBatchDeps(wiring, {
    actor,
    heal: async (landed) => {
      const { clients } = wiring;
      const { healLanded } = wireOnboarding({
        ...wiring,
        // First connects go before.
        clients: { ...clients, iot: clients.yieldingIot },
        actor,
      });
      const { summary, cursor } = await healLanded(landed, AbortSignal.timeout(decidingMs));
      if (summary.looked > 0) onHealed(summary);
      return cursor;
    },
    // Put together each time, so that nothing is remembered from before a recall.
    settle: (ids) =>
      wireOnboarding({ ...wiring, actor }).settleCertificates(ids, AbortSignal.timeout(decidingMs)),
    preregistration: wirePreregistration({ ...wiring, actor }),
  });
  return {
    handleBatchMessage: createHandleBatchMessage(deps),
    noteStalled: createNoteStalled(deps),
  };
}

/** Puts the ingest function together from its environment. */
export function wireIngestFunction(env: NodeJS.ProcessEnv = process.env) {
  const { region, stage, ledgerTable, auditTable, maxReceiveCount } = readFunctionConfig(env);
  const observer = createObserver("ingest", stage);
  const { logger, onCall, onRecorded } = observer;
  const now = () => new Date();
  const { postponeMessage, ...stores } = wireStores({ region, env, now, onCall });
  const clients = createClients({ region, onCall });
  const data = { clients, ledgerTable, auditTable, now, onRecorded };
  return {
    logger,
    handle: createHandleIngest({
      ...wireIngest({
        ...data,
        ...stores,
        ...wireCountFirstConnects(env, region, onCall),
        limits: readPace(env),
        onHealed: observer.onHealed,
        onUnregistered: observer.onUnregistered,
      }),
      postponeMessage,
      maxReceiveCount,
      onFailed: observer.onFailed,
    }),
  };
}
