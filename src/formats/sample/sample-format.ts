import type { DataObject } from "../archive/infineon-names.ts";
import type { ColumnMapping } from "../manifest-format.ts";
import type { KeyUsage } from "./encode-extensions.ts";
import type { SampleCa, SampleStyle } from "./issue-certificate.ts";
import type { SampleDefect } from "./sample-defects.ts";
import type { SampleKey, SampleKeyKind } from "./sample-key.ts";
import type { SampleName } from "./sample-name.ts";

/** One device of a sample, before it is written in a format. */
export interface SampleRow {
  readonly deviceId: string;
  /** DER. */
  readonly certificate: Buffer;
  readonly key: SampleKey;
  /** What stands where the certificate should, where a defect has it so. */
  readonly text?: string;
  /** The defect that this record was chosen for. */
  readonly defect?: SampleDefect;
}

/** The throw-away PKI of a sample. */
export interface SamplePki {
  readonly root: SampleCa;
  readonly ca: SampleCa;
  /** Signs manifests, not certificates; where the format is signed. */
  readonly signer?: SampleCa;
}

/** What a vendor's devices are like. */
export interface SampleProfile {
  readonly root: SampleName;
  readonly ca: SampleName;
  readonly signer?: SampleName;
  readonly keys: SampleKeyKind;
  /** Of the CAs; default `ec`, which signs twenty times as fast as RSA. */
  readonly caKeys?: SampleKeyKind;
  readonly validYears: number;
  /** @param index counts from 0. */
  readonly deviceId: (index: number) => string;
  readonly subject: (deviceId: string) => SampleName;
  readonly keyUsage: KeyUsage;
  /** How a device's certificate is written. */
  readonly style?: SampleStyle;
  readonly caStyle?: SampleStyle;
}

/** Writes a manifest. The text is ISO 8859-1. */
export interface SampleFormat {
  readonly name: string;
  readonly title: string;
  /** Of the file's name. */
  readonly ending: string;
  readonly profile: SampleProfile;
  /** As many as there can be. */
  readonly maxCount?: number;
  /** What has to be told for the file to be read; its columns have names of their own. */
  readonly mapping?: ColumnMapping;
  /** Of a bundle that has not the usual one. */
  readonly dataObject?: DataObject;
  readonly write: (rows: Iterable<SampleRow>, given: SampleWriting) => Generator<string | Buffer>;
}

export interface SampleWriting {
  readonly pki: SamplePki;
  readonly defects: ReadonlySet<SampleDefect>;
  readonly now: Date;
}
