import { DerReader, unreadable } from "../../rules/certificate/der.ts";
import {
  readSignedCertificate,
  type SignedCertificate,
} from "../../rules/certificate/signed-certificate.ts";
import { MusterError } from "../../rules/errors.ts";
import { findPrivateKey, isPrivateKey } from "./find-private-key.ts";
import { type FoundRecord, findRecords } from "./find-records.ts";

const maxFileBytes = 16 * 1024 * 1024;

export interface ReadCertificate extends SignedCertificate {
  readonly der: Uint8Array;
  /** Counts from 1; certificates of one line share a number. */
  readonly record: number;
}

/** A record that gave no certificate. */
export interface RecordProblem {
  readonly record: number;
  /** Stable. */
  readonly code: "CERTIFICATE_UNREADABLE";
  readonly message: string;
}

export interface ReadResult {
  readonly certificates: readonly ReadCertificate[];
  readonly problems: readonly RecordProblem[];
  /** What was mended in records that did give a certificate. */
  readonly warnings?: readonly { readonly record: number; readonly message: string }[];
}
