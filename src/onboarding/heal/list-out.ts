import type {
  CertificateRecord,
  CertificateState,
  ReadCertificateRecord,
} from "../certificate-state.ts";
import { type ListCertificates, listAll } from "./listings.ts";

export interface ListOutDeps {
  readonly readRecord: ReadCertificateRecord;
  readonly listCertificates: ListCertificates;
}

export interface OutList {
  /** The longest out first. */
  readonly certificates: readonly OutCertificate[];
  /** There are more than the limit. */
  readonly more: boolean;
}

interface OutCertificate {
  readonly certificateId: string;
  readonly state: CertificateState;
}

/** Lists certificates that are out for now, or that something is still to be done about. */
export type ListOut = (limit: number, signal: AbortSignal) => Promise<OutList>;

/** Records read at once. */
const atOnce = 25;

/** Builds the use case. The lists lag behind the records, so the records say what is listed. */
export function createListOut({ readRecord, listCertificates }: ListOutDeps): ListOut {
  return async (limit, signal) => {
    const found = new Set<string>();
    for await (const certificateId of listAll(listCertificates, signal)) {
      found.add(certificateId);
      if (found.size > limit) break;
    }
    const ids = [...found].slice(0, limit);
    const certificates: OutCertificate[] = [];
    for (let start = 0; start < ids.length; start += atOnce) {
      const some = ids.slice(start, start + atOnce).map((id) => readRecord(id, signal));
      for (const record of await Promise.all(some)) certificates.push(...toOut(record));
    }
    certificates.sort((one, other) => one.state.since.localeCompare(other.state.since));
    return { certificates, more: found.size > limit };
  };
}

/** Nothing, where the record says that there is nothing to be done about it any more. */
function toOut({ certificateId, state }: CertificateRecord): readonly OutCertificate[] {
  if (!state || (state.status === "admitted" && state.recheckAt === undefined)) return [];
  return [{ certificateId, state }];
}
