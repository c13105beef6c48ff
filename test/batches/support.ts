import { hash, randomUUID } from "node:crypto";
import {
  type AttributeValue,
  DynamoDBClient,
  PutItemCommand,
  ScanCommand,
} from "@aws-sdk/client-dynamodb";
import { createBatchStores } from "../../src/aws/dynamodb/batch-stores.ts";
import { createTables } from "../../src/aws/dynamodb/create-tables.ts";
import { toItem } from "../../src/aws/dynamodb/item.ts";
import type { BatchDeps, BatchLimits, LandedBatch } from "../../src/batches/batch-deps.ts";
import { toManifestKey } from "../../src/batches/batch-keys.ts";
import type { Supplier } from "../../src/batches/batch-stores.ts";
import type { BatchViewer, OpenBatch } from "../../src/batches/batch-use-cases.ts";
import { createBatchUseCases } from "../../src/batches/create-batch-use-cases.ts";
import { createHandleBatchMessage } from "../../src/batches/handle-batch-message.ts";
import type { Preregistration } from "../../src/batches/preregister/preregistration.ts";
import { createSample, type SampleRequest } from "../../src/formats/sample/create-sample.ts";
import { sampleFormats } from "../../src/formats/sample/sample-formats.ts";
import { MusterError } from "../../src/rules/errors.ts";
import { parseProfile } from "../../src/rules/profile/profile.ts";
import { createMemoryObjects } from "../support/memory-objects.ts";
import { createState } from "../support/memory-records.ts";
import { leastProfile } from "../support/profile-documents.ts";

const at = new Date("2026-05-01T00:00:00.000Z");
export const acme: BatchViewer = { role: "manufacturer", manufacturer: "acme", actor: "token:a" };
export const other: BatchViewer = { role: "manufacturer", manufacturer: "other", actor: "token:o" };
export const operator: BatchViewer = { role: "operator", actor: "operator:eve" };
export const auditor: BatchViewer = { role: "auditor", actor: "auditor:ada" };

interface Queued {
  readonly message: object;
  readonly delaySeconds: number;
}

/** A manifest, and the CA that its devices are of. */
export function makeManifest(
  name: string,
  count: number,
  defects: NonNullable<SampleRequest["defects"]> = [],
) {
  const format = sampleFormats.find((each) => each.name === name);
  if (format === undefined) throw new Error(`There is no sample ${name}.`);
  const { chunks, pki } = createSample({ format, count, defects, now: at });
  return { bytes: Buffer.concat([...chunks]), ca: pki.ca.der, signer: pki.signer?.der };
}

