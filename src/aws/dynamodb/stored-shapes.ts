import * as z from "zod/mini";
import type { CertificateAuthority } from "../../access/certificate-authorities/register-ca.ts";
import type { BatchRecord, PartRecord } from "../../batches/batch-record.ts";
import { dataObjects } from "../../formats/archive/infineon-names.ts";
import type { CertificateState, Equipment } from "../../onboarding/certificate-state.ts";
import type { RowCounts } from "../../rules/batch/batch-counts.ts";
import { batchStatuses } from "../../rules/batch/batch-status.ts";
import type { Claim } from "../../rules/batch/judge-claim.ts";
import { awsKeyTypes } from "../../rules/certificate/check-key.ts";
import { awsSignatureAlgorithms } from "../../rules/certificate/check-signature-algorithm.ts";
import type {
  Batch,
  Hold,
  LedgerEntry,
  Manufacturer,
  Revocation,
} from "../../rules/decision/ledger.ts";
import { type Finding, type ReasonCode, reasons } from "../../rules/decision/reason-codes.ts";
import type { AppliedProfile } from "../../rules/profile/profile.ts";
import type { Shape } from "./item.ts";
import type { StateShape } from "./subject-state.ts";

// What is read, changed and written back is loose: a field of a newer version outlives an older one.

const text = z.string();
const optionalText = z.exactOptional(text);
const texts = z.array(text);
const count = z.int().check(z.nonnegative());
const der = z.instanceof(Uint8Array);

export const entryShape: Shape<LedgerEntry> = z.object({
  manufacturer: text,
  batch: text,
  profile: text,
  matchedBy: z.enum(["certificate", "public-key", "issuer-serial"]),
  deviceId: optionalText,
  attributes: z.record(text, text),
  certificate: z.exactOptional(der),
  chain: z.array(der),
  importedAt: text,
});

export const holdShape: Shape<Hold> = z.object({
  source: z.enum(["operator", "iot"]),
  reason: text,
  by: text,
  at: text,
});

export const revocationShape: Shape<Revocation> = z.object({
  manufacturer: text,
  reason: text,
  by: text,
  at: text,
});

const findingShape: Shape<Finding> = z.looseObject({
  code: z.custom<ReasonCode>((code) => typeof code === "string" && Object.hasOwn(reasons, code)),
  detail: text,
});

const equipment = {
  thingName: optionalText,
  policyName: optionalText,
  groups: z.exactOptional(texts),
};
const equipmentShape: Shape<Equipment> = z.looseObject(equipment);

const certificateStateShape: Shape<CertificateState> = z.looseObject({
  status: z.enum(["onboarding", "parking", "admitted", "quarantined", "rejected"]),
  attempt: count,
  since: text,
  findings: z.array(findingShape),
  parkedAt: optionalText,
  caCertificateId: optionalText,
  ...equipment,
  former: z.exactOptional(z.array(equipmentShape)),
  publicKeySha256: optionalText,
  issuerNameSha256: optionalText,
  serial: optionalText,
  manufacturer: optionalText,
  batch: optionalText,
  profile: optionalText,
  profileVersion: z.exactOptional(count),
  recheckAt: optionalText,
  preregister: z.exactOptional(z.boolean()),
  registeringAt: optionalText,
});

const manufacturerShape: Shape<Manufacturer> = z.looseObject({
  id: text,
  name: text,
  status: z.enum(["active", "suspended"]),
  issuers: z.array(der),
  sharedIssuers: z.exactOptional(texts),
  signers: z.exactOptional(z.array(der)),
  mappings: z.exactOptional(
    z.record(
      text,
      z.looseObject({
        cert: optionalText,
        id: optionalText,
        chain: optionalText,
        savedAt: text,
        savedBy: text,
      }),
    ),
  ),
});

const batchShape: Shape<Batch> = z.looseObject({
  id: text,
  manufacturer: text,
  profile: text,
  status: z.enum(["open", "completed", "recalled"]),
  source: text,
  entries: count,
  createdAt: text,
});

const countsShape: Shape<RowCounts> = z.object({
  rows: count,
  added: count,
  known: count,
  refused: count,
  warnings: count,
});

