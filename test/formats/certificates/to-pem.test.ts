import { X509Certificate } from "node:crypto";
import { expect, test } from "vitest";
import { toPem } from "../../../src/formats/certificates/to-pem.ts";
import { createCa } from "../../../src/local/sample-pki.ts";

test("toPem writes what Node writes, and Node reads it", async () => {
  const { der } = await createCa({ name: "Device CA" });
  const pem = toPem(der);
  expect(pem).toBe(new X509Certificate(der).toString());
  expect(new X509Certificate(pem).raw.equals(der)).toBe(true);
});

test("toPem writes lines of 64 characters, the last with a line end", () => {
  expect(toPem(new Uint8Array(49))).toBe(
    `-----BEGIN CERTIFICATE-----\n${"A".repeat(64)}\nAA==\n-----END CERTIFICATE-----\n`,
  );
});
