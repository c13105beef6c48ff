import { createPrivateKey, createPublicKey, X509Certificate } from "node:crypto";
import { describe, expect, test } from "vitest";
import { createSample, type SampleDevice } from "../../../src/formats/sample/create-sample.ts";
import { sampleFormats } from "../../../src/formats/sample/sample-formats.ts";
import { checkCertificate } from "../../../src/rules/certificate/check-certificate.ts";
import { makeSample, now, readAll, recordsOf } from "../support.ts";

const later = new Date(now.getTime() + 24 * 3_600_000);

describe("a sample", () => {
  test.for(sampleFormats)("$name is of devices that its own CAs issued", async (format) => {
    const count = Math.min(12, format.maxCount ?? 12);
    const { chunks, pki } = createSample({ format, count, now });
    const bytes = Buffer.concat([...chunks]);
    const signed = pki.signer ? { signers: [pki.signer.der] } : {};
    const { mapping } = format;
    const { rows } = await readAll(bytes, { ...signed, ...(mapping && { mapping }) });
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
    const text = bytes.toString();
    expect(text).toMatch(/^\[\n {2}\{\n {4}"payload": "eyJ2ZXJzaW9uIjoxLC/);
    expect(text.endsWith("\n  }\n]")).toBe(true);
    const [{ payload }] = JSON.parse(text);
    const device = JSON.parse(Buffer.from(payload, "base64url").toString());
    expect(Object.keys(device)).toEqual([
      "version",
      "model",
      "partNumber",
      "manufacturer",
      "provisioner",
      "distributor",
      "groupId",
      "provisioningTimestamp",
      "uniqueId",
      "publicKeySet",
    ]);
    const [identity, ...spares] = device.publicKeySet.keys;
    expect(Object.keys(identity)).toEqual(["kid", "kty", "crv", "x", "y", "x5c"]);
    expect(spares.map(({ kid }: { kid: string }) => kid)).toEqual(["1", "2", "3", "4"]);
    expect(identity.x5c).toHaveLength(2);
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

  test("of Infineon is as Infineon's own: serials of 4 bytes, SHA-384, CRLF, names of 64 digits", async () => {
    const { bytes } = makeSample("infineon-pem");
    expect(bytes.toString().replaceAll("\r\n", "")).not.toMatch(/[\r\n]/);
    for (const { facts } of recordsOf((await readAll(bytes)).rows)) {
      expect(facts.subject).toMatch(/^C=DE, CN=[0-9a-f]{64}$/);
      expect(facts.serial).toMatch(/^[4-7][0-9a-f]{7}$/);
      expect(facts.signatureAlgorithm).toBe("ecdsaWithSha384");
    }
  });

  test("of nRF Cloud has no header, and five cells a row", () => {
    const text = makeSample("nrf-cloud").bytes.toString();
    expect(text).toMatch(/^nrf-\d{15},,lot-7\|eu,APP\|MODEM,"-----BEGIN CERTIFICATE-----\n/);
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
