import { randomUUID } from "node:crypto";
import { createDynamoDbClient } from "../../src/aws/create-clients.ts";
import { createBatchStores } from "../../src/aws/dynamodb/batch-stores.ts";
import type { Tables } from "../../src/aws/dynamodb/tables.ts";
import type { BatchDeps } from "../../src/batches/batch-deps.ts";
import { createFileObjectStore } from "../../src/local/object-store.ts";
import { parseProfile } from "../../src/rules/profile/profile.ts";
import { preregisteredElsewhere } from "../../src/wiring/preregistration.ts";
import { leastProfile } from "../support/profile-documents.ts";
import type { WorkerSetting } from "./messages.ts";

/** A worker that was killed is waited for that long. */
const landAgainSeconds = 2;

export function createRunTables({ endpoint, run }: WorkerSetting): Tables {
  const credentials = { accessKeyId: "test", secretAccessKey: "test" };
  const client = createDynamoDbClient({
    dynamodbEndpoint: endpoint,
    region: "eu-west-1",
    credentials,
  });
  return { client, ledger: `ledger-${run}`, audit: `audit-${run}` };
}

/** The manufacturer's side on a real database and a real folder, for one manufacturer. */
export function createDeps(setting: WorkerSetting, queue: BatchDeps["queue"]): BatchDeps {
  const now = () => new Date(setting.at);
  const baseUrl = "http://127.0.0.1:9";
  const files = { folder: setting.folder, baseUrl, secret: "0".repeat(64), now };
  return {
    ...createBatchStores(createRunTables(setting)),
    objects: createFileObjectStore(files),
    queue,
    readSupplier: async (id) => ({
      id,
      status: "active",
      issuers: [Buffer.from(setting.ca, "base64")],
      sharedIssuers: new Set(),
      signers: [],
    }),
    readProfile: async () => ({ ...parseProfile(leastProfile), version: 1, policyName: "p" }),
    heal: async () => undefined,
    settle: async () => [],
    preregistration: preregisteredElsewhere,
    newId: randomUUID,
    now,
    actor: "muster:ingest",
    limits: { landAgainSeconds },
  };
}
