import { hash } from "node:crypto";
import { isMapping } from "../../formats/manifest-format.ts";
import { emptyChain } from "../../rules/audit/audit-record.ts";
import { findMapping, toColumns } from "../../rules/batch/saved-mapping.ts";
import { MusterError } from "../../rules/errors.ts";
import type { BatchDeps } from "../batch-deps.ts";
import { toLimits } from "../batch-deps.ts";
import { toManifestKey } from "../batch-keys.ts";
import type { BatchRecord } from "../batch-record.ts";
import type { Supplier } from "../batch-stores.ts";
import type { BatchUseCases, BatchViewer, OpenBatch, OpenedBatch } from "../batch-use-cases.ts";
import { checkMayPush } from "../check-may-push.ts";
import { toBatchView } from "../view/to-batch-view.ts";

/** What a single PUT to S3 takes. */
const maxBytes = 5 * 1024 ** 3;
const maxInlineBytes = 4 * 1024 ** 2;
const maxNameLength = 255;
/** The longest that a message can be delayed. */
export const maxDelaySeconds = 900;

/**
 * Builds the opening of a batch.
 *
 * A key of idempotency names its batch: the same request with it finds the batch there and takes up
 * what was left undone.
 */
export function createOpenBatch(deps: BatchDeps): BatchUseCases["open"] {
  return async (viewer, request) => {
    const manufacturer = toManufacturer(viewer, request);
    checkRequest(request);
    const supplier = await deps.readSupplier(manufacturer);
    if (supplier.status === "suspended") {
      const message = `"${manufacturer}" is suspended; nothing is taken from it.`;
      throw new MusterError("MANUFACTURER_SUSPENDED", message);
    }
    const profile = await deps.readProfile(request.profile);
    checkMayPush(profile, manufacturer);
    const createdAt = deps.now();
    const { arrivalSeconds } = toLimits(deps);
    const id = toId(deps, manufacturer, request.idempotencyKey);
    // Before there is a batch, so that there is none that nobody looks after.
    await deps.queue.send({ step: "expire", batch: id }, { delaySeconds: maxDelaySeconds });
    const batch = await insert(deps, {
      id,
      manufacturer,
      profile: request.profile,
      profileVersion: profile.version,
      status: "awaiting-upload",
      dryRun: request.dryRun ?? false,
      fileName: request.fileName,
      bytes: request.bytes,
      sha256: request.sha256,
      ...toMapping(supplier, request),
      ...(request.dataObject && { dataObject: request.dataObject }),
      requestSha256: toRequestHash(manufacturer, request),
      openedBy: viewer.actor,
      createdAt: createdAt.toISOString(),
      uploadBy: new Date(createdAt.getTime() + arrivalSeconds * 1000).toISOString(),
    });
    return begin(deps, batch, request.content);
  };
}

function toManufacturer(viewer: BatchViewer, { manufacturer }: OpenBatch): string {
  if (viewer.role === "auditor") {
    throw new MusterError("ROLE_NOT_ALLOWED", "An auditor reads only.");
  }
  if (viewer.role !== "manufacturer") {
    if (manufacturer !== undefined) return manufacturer;
    const message =
      "Say whose batch it is, by the manufacturer's id: manufacturer, on the command line --manufacturer.";
    throw new MusterError("REQUEST_INVALID", message, { details: { field: "manufacturer" } });
  }
  if (manufacturer === undefined || manufacturer === viewer.manufacturer) {
    return viewer.manufacturer;
  }
  throw new MusterError("ROLE_NOT_ALLOWED", "A manufacturer pushes batches of its own only.");
}

/** What was saved is taken as it stands: a later saving changes no batch. */
function toMapping(
  { id, mappings = {} }: Supplier,
  { mapping, mappingName }: OpenBatch,
): Pick<BatchRecord, "mapping" | "mappingName"> {
  if (mappingName === undefined) return isMapping(mapping) ? { mapping } : {};
  const saved = findMapping(mappings, mappingName);
  if (saved) return { mapping: toColumns(saved), mappingName };
  throw new MusterError("MAPPING_UNKNOWN", `"${id}" has no mapping "${mappingName}".`, {
    details: { field: "mappingName" },
  });
}

