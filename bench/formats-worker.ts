import { hash, X509Certificate } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import type { ManifestOptions, ManifestRow } from "../src/formats/manifest-format.ts";
import { readManifestPart } from "../src/formats/read-manifest.ts";
import { surveyManifest } from "../src/formats/survey-manifest.ts";
import { checkCertificate } from "../src/rules/certificate/check-certificate.ts";
import { createIssuerMemory } from "../src/rules/certificate/issuer-memory.ts";
import { readPart } from "./read-part.ts";

/** What is to be read. DER in base64. */
export interface FormatTask extends Pick<ManifestOptions, "mapping" | "dataObject"> {
  readonly manifest: string;
  readonly ca: string;
  readonly signer?: string;
}

/** What one process measured: by processor time, and its own memory. */
export interface FormatMeasurement {
  readonly devices: number;
  readonly surveyMicroseconds: number;
  readonly rowsPerSecond: number;
  readonly barePerSecond: number;
  readonly idleBytes: number;
  readonly peakBytes: number;
}

const [taskFile = ""] = process.argv.slice(2);
const task = JSON.parse(readFileSync(taskFile, "utf8")) as FormatTask;
const rowsOfTurn = 500;
/** The first turns are for the compiler. */
const warmUpTurns = 2;
const intervalMs = 10;
const [ca, signer] = [task.ca, task.signer].map((text) => Buffer.from(text ?? "", "base64"));
const manifest = task.manifest;
const options = {
  ...task,
  // As ingest has it: judging verifies them.
  verifyChains: false,
  ...(task.signer && signer && { signers: [signer] }),
  ranges: {
    bytes: statSync(manifest).size,
    read: async (range: { readonly offset: number; readonly length: number }) =>
      readPart(manifest, range.offset, range.length),
  },
};
process.stdout.write(JSON.stringify(await measure(ca ?? Buffer.alloc(0))));

async function measure(issuer: Buffer): Promise<FormatMeasurement> {
  const idleBytes = process.memoryUsage.rss();
  let peakBytes = idleBytes;
  const watch = setInterval(() => {
    peakBytes = Math.max(peakBytes, process.memoryUsage.rss());
  }, intervalMs);
  const surveyStart = process.cpuUsage();
  const survey = await surveyManifest(() => readPart(manifest), options);
  const surveyed = microsecondsSince(surveyStart);

  const turns = createTurns(issuer);
  for (const part of survey.parts) {
    const chunks = readPart(manifest, part.offset, part.length);
    for await (const row of readManifestPart(chunks, { survey, part }, options)) turns.add(row);
  }
  clearInterval(watch);
  const surveyMicroseconds = surveyed / survey.records;
  return { ...turns.result(), surveyMicroseconds, idleBytes, peakBytes };
}

/** Judges rows, and now and then does the bare work on the same, so that a busy machine slows both. */
function createTurns(issuer: Buffer) {
  const judge = createJudge(issuer);
  const loop = createBareLoop(issuer);
  const leaves: Uint8Array[] = [];
  const spent = { muster: 0, bare: 0 };
  let [devices, measured, turns] = [0, 0, 0];
  let start = process.cpuUsage();

  function endTurn(): void {
    const muster = microsecondsSince(start);
    const bareStart = process.cpuUsage();
    for (const leaf of leaves) loop(leaf);
    turns += 1;
    if (turns > warmUpTurns) {
      spent.muster += muster;
      spent.bare += microsecondsSince(bareStart);
      measured += leaves.length;
    }
    leaves.length = 0;
    start = process.cpuUsage();
  }

  return {
    add: (row: ManifestRow) => {
      if (row.kind === "problem") throw new Error(row.message);
      judge(row);
      devices += 1;
      leaves.push(row.leaf);
      if (leaves.length === rowsOfTurn) endTurn();
    },
    result: () => ({
      devices,
      rowsPerSecond: Math.round((measured / spent.muster) * 1e6),
      barePerSecond: Math.round((measured / spent.bare) * 1e6),
    }),
  };
}

function createJudge(issuer: Uint8Array) {
  const memory = createIssuerMemory();
  const common = { anchors: [issuer], rules: {}, now: new Date(), memory };
  return ({ leaf, facts, chain }: Extract<ManifestRow, { readonly kind: "record" }>) => {
    const { findings } = checkCertificate({ ...common, leaf, facts, intermediates: chain });
    if (findings.length > 0) throw new Error(findings[0]?.detail);
  };
}

function createBareLoop(der: Uint8Array): (leaf: Uint8Array) => void {
  const issuer = new X509Certificate(der);
  return (leaf) => {
    const x509 = new X509Certificate(leaf);
    if (!x509.checkIssued(issuer) || !x509.verify(issuer.publicKey)) {
      throw new Error("It is not of the CA.");
    }
    hash("sha256", leaf, "hex");
  };
}

function microsecondsSince(start: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(start);
  return user + system;
}
