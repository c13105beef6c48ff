import { createHash } from "node:crypto";
import { writeRow } from "../csv/write-row.ts";
import { writeSampleRow } from "../csv/write-sample-row.ts";
import { toCertificateText } from "../sample/certificate-text.ts";
import { keyUsages } from "../sample/encode-extensions.ts";
import type { SampleFormat, SampleProfile } from "../sample/sample-format.ts";

const serialBytes = 20;

/** Of ExpressLink modules: RSA, named by a UUID. */
const expressLink: SampleProfile = {
  root: [["CN", "esp-sample-root"]],
  ca: [
    ["C", "IN"],
    ["ST", "MH"],
    ["L", "Pune"],
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
  keyUsage: keyUsages.signAndEncipher,
  style: { serialBytes, extensions: ["basicConstraints", "keyUsage"] },
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
      const mac = defects.has("mac-colons") ? withColons(row.deviceId) : row.deviceId;
      const cells = [mac, toUuid(row.deviceId), toCertificateText(row, defects)];
      yield `\r\n${writeSampleRow(row, cells, { end: "" })}`;
    }
  },
};

function withColons(mac: string): string {
  return mac.replaceAll(/(..)(?=.)/g, "$1:");
}

const rainMaker: SampleProfile = {
  ...expressLink,
  keys: "ec",
  deviceId: (index) => toUuid(digest(index, "node")),
  subject: (nodeId) => [["CN", nodeId]],
  keyUsage: keyUsages.sign,
  style: {},
};

/** @see https://github.com/espressif/esp-rainmaker-admin-cli */
export const rainmakerSample: SampleFormat = {
  name: "rainmaker",
  title: "ESP RainMaker node_certs.csv",
  ending: ".csv",
  profile: rainMaker,
  *write(rows, { defects }) {
    yield writeRow(["node_id", "certs", "qrcode"]);
    for (const row of rows) {
      const [name, pop] = [digest(row.deviceId, "name"), digest(row.deviceId, "pop")];
      const qrcode = JSON.stringify({
        ver: "v1",
        name: `PROV_${name.slice(0, 6)}`,
        pop: pop.slice(0, 8),
        transport: "ble",
      });
      yield writeSampleRow(row, [row.deviceId, toCertificateText(row, defects), qrcode]);
    }
  },
};

/** With blanks around the names of columns, which its tool takes away. */
export const rainmakerNeoSample: SampleFormat = {
  ...rainmakerSample,
  name: "rainmaker-neo",
  title: "ESP RainMaker Neo, with groups and tags",
  *write(rows, { defects }) {
    yield "node_id, certs, admin_groups, city\n";
    for (const row of rows) {
      yield writeSampleRow(row, [row.deviceId, toCertificateText(row, defects), "line-3", "Pune"]);
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
