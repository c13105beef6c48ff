import { createHash, hash } from "node:crypto";
import type { ArchiveContents } from "../../formats/archive/archive-contents.ts";
import { isArchive } from "../../formats/framing/to-wrapping.ts";
import { type UnwrapOptions, unwrap } from "../../formats/framing/unwrap.ts";
import type { Chunks } from "../../formats/manifest-format.ts";
import {
  type ManifestSurvey,
  type SurveyOptions,
  surveyManifest,
  unwrapHead,
} from "../../formats/survey-manifest.ts";
import type { AuditEvent } from "../../rules/audit/audit-record.ts";
import { hasEnded } from "../../rules/batch/batch-status.ts";
import { MusterError } from "../../rules/errors.ts";
import { type BatchDeps, changeBatch, toLimits } from "../batch-deps.ts";
import { toManifestKey, toPlanKey, toTranscriptKey } from "../batch-keys.ts";
import type { BatchRecord } from "../batch-record.ts";
import { checkMayPush } from "../check-may-push.ts";
import type { ObjectStore } from "../object-store.ts";
import type { BatchPlan } from "./batch-plan.ts";
import { discardManifest, orFail } from "./fail-batch.ts";
import { sendWork } from "./send-work.ts";
import { createTrackPart } from "./track-part.ts";

/** Builds the first look at a manifest that was uploaded: is it what was announced, and what is it? */
export function createInspectBatch(deps: BatchDeps) {
  return async (id: string): Promise<void> => {
    const { batch } = await deps.readBatch(id);
    if (batch === undefined) return;
    if (hasEnded(batch.status)) return discardManifest(deps, batch);
    const begun = batch.status === "awaiting-upload" ? await begin(deps, batch) : batch;
    if (begun?.status === "inspecting") {
      await orFail(deps, begun, () => inspect(deps, begun));
    } else if (begun) {
      await forgetArchive(deps, begun);
      await sendWork(deps, begun);
    }
  };
}

/** It is needed no more, and may hold keys: of chips, or where nobody looks for any. */
async function forgetArchive({ objects }: BatchDeps, batch: BatchRecord): Promise<void> {
  if (batch.isUnpacked === true) await objects.delete(toManifestKey(batch));
}

/** @returns undefined while nothing has been uploaded. */
async function begin(deps: BatchDeps, batch: BatchRecord): Promise<BatchRecord | undefined> {
  if ((await deps.objects.describe(toManifestKey(batch))) === undefined) return undefined;
  return changeBatch(deps, batch.id, ({ status }) =>
    status === "awaiting-upload" ? { event: "uploaded", action: "uploaded" } : undefined,
  );
}

async function inspect(deps: BatchDeps, batch: BatchRecord): Promise<void> {
  const plan = await makePlan(deps, batch);
  const text = JSON.stringify(plan);
  const key = toPlanKey(batch, hash("sha256", text, "hex"));
  await deps.objects.write(key, [Buffer.from(text)]);
  const { format, parts, records, contents } = plan.survey;
  const { registration, profileVersion } = plan;
  const cutBytes = parts.reduce((sum, { length }) => sum + length, 0);
  const inAdvance = registration === "preregister" ? { registration } : {};
  const planned = await changeBatch(deps, batch.id, ({ status }) =>
    status === "inspecting"
      ? {
          event: "planned",
          fields: {
            plan: key,
            parts: parts.length,
            cutBytes,
            profileVersion,
            format,
            phase: "check",
            ...(contents && { isUnpacked: true }),
            ...inAdvance,
          },
          action: "inspected",
          evidence: {
            format,
            records,
            parts: parts.length,
            profileVersion,
            ...inAdvance,
            ...toEvidence(contents),
          },
        }
      : undefined,
  );
  // Then nobody would delete what was just written.
  if (planned && hasEnded(planned.status)) return discardManifest(deps, planned);
  if (planned === undefined) return;
  await forgetArchive(deps, planned);
  await sendWork(deps, planned);
}

/** What became of the files of an archive, so that nobody wonders where some of them went. */
function toEvidence(contents: ArchiveContents | undefined): AuditEvent["evidence"] {
  if (contents === undefined) return {};
  const { entries, unreadable, ignored, dataObject, dataObjects } = contents;
  const counts = Object.entries(ignored).map(([reason, { files }]) => [reason, files] as const);
  return {
    files: entries,
    unreadable,
    ignored: Object.fromEntries(counts),
    ...(dataObject !== undefined && { dataObject, dataObjects }),
  };
}

async function makePlan(deps: BatchDeps, batch: BatchRecord): Promise<BatchPlan> {
  const supplier = await deps.readSupplier(batch.manufacturer);
  if (supplier.status === "suspended") {
    const message = `"${batch.manufacturer}" is suspended; nothing is taken from it.`;
    throw new MusterError("MANUFACTURER_SUSPENDED", message);
  }
  const profile = await deps.readProfile(batch.profile);
  checkMayPush(profile, batch.manufacturer);
  const at = deps.now();
  const { source, survey } = await surveyUpload(deps, batch);
  const { records: maxRecords } = toLimits(deps);
  if (survey.records > maxRecords) {
    const message = `${batch.fileName} has ${survey.records} records; ${maxRecords} go into a batch.`;
    throw new MusterError("MANIFEST_TOO_LARGE", message);
  }
  return {
    source,
    survey,
    issuers: supplier.issuers.map(toBase64),
    signers: supplier.signers.map(toBase64),
    sharedIssuers: [...supplier.sharedIssuers],
    profileVersion: profile.version,
    rules: profile.certificate,
    thingName: profile.thing.name,
    registration: profile.registration,
    at: at.toISOString(),
  };
}

