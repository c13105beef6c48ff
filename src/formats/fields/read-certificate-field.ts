import type { CertificateFacts } from "../../rules/certificate/certificate-facts.ts";
import { toCertificateFacts } from "../../rules/certificate/to-certificate-facts.ts";
import { findRecords } from "../certificates/find-records.ts";
import { holdsPrivateKey } from "../certificates/private-keys.ts";
import { isCa, privateKeyRefused, readCertificate } from "../certificates/read-certificate.ts";
import type { ManifestProblem } from "../manifest-format.ts";

export interface CertificateField {
  readonly leaf: Uint8Array;
  readonly facts: CertificateFacts;
  /** DER of the CAs that came with it. */
  readonly cas: readonly Uint8Array[];
  readonly trails: boolean;
}

type Refusal = Pick<ManifestProblem, "code" | "message">;

/** Where a spreadsheet cuts a cell. */
const spreadsheetLimit = 32_767;

/**
 * Reads the one field that holds a device's certificate, and maybe its chain, in any spelling: PEM
 * with line ends lost or written out, base64 or hex of DER, base64 of PEM.
 *
 * @throws MusterError PRIVATE_KEY_REFUSED; `source` names the file.
 */
export function readCertificateField(text: string, source: string): CertificateField | Refusal {
  if (text.trim() === "") return { code: "CERTIFICATE_MISSING", message: "It is empty." };
  const { certificates, problem } = readCertificates(text, source);
  const leaves = certificates.filter((each) => !isCa(each));
  const [leaf, another] = leaves;
  if (problem !== undefined || certificates.length === 0) return explain(text, problem);
  if (leaf === undefined) {
    const [ca] = certificates;
    return { code: "CERTIFICATE_IS_CA", message: `${ca?.facts.subject} is a CA.` };
  }
  if (another && leaves.some(({ facts }) => facts.certificateId !== leaf.facts.certificateId)) {
    return { code: "CERTIFICATES_SEVERAL", message: `There are ${leaves.length} certificates.` };
  }
  return {
    leaf: leaf.der,
    facts: leaf.facts,
    cas: certificates.filter(isCa).map(({ der }) => der),
    trails: leaf.trailing > 0,
  };
}

/** Reads a field of CAs; what is none of them is passed over, as the chain is judged elsewhere. */
export function readChainField(text: string, source: string): readonly Uint8Array[] {
  if (text.trim() === "") return [];
  return readCertificates(text, source)
    .certificates.filter(isCa)
    .map(({ der }) => der);
}

function readCertificates(text: string, source: string) {
  const refuseKeys = (each: string) => {
    if (holdsPrivateKey(each)) throw privateKeyRefused(source);
  };
  refuseKeys(text);
  const found = findRecords(text, refuseKeys).map((record) =>
    "problem" in record ? record : readCertificate(record.der, toFacts, { ...record, source }),
  );
  const certificates = found.filter((each) => "facts" in each);
  const problem = found.find((each) => "problem" in each);
  return { certificates, problem };
}

function toFacts(der: Uint8Array) {
  return { facts: toCertificateFacts(der) };
}

const neither = "It is neither PEM nor base64 nor hex of a certificate.";

interface Problem {
  readonly problem: string;
  readonly code?: ManifestProblem["code"];
}

function explain(text: string, problem: Problem | undefined): Refusal {
  const compact = text.replaceAll(/[\s:]/g, "");
  if (text.length === spreadsheetLimit) {
    return { code: "CELL_CUT_BY_SPREADSHEET", message: "It has exactly 32,767 characters." };
  }
  if (/CERTIFICATE\s?REQUEST/i.test(text)) {
    return { code: "REQUEST_NOT_CERTIFICATE", message: "It is a certificate signing request." };
  }
  if (/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/i.test(compact)) {
    return { code: "CERTIFICATE_ID_ONLY", message: "It is a hash of a certificate." };
  }
  const { code = "CERTIFICATE_UNREADABLE", problem: message = neither } = problem ?? {};
  return { code, message };
}
