import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createCa, issueLeaf } from "../../../src/local/sample-pki.ts";
import { readBothWays } from "../read-both-ways.ts";

async function makeCertificates() {
  const ca = await createCa({ name: "Device CA" });
  const first = await issueLeaf(ca, { subject: "CN=0001" });
  const second = await issueLeaf(ca, { subject: "CN=0002" });
  return { ca, first, second, ders: [first.der, second.der].map((der) => Buffer.from(der)) };
}

const certificates = await makeCertificates();

const pairs = (der: Buffer) => der.toString("hex").match(/../g) ?? [];
const fold = (text: string, width: number) =>
  (text.match(new RegExp(`.{1,${width}}`, "g")) ?? []).join("\n");

/** One line for each. */
const spellings: readonly (readonly [name: string, write: (der: Buffer) => string])[] = [
  ["base64", (der) => der.toString("base64")],
  ["base64 without padding", (der) => der.toString("base64").replaceAll("=", "")],
  ["base64url", (der) => der.toString("base64url")],
  ["base64 in quotes", (der) => `"${der.toString("base64")}"`],
  ["base64 with a comma after it", (der) => `${der.toString("base64")},`],
  ["hex", (der) => der.toString("hex")],
  ["hex in capitals", (der) => der.toString("hex").toUpperCase()],
  ["hex with 0x", (der) => `0x${der.toString("hex")}`],
  ["hex with colons", (der) => pairs(der).join(":")],
  ["hex with hyphens", (der) => pairs(der).join("-").toUpperCase()],
  ["hex with blanks", (der) => pairs(der).join(" ")],
];

describe("a list of certificates, one per line", () => {
  test.for(spellings)("in %s", async ([, write]) => {
    const { ders } = certificates;
    for (const end of ["\n", "\r\n", "\r", "\n\n"]) {
      const { format, lines } = await readBothWays(ders.map(write).join(end));
      expect([format, ...lines]).toEqual(["base64-list", "1: 0001", "2: 0002"]);
    }
    const utf16 = Buffer.from(ders.map(write).join("\n"), "utf16le");
    expect((await readBothWays(utf16)).lines).toEqual(["1: 0001", "2: 0002"]);
  });

  test("may have a bad one among them", async () => {
    const { ders } = certificates;
    const [first = "", second = ""] = ders.map((der) => der.toString("base64"));
    expect((await readBothWays([first, "%%%", second].join("\n"))).lines).toEqual([
      "1: 0001",
      "2: CERTIFICATE_UNREADABLE",
      "3: 0002",
    ]);
  });
});

describe("certificates over several lines", () => {
  test("end where they end, with blank lines between them or none", async () => {
    const { ders } = certificates;
    const encodings = [
      (der: Buffer) => der.toString("base64"),
      (der: Buffer) => der.toString("hex"),
      (der: Buffer) => pairs(der).join(":"),
    ];
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 20, max: 120 }),
        fc.constantFrom("\n", "\r\n", "\n\n", "\n \n"),
        fc.constantFrom(...encodings),
        async (width, gap, encode) => {
          const { format, lines } = await readBothWays(
            ders.map((der) => fold(encode(der), width)).join(gap),
          );
          expect([format, ...lines]).toEqual(["base64-list", "1: 0001", "2: 0002"]);
        },
      ),
      { numRuns: 20 },
    );
  });

  test("lose one that is damaged, and no other", async () => {
    const { ders } = certificates;
    const [first = "", second = ""] = ders.map((der) => fold(der.toString("base64"), 64));
    const { lines } = await readBothWays([first, "what is this\nand this?", second].join("\n"));
    expect(lines).toEqual(["1: 0001", "2: CERTIFICATE_UNREADABLE", "3: 0002"]);
  });

  test("may be an array of C, a file of PEM, or a PKCS#7", async () => {
    const { first, ca, ders } = certificates;
    const bytes = pairs(ders[0] ?? Buffer.of()).map((pair) => `0x${pair}`);
    const array = `unsigned char cert[] = {\n${fold(bytes.join(", "), 72)}\n};\nunsigned int cert_len = 440;\n`;
    expect((await readBothWays(array)).lines).toEqual(["1: 0001"]);
    const pem = Buffer.from(first.pem + ca.pem).toString("base64");
    expect(await readBothWays(fold(pem, 76))).toEqual({
      format: "base64-list",
      cas: 1,
      lines: ["1: 0001"],
    });
  });
});
