import type { BatchStores } from "../../batches/batch-stores.ts";
import {
  createAddEntries,
  createListEntries,
  createReadClaims,
  createReadStandings,
} from "./batch-entry-store.ts";
import { createNoteSent, createReadParts, createWritePart } from "./batch-part-store.ts";
import { createListBatches, createReadBatch, createWriteBatch } from "./batch-store.ts";
import { createReadIdHolders } from "./id-holder-store.ts";
import {
  createLeaveLane,
  createReadPreregistration,
  createTakeLane,
  createWritePreregistration,
} from "./preregistration-store.ts";
import type { Tables } from "./tables.ts";

/** Builds all that batches keep in the ledger. */
export function createBatchStores(tables: Tables): BatchStores {
  return {
    readBatch: createReadBatch(tables),
    writeBatch: createWriteBatch(tables),
    listBatches: createListBatches(tables),
    readParts: createReadParts(tables),
    writePart: createWritePart(tables),
    noteSent: createNoteSent(tables),
    readClaims: createReadClaims(tables),
    readIdHolders: createReadIdHolders(tables),
    addEntries: createAddEntries(tables),
    listEntries: createListEntries(tables),
    readPreregistration: createReadPreregistration(tables),
    writePreregistration: createWritePreregistration(tables),
    takeLane: createTakeLane(tables),
    leaveLane: createLeaveLane(tables),
    readStandings: createReadStandings(tables),
  };
}