function checkRequest(request: OpenBatch): void {
  const { bytes, sha256, content, fileName, idempotencyKey } = request;
  if (bytes > maxBytes) {
    throw new MusterError("MANIFEST_TOO_LARGE", `The manifest has ${bytes} bytes; 5 GB go.`);
  }
  const wrong = [
    Number.isSafeInteger(bytes) && bytes > 0 ? undefined : "bytes",
    /^[0-9a-f]{64}$/.test(sha256) ? undefined : "sha256",
    fileName.length <= maxNameLength && !/\p{Cc}/u.test(fileName) ? undefined : "fileName",
    idempotencyKey === undefined || /^[^\p{Cc}]{1,200}$/u.test(idempotencyKey)
      ? undefined
      : "idempotencyKey",
    // One of the two says how the manifest is read.
    request.mappingName === undefined || !isMapping(request.mapping) ? undefined : "mappingName",
  ].filter((field) => field !== undefined);
  if (wrong.length > 0) {
    const message = `These fields are not as they have to be: ${wrong.join(", ")}.`;
    throw new MusterError("REQUEST_INVALID", message, { details: { fields: wrong } });
  }
  if (content !== undefined) checkContent(content, bytes, sha256);
}

function checkContent(content: Uint8Array, bytes: number, sha256: string): void {
  if (content.length > maxInlineBytes) {
    throw new MusterError("REQUEST_TOO_LARGE", "Up to 4 MiB go with the request.");
  }
  if (content.length === bytes && hash("sha256", content, "hex") === sha256) return;
  throw new MusterError("UPLOAD_MISMATCH", "The content is not of the size and SHA-256 announced.");
}

/** A key is the manufacturer's own: nobody finds another's batch by it. */
function toId({ newId }: BatchDeps, manufacturer: string, key: string | undefined): string {
  if (key === undefined) return newId();
  const hex = hash("sha256", JSON.stringify([manufacturer, key]), "hex");
  // RFC 9562 §5.8: version 8 is for hashes.
  const parts = [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `a${hex.slice(17, 20)}`,
  ];
  return [...parts, hex.slice(20, 32)].join("-");
}

function toRequestHash(manufacturer: string, request: OpenBatch): string {
  const { profile, fileName, bytes, sha256, mapping, mappingName } = request;
  const { dryRun = false, content, dataObject } = request;
  const { cert, id, chain } = mapping ?? {};
  const named = [manufacturer, profile, fileName, bytes, sha256, cert, id, chain, dryRun];
  const saved = mappingName === undefined ? [] : [mappingName];
  // What is not asked for leaves the hash as it was before one could ask.
  const asked = dataObject === undefined ? [] : ["data object", dataObject];
  const parts = [...named, content !== undefined, ...saved, ...asked];
  return hash("sha256", JSON.stringify(parts), "hex");
}

async function insert(deps: BatchDeps, batch: BatchRecord): Promise<BatchRecord> {
  const { id, openedBy, createdAt } = batch;
  const { manufacturer, profile, fileName, bytes, sha256, dryRun, mappingName } = batch;
  const told = mappingName === undefined ? {} : { mappingName, mapping: { ...batch.mapping } };
  const evidence = { manufacturer, profile, fileName, bytes, sha256, dryRun, ...told };
  const audit = { action: "opened", actor: openedBy, at: createdAt, evidence };
  const none = { revision: 0, chain: emptyChain };
  if (await deps.writeBatch(none, batch, audit)) return batch;
  const { batch: standing } = await deps.readBatch(id);
  if (standing?.requestSha256 === batch.requestSha256) return standing;
  throw new MusterError(
    "IDEMPOTENCY_KEY_REUSED",
    "This idempotency key belongs to another request.",
    standing && { details: { batch: id } },
  );
}

/** What a request that is repeated does again, as long as nothing has come. */
async function begin(
  deps: BatchDeps,
  batch: BatchRecord,
  content: Uint8Array | undefined,
): Promise<OpenedBatch> {
  const view = toBatchView(batch, []);
  if (batch.status !== "awaiting-upload") return { batch: view };
  const key = toManifestKey(batch);
  if (content !== undefined) {
    await deps.objects.write(key, [content]);
    await deps.queue.send({ step: "inspect", batch: batch.id });
    return { batch: view };
  }
  const { uploadSeconds } = toLimits(deps);
  const expiresAt = new Date(deps.now().getTime() + uploadSeconds * 1000);
  const { bytes, sha256 } = batch;
  const target = await deps.objects.createUpload({ key, bytes, sha256, expiresAt });
  return { batch: view, upload: { ...target, expiresAt: expiresAt.toISOString() } };
}
