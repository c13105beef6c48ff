import { createHash } from "node:crypto";
import { keyUsages } from "../sample/encode-extensions.ts";
import type { SampleFormat, SampleProfile, SampleRow } from "../sample/sample-format.ts";
import { writeRow } from "./write-row.ts";
import { writeSampleRow } from "./write-sample-row.ts";

const uidDigits = 36;

/** Of an EdgeLock SE050, whose UID has 18 bytes. */
const edgeLock: SampleProfile = {
  root: [
    ["O", "NXP"],
    ["CN", "Sample EdgeLock Root CA"],
  ],
  ca: [
    ["O", "NXP"],
    ["CN", "Sample EdgeLock Device CA"],
  ],
  keys: "ec",
  validYears: 20,
  deviceId: (index) => `0400${digest(index, "uid").slice(0, uidDigits - 4)}`,
  subject: (uid) => [
    ["O", "NXP"],
    ["CN", `SE050-${uid}`],
  ],
  keyUsage: keyUsages.sign,
};

/**
 * A table that a factory made of what it read out of NXP's chips, by the names of NXP's objects:
 * F0000100 is the key of the device, F0000101 its certificate.
 *
 * @see https://www.nxp.com/docs/en/application-note/AN12436.pdf
 */
export const nxpSample: SampleFormat = {
  name: "nxp",
  title: "a factory's table of NXP EdgeLock chips; needs --map",
  ending: ".csv",
  profile: edgeLock,
  mapping: { cert: "Object F0000101", id: "Chip" },
  *write(rows) {
    yield writeRow(["Chip", "Type", "Object F0000101"]);
    for (const row of rows) {
      yield writeSampleRow(row, [row.deviceId, "SE050C", toCell(row, "base64")]);
    }
  },
};

const serialDigits = 18;

/** Of an STSAFE-A110. */
const stsafe: SampleProfile = {
  ...edgeLock,
  root: [
    ["C", "NL"],
    ["O", "STMicroelectronics nv"],
    ["CN", "Sample STM STSAFE-A Root CA"],
  ],
  ca: [
    ["C", "NL"],
    ["O", "STMicroelectronics nv"],
    ["CN", "Sample STM STSAFE-A CA 01"],
  ],
  deviceId: (index) =>
    `02${digest(index, "stsafe")
      .slice(0, serialDigits - 2)
      .toUpperCase()}`,
  subject: (serial) => [
    ["C", "FR"],
    ["O", "STMicroelectronics"],
    ["CN", `STSAFE-A110 ${serial}`],
  ],
};

/** What a factory read out of zone 0 of ST's chips, where the certificate is. */
export const stSample: SampleFormat = {
  name: "st",
  title: "a factory's table of STSAFE chips; needs --map",
  ending: ".csv",
  profile: stsafe,
  mapping: { cert: "Zone 0", id: "STSAFE" },
  *write(rows) {
    const delimiter = ";";
    yield writeRow(["STSAFE", "Zone 0"], { delimiter });
    for (const row of rows) {
      yield writeSampleRow(row, [row.deviceId, toCell(row, "hex")], { delimiter });
    }
  },
};

function toCell({ text, certificate }: SampleRow, encoding: "base64" | "hex"): string {
  return text ?? certificate.toString(encoding);
}

function digest(value: number, purpose: string): string {
  return createHash("sha256").update(`${purpose} ${value}`).digest("hex");
}
