import { hash, X509Certificate } from "node:crypto";
import type { ManifestRecord } from "../src/formats/manifest-format.ts";
import { readManifestPart } from "../src/formats/read-manifest.ts";
import { createSample } from "../src/formats/sample/create-sample.ts";
import { sampleFormats } from "../src/formats/sample/sample-formats.ts";
import { surveyManifest } from "../src/formats/survey-manifest.ts";
import { checkCertificate } from "../src/rules/certificate/check-certificate.ts";
import { createIssuerMemory } from "../src/rules/certificate/issuer-memory.ts";

/** Certificates per second and core. */
export interface CheckMeasurement {
  readonly muster: number;
  readonly bare: number;
}

const rowsOfPart = 500;
/** The first parts are for the compiler. */
const warmUpParts = 6;

/**
 * Reads a manifest and judges its rows as ingest does, beside parse, verification and SHA-256 of the
 * same certificates in a bare loop; in turns, so that a busy machine slows both alike.
 */
export async function measureChecks(name: string, count: number): Promise<CheckMeasurement> {
  const format = sampleFormats.find((each) => each.name === name);
  if (format === undefined) throw new Error(`There is no sample ${name}.`);
  const { chunks, pki } = createSample({ format, count, now: new Date() });
  const bytes = Buffer.concat([...chunks]);
  const survey = await surveyManifest(() => [bytes], { partRecords: rowsOfPart });
  const memory = createIssuerMemory();
  const ca = new X509Certificate(pki.ca.der);
  const judge = (row: ManifestRecord): ManifestRecord => {
    const { findings } = checkCertificate({
      leaf: row.leaf,
      facts: row.facts,
      intermediates: row.chain,
      anchors: [pki.ca.der],
      rules: {},
      now: new Date(),
      memory,
    });
    if (findings.length > 0) throw new Error(findings[0]?.detail);
    return row;
  };
  let [muster, bare, measured] = [0, 0, 0];
  for (const [index, part] of survey.parts.entries()) {
    const rows: ManifestRecord[] = [];
    const content = bytes.subarray(part.offset, part.offset + part.length);
    const first = process.cpuUsage();
    for await (const row of readManifestPart(
      [content],
      { survey, part },
      { verifyChains: false },
    )) {
      if (row.kind === "record") rows.push(judge(row));
    }
    const second = process.cpuUsage();
    for (const { leaf } of rows) {
      const x509 = new X509Certificate(leaf);
      x509.checkIssued(ca);
      x509.verify(ca.publicKey);
      hash("sha256", leaf, "hex");
    }
    const third = process.cpuUsage();
    if (index < warmUpParts) continue;
    muster += toMicroseconds(first, second);
    bare += toMicroseconds(second, third);
    measured += rows.length;
  }
  return { muster: (measured / muster) * 1e6, bare: (measured / bare) * 1e6 };
}

function toMicroseconds(from: NodeJS.CpuUsage, to: NodeJS.CpuUsage): number {
  return to.user + to.system - from.user - from.system;
}
