import { createHash } from "node:crypto";
import { writeRow } from "../csv/write-row.ts";
import { toCertificateText } from "../sample/certificate-text.ts";
import { keyUsages } from "../sample/issue-certificate.ts";
import type { SampleFormat, SampleProfile } from "../sample/sample-format.ts";

/** Of ExpressLink modules: RSA, named by a UUID. */
const expressLink: SampleProfile = {
  root: [["CN", "esp-sample-root"]],
  ca: [
    ["C", "IN"],
    ["ST", "MH"],
    ["O", "Espressif"],
    ["CN", "esp-sample-cn"],
  ],
  keys: "rsa",
  validYears: 10,
  deviceId: (index) => digest(index, "mac").slice(0, 12).toUpperCase(),
  subject: (mac) => [
    ["C", "IN"],
    ["ST", "MH"],
    ["O", "Espressif Systems"],
    ["OU", "ExpressLink"],
    ["CN", toUuid(mac)],
  ],
  keyUsage: keyUsages.sign,
};

/** As Espressif's are: CRLF between records, LF in the certificates, no end of the last line. */
export const espressifSample: SampleFormat = {
  name: "espressif",
  title: "Espressif pre-provisioned modules",
  ending: ".csv",
  profile: expressLink,
  *write(rows, { defects }) {
    yield "MAC,cn,cert";
    for (const row of rows) {
      const cells = [row.deviceId, toUuid(row.deviceId), toCertificateText(row, defects)];
      yield `\r\n${writeRow(cells, { end: "" })}`;
    }
  },
};

const rainMaker: SampleProfile = {
  ...expressLink,
  keys: "ec",
  deviceId: (index) => toUuid(digest(index, "node")),
  subject: (nodeId) => [["CN", nodeId]],
};

export const rainmakerSample: SampleFormat = {
  name: "rainmaker",
  title: "ESP RainMaker node_certs.csv",
  ending: ".csv",
  profile: rainMaker,
  *write(rows, { defects }) {
    yield writeRow(["node_id", "certs", "qrcode"]);
    for (const row of rows) {
      const qrcode = JSON.stringify({ ver: "v1", name: "PROV_sample", transport: "ble" });
      yield writeRow([row.deviceId, toCertificateText(row, defects), qrcode]);
    }
  },
};

function toUuid(text: string): string {
  const hex = digest(text, "uuid");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

function digest(value: number | string, purpose: string): string {
  return createHash("sha256").update(`${purpose} ${value}`).digest("hex");
}
