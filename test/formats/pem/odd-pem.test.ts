import { describe, expect, test } from "vitest";
import { createCa, issueLeaf } from "../../../src/local/sample-pki.ts";
import { readBothWays } from "../read-both-ways.ts";

async function makeCertificates() {
  const ca = await createCa({ name: "Device CA" });
  const first = await issueLeaf(ca, { subject: "CN=0001" });
  const second = await issueLeaf(ca, { subject: "CN=0002" });
  return { ca, first, second, both: first.pem + second.pem };
}

const certificates = await makeCertificates();

const begin = "-----BEGIN CERTIFICATE-----";
const relabel = (pem: string, label: string) =>
  pem.replaceAll(" CERTIFICATE-----", ` ${label}-----`);

/** Every way to lose or add something on the way; each is two certificates. */
const spellings: readonly (readonly [name: string, write: (pem: string) => string])[] = [
  ["no line end at the end", (pem) => pem.trimEnd()],
  ["line ends written out", (pem) => pem.replaceAll("\n", "\\n")],
  ["line ends written out twice", (pem) => pem.replaceAll("\n", "\\\\r\\\\n")],
  ["line ends turned into blanks", (pem) => pem.replaceAll("\n", " ")],
  ["line ends lost", (pem) => pem.replaceAll("\n", "")],
  ["all white space lost", (pem) => pem.replaceAll(/\s/g, "")],
  ["no line end after BEGIN", (pem) => pem.replaceAll(`${begin}\n`, begin)],
  ["blanks after END", (pem) => pem.replaceAll(/-----$/gm, "-----  \t")],
  [
    "five hyphens between two blocks",
    (pem) => pem.replaceAll("----------", "-----").replaceAll("-----\n-----", "-----"),
  ],
  ["six hyphens", (pem) => pem.replaceAll("-----", "------")],
  ["blank lines within", (pem) => pem.replaceAll("\n", "\n\n")],
  ["tabs in front", (pem) => pem.replaceAll(/^/gm, "\t ")],
  ["marks of quoted mail", (pem) => pem.replaceAll(/^/gm, "> ")],
  ["quoted-printable", (pem) => pem.replaceAll("=", "=3D")],
  ["headers", (pem) => pem.replaceAll(`${begin}\n`, `${begin}\nX-Serial: 7\n\n`)],
  ["blanks that do not break", (pem) => pem.replaceAll("\n", "\u00a0\n")],
  ["blanks without width", (pem) => pem.replaceAll("\n", "\u200b\n")],
  ["a byte order mark at each block", (pem) => pem.replaceAll(begin, `\ufeff${begin}`)],
  ["strings of C", (pem) => pem.replaceAll(/^(.+)$/gm, '"$1\\n"')],
  ["an array of JSON", (pem) => JSON.stringify(pem.split(/(?<=END CERTIFICATE-----\n)/))],
  ["zeros at the end", (pem) => `${pem}\0\0\x1a`],
  ["a label with X.509", (pem) => relabel(pem, "X.509 CERTIFICATE")],
  ["a label of the vendor's own", (pem) => relabel(pem, "DEVICE CERT")],
];

describe("PEM is read however it is spelt", () => {
  test.for(spellings)("with %s", async ([, write]) => {
    const { both } = certificates;
    expect(await readBothWays(write(both))).toEqual({
      format: "pem",
      cas: 0,
      lines: ["1: 0001", "2: 0002"],
    });
  });

  test.for([
    [
      "small letters",
      (pem: string) => pem.replaceAll("CERTIFICATE", "certificate").replaceAll("BEGIN", "begin"),
    ],
    ["four hyphens", (pem: string) => pem.replaceAll("-----", "----")],
    ["dashes", (pem: string) => pem.replaceAll("-----", "\u2013\u2013\u2013")],
    ["a blank too many", (pem: string) => pem.replaceAll("-----BEGIN", "----- BEGIN")],
  ] as const)(
    "but for a BEGIN line with %s, which is refused and not passed over",
    async ([, write]) => {
      const { first, second } = certificates;
      const misspelt = "1: CERTIFICATE_UNREADABLE";
      expect((await readBothWays(write(first.pem))).lines).toEqual([misspelt]);
      expect((await readBothWays(write(first.pem) + second.pem)).lines).toEqual([
        misspelt,
        "2: 0002",
      ]);
      expect((await readBothWays(second.pem + write(first.pem))).lines).toEqual([
        "1: 0002",
        misspelt.replace("1", "2"),
      ]);
    },
  );
});

describe("blocks that are no certificates", () => {
  const block = (label: string, body = "MAMCAQE=") =>
    `-----BEGIN ${label}-----\n${body}\n-----END ${label}-----\n`;
  test.for([
    ["PUBLIC KEY", "NOT_A_CERTIFICATE"],
    ["EC PARAMETERS", "NOT_A_CERTIFICATE"],
    ["DH PARAMETERS", "NOT_A_CERTIFICATE"],
    ["X509 CRL", "NOT_A_CERTIFICATE"],
    ["ATTRIBUTE CERTIFICATE", "NOT_A_CERTIFICATE"],
    ["PGP PUBLIC KEY BLOCK", "NOT_A_CERTIFICATE"],
    ["CERTIFICATE REQUEST", "REQUEST_NOT_CERTIFICATE"],
  ] as const)("labelled %s cost themselves alone", async ([label, code]) => {
    const { first, second } = certificates;
    const { lines } = await readBothWays(first.pem + block(label) + second.pem);
    expect(lines).toEqual(["1: 0001", `2: ${code}`, "3: 0002"]);
  });

  test("are told by what is in them, too", async () => {
    const { first } = certificates;
    const request = "MIGqMFICAQAwDzENMAsGA1UEAwwEMDAwMTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABA==";
    const { lines } = await readBothWays(first.pem + block("CERTIFICATE", request));
    expect(lines).toEqual(["1: 0001", "2: CERTIFICATE_UNREADABLE"]);
  });

  test("refuse the file when they are a key store", async () => {
    const { first } = certificates;
    const store = Buffer.from("308204a30201033082045f06092a864886f70d010701a0820450", "hex");
    const input = first.pem + block("PKCS12", store.toString("base64"));
    await expect(readBothWays(input)).rejects.toMatchObject({ code: "PRIVATE_KEY_REFUSED" });
  });
});
