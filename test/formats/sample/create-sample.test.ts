import { createPrivateKey, createPublicKey, X509Certificate } from "node:crypto";
import { describe, expect, test } from "vitest";
import { createSample, type SampleDevice } from "../../../src/formats/sample/create-sample.ts";
import { defectsOf, type SampleDefect } from "../../../src/formats/sample/sample-defects.ts";
import { sampleFormats } from "../../../src/formats/sample/sample-formats.ts";
import { checkCertificate } from "../../../src/rules/certificate/check-certificate.ts";
import { makeSample, now, readAll, recordsOf, toLines } from "../support.ts";

const later = new Date(now.getTime() + 24 * 3_600_000);

describe("a sample", () => {
  test.for(sampleFormats)("$name is of devices that its own CAs issued", async (format) => {
    const count = Math.min(12, format.maxCount ?? 12);
    const { chunks, pki } = createSample({ format, count, now });
    const bytes = Buffer.concat([...chunks]);
    const signed = pki.signer ? { signers: [pki.signer.der] } : {};
    const { rows } = await readAll(bytes, signed);
    const records = recordsOf(rows);
    expect(records).toHaveLength(count);
    for (const { leaf, warnings } of records) {
      const { findings } = checkCertificate({
        leaf,
        intermediates: [pki.ca.der],
        anchors: [pki.root.der],
        rules: {},
        now: later,
      });
      expect(findings).toEqual([]);
      expect(warnings).toEqual([]);
    }
    const unique = (values: readonly (string | undefined)[]) => new Set(values).size;
    expect(unique(records.map(({ facts }) => facts.publicKeySha256))).toBe(count);
    expect(unique(records.map(({ facts }) => facts.serial))).toBe(count);
    const ids = records.flatMap(({ deviceId }) => deviceId ?? []);
    expect([0, count]).toContain(unique(ids));
  });

  test("of Microchip is as Microchip's own", async () => {
    const { bytes, options } = makeSample("microchip");
    expect(bytes.toString()).toMatch(/^\[\n {2}\{\n {4}"payload": "eyJ2ZXJzaW9uIjoxLC/);
    const { rows } = await readAll(bytes, options);
    for (const { facts, deviceId } of recordsOf(rows)) {
      expect(deviceId).toMatch(/^0123[0-9a-f]{12}01$/);
      expect(facts).toMatchObject({
        subject: `O=Microchip Technology Inc, CN=sn${deviceId?.toUpperCase()}`,
        keyUsage: ["digitalSignature", "keyAgreement"],
        basicConstraints: { ca: false },
        notBefore: new Date("2026-01-15T10:00:00Z"),
        notAfter: new Date("2054-01-15T10:00:00Z"),
      });
      expect(facts.serial).toMatch(/^[4-7][0-9a-f]{31}$/);
    }
  });

  test("of Espressif ends its rows in CRLF, its PEM lines in LF, and the file in a quote", () => {
    const text = makeSample("espressif").bytes.toString();
    expect(text).toMatch(
      /^MAC,cn,cert\r\n[0-9A-F]{12},[0-9a-f-]{36},"-----BEGIN CERTIFICATE-----\nMII/,
    );
    expect(text.endsWith('-----END CERTIFICATE-----\n"')).toBe(true);
  });

  test("gives keys to the devices that are to connect", () => {
    const format = sampleFormats.find(({ name }) => name === "espressif");
    const devices: SampleDevice[] = [];
    if (format === undefined) throw new Error("There is one.");
    const { chunks } = createSample({
      format,
      count: 3,
      keys: 1,
      now,
      onDevice: (device) => devices.push(device),
    });
    expect([...chunks].length).toBeGreaterThan(0);
    expect(devices).toHaveLength(1);
    for (const { certificatePem, privateKeyPem } of devices) {
      const { publicKey } = new X509Certificate(certificatePem);
      const own = createPublicKey(createPrivateKey(privateKeyPem));
      expect(publicKey.equals(own)).toBe(true);
    }
  });
});

describe("a defect of a sample", () => {
  const noted: Partial<Record<SampleDefect, string>> = {
    "is-ca": "CERTIFICATE_IS_CA",
    unreadable: "CERTIFICATE_UNREADABLE",
    missing: "CERTIFICATE_MISSING",
    request: "REQUEST_NOT_CERTIFICATE",
    thumbprint: "CERTIFICATE_ID_ONLY",
    "excel-id": "DEVICE_ID_DAMAGED",
    "unknown-signer": "SIGNER_NOT_TRUSTED",
    "bad-signature": "ENTRY_SIGNATURE_INVALID",
    "forged-id": "UNIQUE_ID_MISMATCH",
    "other-algorithm": "JWS_ALGORITHM_REFUSED",
    "no-certificate": "NO_CERTIFICATE",
    "other-key": "PUBLIC_KEY_MISMATCH",
  };
  const cases = sampleFormats.flatMap(({ name }) =>
    defectsOf(name)
      .filter((defect) => defect !== "private-key" && defect !== "cut-short")
      .map((defect) => ({ name, defect })),
  );
  test.for(cases)("$defect in $name spoils one record at most", async ({ name, defect }) => {
    const { bytes, options } = makeSample(name, { count: 4, defects: [defect] });
    const { rows } = await readAll(bytes, options);
    const problems = rows.filter((row) => row.kind === "problem");
    const isList = name === "base64-list" && defect === "request";
    const isChain = name === "microchip" && defect === "other-ca";
    const code = isList ? "CERTIFICATE_UNREADABLE" : isChain ? "CHAIN_INVALID" : noted[defect];
    expect(problems.map((problem) => problem.code)).toEqual(code === undefined ? [] : [code]);
    expect(rows).toHaveLength(4);
  });

  test.for(sampleFormats.filter(({ name }) => name !== "der"))(
    "cut-short in $name costs the last record",
    async ({ name }) => {
      const { bytes, options } = makeSample(name, { count: 4, defects: ["cut-short"] });
      const { rows } = await readAll(bytes, options);
      const complete = makeSample(name, { count: 4 });
      const before = (await readAll(complete.bytes, complete.options)).rows;
      const lost = name === "pem-chain" ? 0 : 1;
      expect(recordsOf(rows)).toHaveLength(4 - lost);
      expect(toLines(rows).slice(0, 3)).toEqual(toLines(before).slice(0, 3));
      expect(rows.at(-1)?.kind).toBe("problem");
    },
  );
});
