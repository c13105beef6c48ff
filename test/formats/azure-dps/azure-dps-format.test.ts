import { describe, expect, test } from "vitest";
import { toPem } from "../../../src/formats/certificates/to-pem.ts";
import { makeDevices, readAll, toLines } from "../support.ts";

const [pem = "", otherPem = ""] = (await makeDevices(2)).map(({ leaf }) => toPem(leaf));
const base64 = otherPem.replaceAll(/-----.*?-----|\s/g, "");

const named = (registrationId: string, attestation: object) => ({ registrationId, attestation });
const clients = (registrationId: string, clientCertificates: object) =>
  named(registrationId, { type: "x509", x509: { clientCertificates } });
const one = clients("r1", { primary: { certificate: pem } });
const two = clients("r2", { primary: { certificate: base64 } });

describe("enrolments of Azure DPS", () => {
  const both = JSON.stringify([one, two]);
  test.for([
    ["a bulk operation", JSON.stringify({ mode: "create", enrollments: [one, two] })],
    ["the same, written for people", JSON.stringify({ enrollments: [one, two] }, null, 2)],
    ["an array", both],
    ["an answer of the service", JSON.stringify({ items: [one, two] })],
    ["one per line", `${JSON.stringify(one)}\n${JSON.stringify(two)}\n`],
  ])("are read from %s", async ([, text = ""]) => {
    const { survey, rows } = await readAll(text);
    expect([survey.format, ...toLines(rows)]).toEqual(["azure-dps", "1: r1", "2: r2"]);
  });

  test("are read from a single one", async () => {
    const { survey, rows } = await readAll(JSON.stringify(one, null, 1));
    expect([survey.format, ...toLines(rows)]).toEqual(["azure-dps", "1: r1"]);
  });

  test("have a primary certificate; a secondary one is taken in its place, or warned of", async () => {
    const certificate = { certificate: pem };
    const { rows } = await readAll(
      JSON.stringify([
        clients("both", { primary: certificate, secondary: { certificate: otherPem } }),
        clients("same", { primary: certificate, secondary: certificate }),
        clients("second", { primary: { info: {} }, secondary: { certificate: otherPem } }),
      ]),
    );
    expect(toLines(rows)).toEqual(["1: both (CERTIFICATE_LEFT_OUT)", "2: same", "3: second"]);
  });

  test.for([
    [
      "thumbprints alone",
      clients("x", { primary: { info: {} } }).attestation,
      "CERTIFICATE_ID_ONLY",
      /thumbprint/,
    ],
    ["a TPM", { type: "tpm", tpm: { endorsementKey: "AToA" } }, "CERTIFICATE_MISSING", /TPM/],
    ["a symmetric key", { type: "symmetricKey" }, "CERTIFICATE_MISSING", /symmetric key/],
    [
      "a group",
      { type: "x509", x509: { signingCertificates: { primary: { certificate: pem } } } },
      "CERTIFICATE_MISSING",
      /names a CA/,
    ],
    [
      "a CA by name",
      { type: "x509", x509: { caReferences: { primary: "ca" } } },
      "CERTIFICATE_MISSING",
      /names a CA/,
    ],
    ["another type", { type: "none" }, "CERTIFICATE_MISSING", /type "none"/],
  ] as const)("of %s are passed over with a reason", async ([, attestation, code, reason]) => {
    const { rows } = await readAll(JSON.stringify([one, named("x", attestation)]));
    expect(rows).toMatchObject([
      { deviceId: "r1" },
      { code, deviceId: "x", message: expect.stringMatching(reason) },
    ]);
  });

  test.for(["primaryKey", "secondaryKey"])("with a %s refuse the whole file", async (key) => {
    const symmetricKey = { [key]: "c2VjcmV0" };
    const text = JSON.stringify([one, named("s", { type: "symmetricKey", symmetricKey })]);
    const refused = readAll(text);
    await expect(refused).rejects.toMatchObject({ code: "SECRET_REFUSED" });
    await expect(refused).rejects.not.toThrow(/c2VjcmV0/);
  });

  test("take no mapping, and say so", async () => {
    await expect(readAll(both, { mapping: { id: "deviceId" } })).rejects.toMatchObject({
      code: "MAPPING_INVALID",
      message: expect.stringMatching(/Azure DPS enrolments/),
    });
  });
});