/** A batch that was pushed, beside what onboarding reads of every batch. */
const pushedShape: Shape<BatchRecord> = z.looseObject({
  id: text,
  manufacturer: text,
  profile: text,
  profileVersion: count,
  status: z.enum(batchStatuses),
  dryRun: z.boolean(),
  fileName: text,
  bytes: count,
  sha256: text,
  mapping: z.exactOptional(
    z.looseObject({ cert: optionalText, id: optionalText, chain: optionalText }),
  ),
  mappingName: optionalText,
  dataObject: z.exactOptional(z.enum(dataObjects)),
  requestSha256: text,
  openedBy: text,
  createdAt: text,
  uploadBy: optionalText,
  format: optionalText,
  plan: optionalText,
  parts: z.exactOptional(count),
  cutBytes: z.exactOptional(count),
  phase: z.exactOptional(z.enum(["check", "land"])),
  repeatingParts: z.exactOptional(z.array(count)),
  registration: z.exactOptional(z.literal("preregister")),
  approval: z.exactOptional(z.looseObject({ quantity: count, unsigned: count })),
  completedAt: optionalText,
  counts: z.exactOptional(countsShape),
  problem: z.exactOptional(z.object({ code: text, message: text })),
  stalled: z.exactOptional(z.array(z.object({ work: text, message: text }))),
});

export const pushedBatchShape: StateShape<{ readonly pushed?: BatchRecord }> = toStateShape(
  z.looseObject({ pushed: z.exactOptional(pushedShape) }),
);

export const partShape: Shape<PartRecord> = z.object({
  part: count,
  state: z.enum(["checking", "checked", "landing", "landed"]),
  bytes: count,
  bytesDone: count,
  counts: countsShape,
  unapproved: count,
  attempt: optionalText,
  at: optionalText,
  sent: z.exactOptional(count),
});

export const claimShape: Shape<Omit<Claim, "batches"> & { readonly batches?: readonly string[] }> =
  z.object({
    manufacturer: text,
    profile: text,
    deviceId: optionalText,
    // Missing in claims of imports.
    batches: z.exactOptional(texts),
  });

const profileShape: Shape<AppliedProfile> = z.looseObject({
  name: text,
  description: text,
  manufacturers: z.exactOptional(texts),
  registration: z.enum(["jitr", "preregister"]),
  certificate: z.looseObject({
    keys: z.exactOptional(z.array(z.enum(awsKeyTypes))),
    signatureAlgorithms: z.exactOptional(z.array(z.enum(awsSignatureAlgorithms))),
    subject: z.record(text, text),
    requireClientAuth: z.boolean(),
  }),
  thing: z.looseObject({
    name: text,
    type: optionalText,
    groups: texts,
    attributes: z.record(text, text),
  }),
  policy: z.looseObject({
    attachTo: z.union([
      z.literal("certificate"),
      z.looseObject({ group: text, greengrass: z.literal(false) }),
    ]),
    publish: texts,
    subscribe: texts,
  }),
  version: count,
  policyName: text,
});

const certificateAuthorityShape: Shape<CertificateAuthority> = z.looseObject({
  caCertificateId: text,
  subject: text,
  mode: z.enum(["SNI_ONLY", "DEFAULT"]),
  manufacturer: text,
  notAfter: text,
});

/** The `STATE` item of each kind of subject. */
export const stateShapes = {
  // A hold or a revocation can come first.
  CERT: toStateShape(z.exactOptional(certificateStateShape)),
  MANUFACTURER: toStateShape(manufacturerShape),
  BATCH: toStateShape(batchShape),
  PROFILE: toStateShape(profileShape),
  CA: toStateShape(certificateAuthorityShape),
};

/** The `STATE` item of any kind of subject. */
export const anyStateShape = toStateShape(z.exactOptional(z.looseObject({})));

function toStateShape<Data extends z.ZodMiniType>(data: Data) {
  return z.object({
    revision: z.int().check(z.positive()),
    auditSequence: count,
    auditHash: text.check(z.regex(/^[0-9a-f]{64}$/)),
    data,
  });
}
