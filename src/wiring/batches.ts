import { v7 as newId } from "uuid";
import { createBatchStores } from "../aws/dynamodb/batch-stores.ts";
import { createSubjectAccess } from "../aws/dynamodb/subject-access.ts";
import type { BatchDeps } from "../batches/batch-deps.ts";
import type { Supplier } from "../batches/batch-stores.ts";
import type { BatchUseCases } from "../batches/batch-use-cases.ts";
import { createBatchUseCases } from "../batches/create-batch-use-cases.ts";
import type { ObjectStore } from "../batches/object-store.ts";
import type { WorkQueue } from "../batches/work-queue.ts";
import type { Manufacturer } from "../rules/decision/ledger.ts";
import { MusterError } from "../rules/errors.ts";
import type { OperatorWiring } from "./operator.ts";
import { preregisteredElsewhere } from "./preregistration.ts";
import { type OnRecorded, tellOfBatches } from "./recorded.ts";
import { toTables } from "./to-tables.ts";

export interface BatchWiring
  extends Pick<OperatorWiring, "clients" | "ledgerTable" | "auditTable" | "now"> {
  readonly objects: ObjectStore;
  /** Of the ingest function. */
  readonly queue: WorkQueue;
  readonly limits?: BatchDeps["limits"];
  readonly onRecorded?: OnRecorded;
}

/** Puts together what people do with batches. What takes long is done by the ingest function. */
export function wireBatches(wiring: BatchWiring): BatchUseCases {
  const decided = {
    heal: elsewhere,
    settle: elsewhere,
    preregistration: preregisteredElsewhere,
  };
  return createBatchUseCases(wireBatchDeps(wiring, { ...decided, actor: "muster:api" }));
}

/** Puts together what batches need, of either function. */
export function wireBatchDeps(
  wiring: BatchWiring,
  deciding: Pick<BatchDeps, "heal" | "settle" | "preregistration" | "actor">,
): BatchDeps {
  const { limits, now = () => new Date() } = wiring;
  const tables = toTables(wiring);
  const manufacturers = createSubjectAccess(tables, "MANUFACTURER");
  const profiles = createSubjectAccess(tables, "PROFILE");
  const stores = createBatchStores(tables);
  return {
    ...stores,
    writeBatch: tellOfBatches(stores.writeBatch, wiring.onRecorded),
    ...deciding,
    objects: wiring.objects,
    queue: wiring.queue,
    ...(limits && { limits }),
    readSupplier: async (id) => {
      const { value } = await manufacturers.read(id);
      if (value) return toSupplier(value);
      throw new MusterError("MANUFACTURER_UNKNOWN", `There is no manufacturer "${id}".`);
    },
    readProfile: async (name) => {
      const { value } = await profiles.read(name);
      if (value) return value;
      throw new MusterError("PROFILE_UNKNOWN", `There is no profile "${name}".`);
    },
    newId,
    now,
  };
}

function toSupplier({ signers = [], sharedIssuers, ...manufacturer }: Manufacturer): Supplier {
  return { ...manufacturer, signers, sharedIssuers: new Set(sharedIssuers) };
}

/** Certificates are decided again by the ingest function, which is told by message. */
function elsewhere(): Promise<never> {
  return Promise.reject(new Error("Only the ingest function decides certificates again."));
}
