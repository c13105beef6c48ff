import { hash, X509Certificate } from "node:crypto";
import type { ManifestRecord } from "../src/formats/manifest-format.ts";
import { readManifestPart } from "../src/formats/read-manifest.ts";
import { createSample, type SampleRequest } from "../src/formats/sample/create-sample.ts";
import { sampleFormats } from "../src/formats/sample/sample-formats.ts";
import { surveyManifest } from "../src/formats/survey-manifest.ts";
import { checkCertificate } from "../src/rules/certificate/check-certificate.ts";
import { createIssuerMemory } from "../src/rules/certificate/issuer-memory.ts";
import type { Pair } from "./figure.ts";

const rowsOfPart = 500;
/** The first parts are for the compiler. */
const warmUpParts = 4;

/**
 * Reads a manifest and judges its rows as ingest does, beside parse, verification and SHA-256 of the
 * same certificates in a bare loop; in turns, so that a busy machine slows both alike.
 *
 * @returns certificates per second of processor time.
 */
export async function measureChecks(
  name: string,
  { count, caKeys }: Pick<SampleRequest, "count" | "caKeys">,
): Promise<Pair> {
  const format = sampleFormats.find((each) => each.name === name);
  if (format === undefined) throw new Error(`There is no sample ${name}.`);
  const request = { format, count, now: new Date(), ...(caKeys && { caKeys }) };
  const { chunks, pki } = createSample(request);
  const bytes = Buffer.concat([...chunks]);
  const survey = await surveyManifest(() => [bytes], { partRecords: rowsOfPart });
  const options = { verifyChains: false, signers: pki.signer ? [pki.signer.der] : [] };
  const judge = createJudge(pki.ca.der);
  const loop = createBareLoop(pki.ca.der);
  let [muster, bare, measured] = [0, 0, 0];
  for (const [index, part] of survey.parts.entries()) {
    const rows: ManifestRecord[] = [];
    const content = bytes.subarray(part.offset, part.offset + part.length);
    const first = process.cpuUsage();
    for await (const row of readManifestPart([content], { survey, part }, options)) {
      if (row.kind === "problem") throw new Error(row.message);
      rows.push(judge(row));
    }
    const second = process.cpuUsage();
    for (const { leaf } of rows) loop(leaf);
    const third = process.cpuUsage();
    if (index < warmUpParts) continue;
    muster += toMicroseconds(first, second);
    bare += toMicroseconds(second, third);
    measured += rows.length;
  }
  return { muster: (measured / muster) * 1e6, bare: (measured / bare) * 1e6 };
}

function createJudge(ca: Uint8Array): (row: ManifestRecord) => ManifestRecord {
  const memory = createIssuerMemory();
  const anchors = [ca];
  return (row) => {
    const { findings } = checkCertificate({
      leaf: row.leaf,
      facts: row.facts,
      intermediates: row.chain,
      anchors,
      rules: {},
      now: new Date(),
      memory,
    });
    if (findings.length > 0) throw new Error(findings[0]?.detail);
    return row;
  };
}

function createBareLoop(der: Uint8Array): (leaf: Uint8Array) => void {
  const ca = new X509Certificate(der);
  return (leaf) => {
    const x509 = new X509Certificate(leaf);
    if (!x509.checkIssued(ca) || !x509.verify(ca.publicKey))
      throw new Error("It is not of the CA.");
    hash("sha256", leaf, "hex");
  };
}

function toMicroseconds(from: NodeJS.CpuUsage, to: NodeJS.CpuUsage): number {
  return to.user + to.system - from.user - from.system;
}
