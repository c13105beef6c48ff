import * as z from "zod";
import { dataObjects } from "../../formats/archive/infineon-names.ts";
import { batchStatuses } from "../../rules/batch/batch-status.ts";
import {
  batchId,
  columnMapping,
  manufacturerId,
  mappingName,
  nextCursor,
  profileName,
  timestamp,
} from "./common.ts";

/** What fits, in base64, into the 6 MB that a function is called with. */
export const maxInlineBytes = 4 * 1024 * 1024;
const maxInlineLength = Math.ceil(maxInlineBytes / 3) * 4;
/** What one PUT to S3 takes. */
const maxUploadBytes = 5 * 1024 ** 3;

const count = z.int().nonnegative();

export const openBatchSchema = z
  .strictObject({
    manufacturer: manufacturerId
      .optional()
      .describe("Whose batch it is; a manufacturer's own token may leave it out."),
    profile: profileName,
    fileName: z.string().min(1).max(255),
    bytes: z.int().min(1).max(maxUploadBytes),
    sha256: z
      .string()
      .regex(/^[0-9a-f]{64}$/)
      .describe("Of the file, lower-case hex."),
    content: z
      .base64()
      .max(maxInlineLength)
      .optional()
      .describe("The file itself, of at most 4 MiB, in base64; else an upload is answered with."),
    mapping: z
      .strictObject(columnMapping)
      .partial()
      .optional()
      .describe("Which column or member holds what."),
    mappingName: mappingName
      .optional()
      .describe("A mapping that the manufacturer has saved, in place of `mapping`."),
    dataObject: z
      .enum(dataObjects)
      .optional()
      .describe(
        "Which of a chip's certificates is taken from a bundle of Infineon's; E0E0 unless told.",
      ),
    dryRun: z.boolean().optional().describe("Checks everything and writes nothing."),
  })
  .meta({ id: "OpenBatch" });

export const batchSchema = z
  .object({
    id: batchId,
    manufacturer: manufacturerId,
    profile: profileName,
    profileVersion: count,
    status: z.enum(batchStatuses),
    dryRun: z.boolean(),
    fileName: z.string(),
    bytes: count,
    sha256: z.string(),
    format: z.string().optional(),
    mapping: z
      .object(columnMapping)
      .partial()
      .optional()
      .describe("How it is read, as it was told or saved when the batch was opened."),
    mappingName: mappingName.optional(),
    createdAt: timestamp,
    completedAt: timestamp.optional(),
    counts: z.object({
      rows: count,
      added: count.describe("New in the ledger."),
      known: count.describe("There before, as this manufacturer's."),
      refused: count,
      warnings: count,
    }),
    progress: z.number().min(0).max(1).describe("Of the bytes read."),
    approval: z
      .object({
        quantity: count.describe("Certificates that may come into the ledger by it."),
        unsigned: count.describe(
          "Of them, those under an issuer that others issue from too, which nobody signed.",
        ),
        registrationSeconds: count
          .optional()
          .describe("How long AWS IoT's quotas make it take to register them all in advance."),
      })
      .optional()
      .describe("What the operator is asked to approve, or has approved."),
    registration: z
      .object({
        total: count,
        registered: count.describe("Devices that are let in."),
        refused: count.describe("Kept out, each with the reason on record."),
        failed: count.describe("Could not be registered yet."),
        secondsLeft: count.describe("How long AWS IoT's quotas make the rest take."),
      })
      .optional()
      .describe("Of a batch whose devices are registered with AWS IoT in advance."),
    problem: z
      .object({ code: z.string(), message: z.string() })
      .optional()
      .describe("Why it failed."),
  })
  .meta({ id: "Batch" });

export const approvalSchema = z
  .strictObject({
    quantity: count.describe("As many certificates as the batch's `approval` says."),
  })
  .meta({ id: "Approval" });

export const openedBatchSchema = z
  .object({
    batch: batchSchema,
    upload: z
      .object({
        method: z.literal("PUT"),
        url: z.string(),
        headers: z.record(z.string(), z.string()).describe("To be sent as they are."),
        expiresAt: timestamp,
      })
      .optional()
      .describe("Absent when the content came with the request."),
  })
  .meta({ id: "OpenedBatch" });

export const batchListSchema = z
  .object({ batches: z.array(batchSchema), cursor: nextCursor })
  .meta({ id: "BatchList" });

export const rowListSchema = z
  .object({
    rows: z.array(
      z.object({
        record: count.describe("Counts records from 1, not lines."),
        entry: z.string().optional().describe("Of an archive: the file that it is in."),
        entryRecord: count
          .optional()
          .describe("Where that file has several records, which of them; counts from 1."),
        severity: z.enum(["refused", "warning"]),
        code: z.string(),
        field: z.string().optional(),
        message: z.string(),
        certificateId: z.string().optional(),
        deviceId: z.string().optional(),
      }),
    ),
    cursor: nextCursor,
  })
  .meta({ id: "RowList" });

export const reportSchema = z
  .object({ url: z.string().describe("Of the whole report; for a short while.") })
  .meta({ id: "BatchReport" });

export const yieldSchema = z
  .object({
    batch: batchId,
    shipped: count,
    looked: count.describe("Certificates that the rest is about."),
    admitted: count,
    neverSeen: count,
    refused: count,
    isPartial: z
      .boolean()
      .describe("Only some of a very large batch were looked at, a fair sample of all."),
  })
  .meta({ id: "BatchYield" });
