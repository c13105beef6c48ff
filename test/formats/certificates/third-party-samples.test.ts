import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { readCertificates } from "../../../src/formats/certificates/read-certificates.ts";
import { separateChains } from "../../../src/formats/certificates/separate-chains.ts";
import { checkCertificate } from "../../../src/rules/certificate/check-certificate.ts";

const folder = new URL("../../../../shared/fixtures/", import.meta.url);
const absent = !existsSync(folder);
if (absent)
  process.stdout.write("Third-party samples are skipped: ../shared/fixtures is absent.\n");

const now = new Date("2026-01-01T00:00:00Z");

function read(path: string) {
  const { certificates, problems } = readCertificates(readFileSync(new URL(path, folder)), path);
  expect(problems).toEqual([]);
  return certificates;
}

function ders(...paths: readonly string[]): readonly Uint8Array[] {
  return paths.flatMap(read).map(({ der }) => der);
}

describe.skipIf(absent)("third-party samples", () => {
  test("a Microchip device: no expiry, constant name, no basic constraints", () => {
    const [device] = read("microchip/ATECC608A-MAH1H_device.crt");
    expect(device?.facts).toMatchObject({
      subject: "O=Microchip Technology Inc, CN=ATECC608A-MAH1H",
      notAfter: new Date("9999-12-31T23:59:59Z"),
      serial: "52355067efb1a659c3d6a64ac05e2968",
    });
    expect(device?.facts).not.toHaveProperty("basicConstraints");
    const result = checkCertificate({
      leaf: device?.der ?? new Uint8Array(),
      intermediates: ders("microchip/signer_218B.crt"),
      anchors: ders("microchip/ATECC Root CA 001.crt"),
      rules: {},
      now,
    });
    expect(result.findings).toEqual([]);
    expect(result.path?.map(({ subject }) => subject.split("CN=")[1])).toEqual([
      "ATECC608A-MAH1H",
      "ATECC 1H Signer 218B",
      "ATECC Root CA 001",
    ]);
  });

  test("five Infineon devices in one file with CRLF, under a CA in DER", () => {
    const { leaves, others } = separateChains(read("cloud/infineon-5-concat-crlf.pem"));
    expect(leaves).toHaveLength(5);
    expect(others).toEqual([]);
    for (const { der } of leaves) {
      const result = checkCertificate({
        leaf: der,
        intermediates: ders("infineon-ca/OptigaTrustEccCA306.crt"),
        anchors: ders("infineon-ca/OptigaECCRootCA2.crt"),
        rules: {},
        now,
      });
      expect(result.findings).toEqual([]);
    }
  });
});
