import { hash, X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { readManifestPart } from "../src/formats/read-manifest.ts";
import { surveyManifest } from "../src/formats/survey-manifest.ts";
import { readPart } from "./read-part.ts";

/** What one process measured: processor time per record, and its own memory. */
export interface FormatMeasurement {
  readonly devices: number;
  readonly surveyMicroseconds: number;
  readonly readMicroseconds: number;
  readonly bareMicroseconds: number;
  readonly idleBytes: number;
  readonly peakBytes: number;
}

const sampleSize = 2000;
const intervalMs = 10;

const [manifest = "", ca = "", signer] = process.argv.slice(2);
process.stdout.write(JSON.stringify(await measure()));

async function measure(): Promise<FormatMeasurement> {
  const issuer = new X509Certificate(readFileSync(ca)).publicKey;
  // Chains that nobody signed for are left to whoever decides on them, who verifies them anyway.
  const options =
    signer === undefined ? { verifyChains: false } : { signers: [readFileSync(signer)] };
  const idleBytes = process.memoryUsage.rss();
  let peakBytes = idleBytes;
  const watch = setInterval(() => {
    peakBytes = Math.max(peakBytes, process.memoryUsage.rss());
  }, intervalMs);

  const surveyStart = process.cpuUsage();
  const survey = await surveyManifest(() => readPart(manifest), options);
  const surveyed = microsecondsSince(surveyStart);

  const leaves: Uint8Array[] = [];
  let devices = 0;
  const readStart = process.cpuUsage();
  for (const part of survey.parts) {
    const chunks = readPart(manifest, part.offset, part.length);
    for await (const row of readManifestPart(chunks, { survey, part }, options)) {
      if (row.kind !== "record") continue;
      devices += 1;
      if (leaves.length < sampleSize) leaves.push(row.leaf);
    }
  }
  const read = microsecondsSince(readStart);
  clearInterval(watch);

  const bareStart = process.cpuUsage();
  for (const leaf of leaves) {
    new X509Certificate(leaf).verify(issuer);
    hash("sha256", leaf, "hex");
  }
  return {
    devices,
    surveyMicroseconds: surveyed / survey.records,
    readMicroseconds: read / devices,
    bareMicroseconds: microsecondsSince(bareStart) / leaves.length,
    idleBytes,
    peakBytes,
  };
}

function microsecondsSince(start: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(start);
  return user + system;
}