async function surveyUpload(
  deps: BatchDeps,
  batch: BatchRecord,
): Promise<{ readonly source: string; readonly survey: ManifestSurvey }> {
  const key = toManifestKey(batch);
  const inspection = { part: 0, state: "checking", bytes: batch.bytes } as const;
  const none = { rows: 0, added: 0, known: 0, refused: 0, warnings: 0 };
  const track = createTrackPart(deps, batch.id, { ...inspection, counts: none, unapproved: 0 });
  const upload = createUploadReader(deps.objects, key);
  try {
    const survey = await surveyUnwrapped(deps, batch, upload.open, track.note);
    checkUpload(batch, await upload.digest());
    return survey;
  } catch (error) {
    if (!(error instanceof MusterError) || !mayBeCutShort.has(error.code)) throw error;
    // That it was cut short is the better answer than what became of it.
    checkUpload(batch, await upload.digest());
    throw error;
  } finally {
    await track.end();
  }
}

const mayBeCutShort: ReadonlySet<string> = new Set([
  "ARCHIVE_BOMB",
  "ARCHIVE_DAMAGED",
  "ARCHIVE_ENCRYPTED",
  "ARCHIVE_UNSUPPORTED",
  "DATA_OBJECT_MISSING",
  "MANIFEST_UNREADABLE",
  "MANIFEST_WITHOUT_CERTIFICATES",
  "MAPPING_INVALID",
]);

/** What is wrapped in something is written anew without: then it can be cut into parts. */
async function surveyUnwrapped(
  deps: BatchDeps,
  batch: BatchRecord,
  open: () => Chunks,
  onProgress: (bytes: number) => void,
): Promise<{ readonly source: string; readonly survey: ManifestSurvey }> {
  const { partRecords, partBytes } = toLimits(deps);
  const options = {
    source: batch.fileName,
    partRecords,
    partBytes,
    onProgress,
    ...(batch.mapping && { mapping: batch.mapping }),
    ...(batch.dataObject && { dataObject: batch.dataObject }),
  };
  const { wrapping } = await unwrapHead(open, batch.fileName);
  if (isArchive(wrapping.at(-1))) return surveyArchive(deps, batch, { open, wrapping, options });
  const survey = await surveyManifest(open, options);
  if (survey.wrapping.length === 0) return { source: toManifestKey(batch), survey };
  const source = toTranscriptKey(batch);
  await deps.objects.write(source, unwrap(open(), survey.wrapping, options));
  const transcript = createUploadReader(deps.objects, source);
  return { source, survey: await surveyManifest(transcript.open, options) };
}

/** An archive is unpacked once: what is wrong with it is found while it is written anew. */
async function surveyArchive(
  deps: BatchDeps,
  batch: BatchRecord,
  given: Pick<ManifestSurvey, "wrapping"> & {
    readonly open: () => Chunks;
    readonly options: SurveyOptions;
  },
): Promise<{ readonly source: string; readonly survey: ManifestSurvey }> {
  const { open, wrapping, options } = given;
  const manifest = toManifestKey(batch);
  const source = toTranscriptKey(batch);
  const { bytes = 0 } = (await deps.objects.describe(manifest)) ?? {};
  let contents: ArchiveContents | undefined;
  const reading: UnwrapOptions = {
    ...options,
    ranges: { bytes, read: (range) => deps.objects.read(manifest, range) },
    onContents: (found) => {
      contents = found;
    },
  };
  await deps.objects.write(source, unwrap(open(), wrapping, reading));
  const transcript = createUploadReader(deps.objects, source);
  const survey = await surveyManifest(transcript.open, {
    ...options,
    ...(contents && { contents }),
  });
  return { source, survey };
}

interface Digest {
  readonly bytes: number;
  readonly sha256: string;
}

/** Reads an object as often as asked, and hashes it on the way. */
function createUploadReader(objects: ObjectStore, key: string) {
  let digest: Digest | undefined;
  async function* open(): AsyncGenerator<Uint8Array> {
    const sum = createHash("sha256");
    let bytes = 0;
    for await (const chunk of await objects.read(key)) {
      sum.update(chunk);
      bytes += chunk.length;
      yield chunk;
    }
    digest = { bytes, sha256: sum.digest("hex") };
  }
  return {
    open,
    /** Of all that is there; read once more where nobody has read to the end. */
    digest: async (): Promise<Digest> => {
      if (digest === undefined) for await (const _ of open());
      return digest ?? { bytes: 0, sha256: "" };
    },
  };
}

function checkUpload({ fileName, bytes, sha256 }: BatchRecord, found: Digest): void {
  if (found.bytes !== bytes) {
    const message = `${fileName} was announced with ${bytes} bytes; ${found.bytes} came.`;
    throw new MusterError("UPLOAD_MISMATCH", message);
  }
  if (found.sha256 !== sha256) {
    throw new MusterError("UPLOAD_MISMATCH", `${fileName} has another SHA-256 than was announced.`);
  }
}

function toBase64(der: Uint8Array): string {
  return Buffer.from(der).toString("base64");
}