/** The manufacturer's side on a real database, everything else in memory. */
export async function createBatchWorld(
  endpoint: string,
  options: {
    readonly issuers: readonly Uint8Array[];
    readonly limits?: Partial<BatchLimits>;
    readonly supplier?: Partial<Supplier>;
    readonly preregistration?: Partial<Preregistration>;
    /** What the profiles say of things. */
    readonly thing?: { readonly name: string };
  },
) {
  const client = new DynamoDBClient({
    endpoint,
    region: "eu-west-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  });
  const run = randomUUID();
  const tables = { client, ledger: `ledger-${run}`, audit: `audit-${run}` };
  await createTables(tables);
  const objects = createMemoryObjects();
  const queued: Queued[] = [];
  const healed: LandedBatch[] = [];
  const settled: string[] = [];
  const preregistered: string[] = [];
  let nowMs = at.getTime();
  let ids = 0;
  const suppliers: Record<string, Partial<Supplier>> = {};
  const profiles: Record<string, { readonly manufacturers: readonly string[] }> = {};
  const deps: BatchDeps = {
    ...createBatchStores(tables),
    objects: objects.store,
    queue: {
      send: async (message, { delaySeconds = 0 } = {}) => {
        queued.push({ message, delaySeconds });
      },
    },
    readSupplier: async (id) => {
      if (id !== "acme" && id !== "other") throw new MusterError("MANUFACTURER_UNKNOWN", "");
      return {
        id,
        status: "active" as const,
        issuers: options.issuers,
        sharedIssuers: new Set<string>(),
        signers: [],
        ...options.supplier,
        ...suppliers[id],
      };
    },
    readProfile: async (name) => {
      if (!["sensor", "gateway", "lamp", "acme-only"].includes(name)) {
        throw new MusterError("PROFILE_UNKNOWN", "");
      }
      const registration = name === "lamp" ? "preregister" : "jitr";
      const manufacturers = name === "acme-only" ? ["acme"] : profiles[name]?.manufacturers;
      const rules = { name, registration, ...(manufacturers && { manufacturers }) };
      const thing = options.thing ?? leastProfile.thing;
      const profile = parseProfile({ ...leastProfile, thing, ...rules });
      return { ...profile, version: 3, policyName: "p" };
    },
    heal: async (landed) => {
      healed.push(landed);
      return undefined;
    },
    settle: async (certificateIds) => {
      settled.push(...certificateIds);
      return [];
    },
    preregistration: {
      preregister: async (certificateId) => {
        preregistered.push(certificateId);
        return "registered";
      },
      isInTheWay: async () => false,
      pause: async (ms) => {
        nowMs += ms;
      },
      ...options.preregistration,
    },
    newId: () => {
      ids += 1;
      return `b-${ids}`;
    },
    now: () => new Date(nowMs),
    actor: "muster:ingest",
    limits: { partRecords: 20, ...options.limits },
  };
  const useCases = createBatchUseCases(deps);
  const handle = createHandleBatchMessage(deps);
  return {
    tables,
    deps,
    objects,
    queued,
    healed,
    settled,
    preregistered,
    suppliers,
    profiles,
    useCases,
    handle,
    advance: (ms: number) => {
      nowMs += ms;
    },
    nowMs: () => nowMs,
    /** What the manufacturer's client does. */
    push: async (bytes: Buffer, request: Partial<OpenBatch> = {}, viewer: BatchViewer = acme) => {
      const { batch } = await useCases.open(viewer, { ...toRequest(bytes), ...request });
      objects.put(toManifestKey(batch), bytes);
      queued.push({ message: { step: "inspect", batch: batch.id }, delaySeconds: 0 });
      return batch.id;
    },
    /** Delivers what is not delayed, until nothing is left. */
    drain: async () => {
      for (;;) {
        const index = queued.findIndex(({ delaySeconds }) => delaySeconds === 0);
        const [next] = index < 0 ? [] : queued.splice(index, 1);
        if (next === undefined) return;
        await handle(next.message);
      }
    },
    ledger: async () => ({
      ledger: await scan(client, tables.ledger),
      audit: await scan(client, tables.audit),
    }),
  };
}

export type BatchWorld = Awaited<ReturnType<typeof createBatchWorld>>;

export function toRequest(bytes: Buffer): OpenBatch {
  const sha256 = hash("sha256", bytes, "hex");
  return { profile: "sensor", fileName: "delivery.csv", bytes: bytes.length, sha256 };
}

async function scan(client: DynamoDBClient, table: string): Promise<readonly unknown[]> {
  const items: Record<string, AttributeValue>[] = [];
  let key: Record<string, AttributeValue> | undefined;
  do {
    const page = await client.send(
      new ScanCommand({ TableName: table, ...(key && { ExclusiveStartKey: key }) }),
    );
    items.push(...(page.Items ?? []));
    key = page.LastEvaluatedKey;
  } while (key);
  const order = (item: Record<string, AttributeValue>) => `${item["pk"]?.S} ${item["sk"]?.S}`;
  return items.toSorted((one, two) => (order(one) < order(two) ? -1 : 1));
}

/** Has a certificate be one of a device that is in. */
export async function connect({ tables }: BatchWorld, certificateId: string): Promise<void> {
  const data = createState({ status: "admitted", findings: [] });
  const head = { revision: 1, auditSequence: 0, auditHash: "0".repeat(64) };
  const Item = toItem(`CERT#${certificateId}`, "STATE", { ...head, data });
  await tables.client.send(new PutItemCommand({ TableName: tables.ledger, Item }));
}
