import { readCertificates } from "../../formats/certificates/read-certificates.ts";
import { separateChains } from "../../formats/certificates/separate-chains.ts";
import { checkCertificate } from "../../rules/certificate/check-certificate.ts";
import type { Batch, LedgerEntry, Manufacturer } from "../../rules/decision/ledger.ts";
import { MusterError } from "../../rules/errors.ts";
import type { AppliedProfile } from "../../rules/profile/profile.ts";
import { checkMayPush } from "../check-may-push.ts";

export interface ImportDeps {
  readonly readManufacturer: (id: string) => Promise<Manufacturer>;
  readonly readProfile: (name: string) => Promise<AppliedProfile>;
  /** `known`: this manufacturer's entry of the certificate stands already. */
  readonly addEntry: (
    certificateId: string,
    entry: LedgerEntry,
  ) => Promise<"added" | "known" | "claimed-by-other" | "device-id-differs">;
  /** Writes the batch and its audit record. */
  readonly saveBatch: (
    batch: Batch,
    action: "opened" | "completed",
    actor: string,
  ) => Promise<void>;
  readonly newId: () => string;
  readonly now: () => Date;
  readonly actor: string;
}

interface ImportRequest {
  readonly manufacturer: string;
  readonly profile: string;
  readonly files: AsyncIterable<ImportFile> | Iterable<ImportFile>;
  /** Called after each certificate. */
  readonly onProgress?: (done: number) => void;
}

export interface ImportFile {
  /** For people: a file name. */
  readonly source: string;
  readonly bytes: Uint8Array;
  /** The device's id, when the file names it and holds one certificate. */
  readonly deviceId?: string;
}

/** A certificate that did not get into the ledger, and why. */
export interface RefusedRecord {
  readonly source: string;
  /** Counts from 1 within the source. */
  readonly record: number;
  readonly code: string;
  readonly message: string;
}

export interface ImportSummary {
  readonly batch: string;
  readonly added: number;
  /** Certificates that were in the ledger before, or earlier in this batch. */
  readonly known: number;
  readonly refused: readonly RefusedRecord[];
  /** Certificate ids that are in the ledger now. */
  readonly landed: ReadonlySet<string>;
}

/**
 * Takes a manufacturer's certificates into the ledger, as one batch.
 *
 * A bad certificate sinks no other: it is reported with its place and the reason. Importing the same
 * file again changes nothing.
 *
 * @throws MusterError MANUFACTURER_UNKNOWN, PROFILE_UNKNOWN, PROFILE_NOT_ALLOWED
 */
export type ImportCertificates = (request: ImportRequest) => Promise<ImportSummary>;

/** Builds the use case. */
export function createImportCertificates(deps: ImportDeps): ImportCertificates {
  return async ({ manufacturer: id, profile: name, files, onProgress }) => {
    const manufacturer = await deps.readManufacturer(id);
    const profile = await deps.readProfile(name);
    checkMayPush(profile, id);
    const startedAt = deps.now();
    const batch: Batch = {
      id: deps.newId(),
      manufacturer: id,
      profile: name,
      status: "open",
      source: "import",
      entries: 0,
      createdAt: startedAt.toISOString(),
    };
    const landed = new Set<string>();
    const refused: RefusedRecord[] = [];
    const counts = { added: 0, known: 0 };
    await deps.saveBatch(batch, "opened", deps.actor);
    for await (const file of files) {
      const rows = readRows(file);
      refused.push(...rows.refused);
      for (const row of rows.accepted) {
        const problem = await addRow(row);
        if (problem) refused.push({ source: file.source, record: row.record, ...problem });
        onProgress?.(landed.size + refused.length);
      }
    }
    await deps.saveBatch(
      { ...batch, status: "completed", entries: landed.size },
      "completed",
      deps.actor,
    );
    return { batch: batch.id, ...counts, refused, landed };

    async function addRow(row: Row): Promise<Pick<RefusedRecord, "code" | "message"> | undefined> {
      const { facts, findings } = checkCertificate({
        leaf: row.der,
        intermediates: row.chain,
        anchors: manufacturer.issuers,
        rules: profile.certificate,
        now: startedAt,
      });
      const [finding] = findings;
      if (finding) return { code: finding.code, message: finding.detail };
      if (!facts) return { code: "CERTIFICATE_UNREADABLE", message: "It cannot be read." };
      const result = await deps.addEntry(facts.certificateId, {
        manufacturer: id,
        batch: batch.id,
        profile: name,
        matchedBy: "certificate",
        ...(row.deviceId !== undefined && { deviceId: row.deviceId }),
        attributes: {},
        certificate: row.der,
        chain: row.chain,
        importedAt: startedAt.toISOString(),
      });
      if (result === "claimed-by-other") {
        // Which manufacturer that is, is not this one's to know.
        return { code: "LEDGER_DISPUTED", message: "The certificate is already claimed." };
      }
      if (result === "device-id-differs") {
        const message = `The ledger has this certificate under another device id than "${row.deviceId}".`;
        return { code: "DEVICE_ID_CONFLICT", message };
      }
      counts[result] += 1;
      landed.add(facts.certificateId);
      return undefined;
    }
  };
}

interface Row {
  readonly record: number;
  readonly der: Uint8Array;
  readonly chain: readonly Uint8Array[];
  readonly deviceId?: string;
}

function readRows({ source, bytes, deviceId }: ImportFile): {
  readonly accepted: readonly Row[];
  readonly refused: readonly RefusedRecord[];
} {
  const { certificates, problems } = readFile(bytes, source);
  const { leaves, others } = separateChains(certificates);
  const cas = others.map(({ record, facts }) => ({
    source,
    record,
    code: "CERTIFICATE_IS_CA",
    message: `${facts.subject} is a CA, not a device, and issued none of this file.`,
  }));
  const unread = problems.map(({ record, code, message }) => ({ source, record, code, message }));
  const refused = [...unread, ...cas].toSorted((one, other) => one.record - other.record);
  const named = deviceId !== undefined && leaves.length === 1 ? { deviceId } : {};
  return { accepted: leaves.map((leaf) => ({ ...leaf, ...named })), refused };
}

const disclosed = "If the manufacturer sent it, treat the key as disclosed.";

/** A file that is refused as a whole is one bad record, not the end of a folder. */
function readFile(
  bytes: Uint8Array,
  source: string,
): Pick<ReturnType<typeof readCertificates>, "certificates"> & {
  readonly problems: readonly Omit<RefusedRecord, "source">[];
} {
  try {
    return readCertificates(bytes, source);
  } catch (error) {
    if (!(error instanceof MusterError)) throw error;
    const { code } = error;
    const message =
      code === "PRIVATE_KEY_REFUSED" ? `${error.message} ${disclosed}` : error.message;
    return { certificates: [], problems: [{ record: 1, code, message }] };
  }
}
