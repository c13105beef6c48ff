import type { CertificateStatus, IoT } from "@aws-sdk/client-iot";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  arnOf,
  identity,
  issue,
  issueCa,
  type Refused,
  refusalOf,
  registerCa,
  registerDevice,
  startStandIn,
  today,
} from "../support.ts";

const unknownId = "0".repeat(64);

describe("RegisterCertificate", () => {
  test("registers what a registered CA signed, in the mode of that CA", async () => {
    const { iot } = await startStandIn();
    const ca = await registerCa(iot);
    const device = await issue({ issuer: ca });
    expect(await iot.registerCertificate({ certificatePem: device.pem })).toMatchObject({
      certificateId: device.id,
      certificateArn: arnOf(`cert/${device.id}`),
    });
    expect(await describeCertificate(iot, device.id)).toEqual({
      certificateId: device.id,
      certificateArn: arnOf(`cert/${device.id}`),
      certificatePem: `${device.pem}\n`,
      caCertificateId: ca.id,
      certificateMode: "SNI_ONLY",
      status: "INACTIVE",
      ownedBy: identity.accountId,
      creationDate: today,
      lastModifiedDate: today,
      customerVersion: 1,
      generationId: expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
      validity: { notBefore: device.certificate.notBefore, notAfter: device.certificate.notAfter },
    });
  });

  test("asks which CA it was when several have the issuer's subject", async () => {
    const { iot } = await startStandIn();
    const first = await registerCa(iot);
    const second = await registerCa(iot);
    const { pem: certificatePem, id } = await issue({ issuer: second });
    expect(await refusalOf(iot.registerCertificate({ certificatePem }))).toBe(
      "409 CertificateConflictException",
    );
    expect(
      await refusalOf(iot.registerCertificate({ certificatePem, caCertificatePem: first.pem })),
    ).toBe("400 CertificateValidationException");
    await iot.registerCertificate({ certificatePem, caCertificatePem: second.pem });
    expect(await describeCertificate(iot, id)).toMatchObject({ caCertificateId: second.id });
  });

  test("refuses what the key of a registered CA did not sign", async () => {
    const { iot } = await startStandIn();
    await registerCa(iot);
    const { pem: certificatePem } = await issue({ issuer: await issueCa() });
    expect(await refusalOf(iot.registerCertificate({ certificatePem }))).toBe(
      "400 CertificateValidationException",
    );
  });

  test("refuses a certificate of an INACTIVE CA", async () => {
    const { iot } = await startStandIn();
    const ca = await registerCa(iot);
    await iot.updateCACertificate({ certificateId: ca.id, newStatus: "INACTIVE" });
    const { pem: certificatePem } = await issue({ issuer: ca });
    expect(await refusalOf(iot.registerCertificate({ certificatePem }))).toBe(
      "406 CertificateStateException",
    );
  });

  test("takes the deprecated setAsActive where no status is given", async () => {
    const { iot } = await startStandIn();
    const ca = await registerCa(iot);
    const device = await issue({ issuer: ca });
    await iot.registerCertificate({ certificatePem: device.pem, setAsActive: true });
    expect(await describeCertificate(iot, device.id)).toMatchObject({ status: "ACTIVE" });
  });
});

describe("RegisterCertificateWithoutCA", () => {
  test("registers a certificate of any issuer as SNI_ONLY", async () => {
    const { iot } = await startStandIn();
    const device = await issue({ issuer: await issueCa() });
    await iot.registerCertificateWithoutCA({ certificatePem: device.pem });
    const description = await describeCertificate(iot, device.id);
    expect(description).toMatchObject({ status: "INACTIVE", certificateMode: "SNI_ONLY" });
    expect(description).not.toHaveProperty("caCertificateId");
  });

  test("tells of a certificate that is there already", async () => {
    const { iot } = await startStandIn();
    const { pem: certificatePem, id } = await issue();
    await iot.registerCertificateWithoutCA({ certificatePem });
    await expect(iot.registerCertificateWithoutCA({ certificatePem })).rejects.toMatchObject({
      name: "ResourceAlreadyExistsException",
      $metadata: { httpStatusCode: 409 },
      resourceId: id,
      resourceArn: arnOf(`cert/${id}`),
    });
  });

  const statuses: readonly { status: CertificateStatus; outcome: string }[] = [
    { status: "ACTIVE", outcome: "ACTIVE" },
    { status: "INACTIVE", outcome: "INACTIVE" },
    { status: "REVOKED", outcome: "REVOKED" },
    { status: "PENDING_ACTIVATION", outcome: "406 CertificateStateException" },
    { status: "PENDING_TRANSFER", outcome: "406 CertificateStateException" },
    { status: "REGISTER_INACTIVE", outcome: "400 InvalidRequestException" },
  ];
  test.for(statuses)("with the status $status: $outcome", async ({ status, outcome }) => {
    const { iot } = await startStandIn();
    const { pem: certificatePem, id } = await issue();
    const register = iot.registerCertificateWithoutCA({ certificatePem, status });
    if (outcome !== status) {
      expect(await refusalOf(register)).toBe(outcome);
      expect(await refusalOf(describeCertificate(iot, id))).toBe("404 ResourceNotFoundException");
      return;
    }
    await register;
    expect(await describeCertificate(iot, id)).toMatchObject({ status });
  });
});

describe("UpdateCertificate", () => {
  const transitions: readonly { from: CertificateStatus; to: CertificateStatus; ends: string }[] = [
    { from: "PENDING_ACTIVATION", to: "ACTIVE", ends: "ACTIVE" },
    { from: "PENDING_ACTIVATION", to: "INACTIVE", ends: "INACTIVE" },
    { from: "PENDING_ACTIVATION", to: "REVOKED", ends: "REVOKED" },
    { from: "ACTIVE", to: "INACTIVE", ends: "INACTIVE" },
    { from: "INACTIVE", to: "ACTIVE", ends: "ACTIVE" },
    { from: "ACTIVE", to: "REVOKED", ends: "REVOKED" },
    { from: "INACTIVE", to: "REVOKED", ends: "REVOKED" },
    { from: "REVOKED", to: "REVOKED", ends: "REVOKED" },
    { from: "REVOKED", to: "ACTIVE", ends: "406 CertificateStateException" },
    { from: "REVOKED", to: "INACTIVE", ends: "406 CertificateStateException" },
    { from: "INACTIVE", to: "PENDING_ACTIVATION", ends: "406 CertificateStateException" },
    { from: "ACTIVE", to: "PENDING_TRANSFER", ends: "406 CertificateStateException" },
    { from: "ACTIVE", to: "REGISTER_INACTIVE", ends: "400 InvalidRequestException" },
  ];
  test.for(transitions)("from $from to $to: $ends", async ({ from, to, ends }) => {
    const { iot, iotCore } = await startStandIn();
    const { pem: certificatePem, id: certificateId } = await issue();
    if (from === "PENDING_ACTIVATION") {
      iotCore.registry.registerAtConnect({
        certificatePem,
        caCertificateId: unknownId,
        now: today,
      });
    } else {
      await iot.registerCertificateWithoutCA({ certificatePem, status: from });
    }
    const update = iot.updateCertificate({ certificateId, newStatus: to });
    if (ends !== to) {
      expect(await refusalOf(update)).toBe(ends);
      expect(await describeCertificate(iot, certificateId)).toMatchObject({ status: from });
      return;
    }
    await update;
    expect(await describeCertificate(iot, certificateId)).toMatchObject({ status: to });
  });

  test("raises the version and its date at each change that is one", async () => {
    let now = today;
    const { iot } = await startStandIn({ now: () => now });
    const { id: certificateId } = await registerDevice(iot);
    const later = new Date("2026-06-02T00:00:00Z");
    now = later;
    await iot.updateCertificate({ certificateId, newStatus: "INACTIVE" });
    expect(await describeCertificate(iot, certificateId)).toMatchObject({
      customerVersion: 1,
      lastModifiedDate: today,
    });
    await iot.updateCertificate({ certificateId, newStatus: "ACTIVE" });
    await iot.updateCertificate({ certificateId, newStatus: "ACTIVE" });
    expect(await describeCertificate(iot, certificateId)).toMatchObject({
      customerVersion: 2,
      creationDate: today,
      lastModifiedDate: later,
    });
  });

  test("never leaves REVOKED, whatever is asked for and in whatever order", async () => {
    const { iot } = await startStandIn();
    const requested = fc.constantFrom<CertificateStatus>(
      "ACTIVE",
      "INACTIVE",
      "REVOKED",
      "PENDING_ACTIVATION",
      "PENDING_TRANSFER",
      "REGISTER_INACTIVE",
    );
    const { keys } = await issue();
    await fc.assert(
      fc.asyncProperty(fc.array(requested, { maxLength: 8 }), async (sequence) => {
        const { pem: certificatePem, id: certificateId } = await issue({ keys });
        await iot.registerCertificateWithoutCA({ certificatePem });
        let isRevoked = false;
        for (const newStatus of sequence) {
          await iot.updateCertificate({ certificateId, newStatus }).catch(() => undefined);
          const { status } = await describeCertificate(iot, certificateId);
          isRevoked ||= newStatus === "REVOKED";
          expect(status === "REVOKED").toBe(isRevoked);
          expect(["ACTIVE", "INACTIVE", "REVOKED"]).toContain(status);
        }
      }),
      { numRuns: 30 },
    );
  });
});

describe("a certificate that was never registered", () => {
  const refusals: readonly Refused[] = [
    {
      name: "described",
      call: (iot) => iot.describeCertificate({ certificateId: unknownId }),
      refusal: "404 ResourceNotFoundException",
    },
    {
      name: "updated",
      call: (iot) => iot.updateCertificate({ certificateId: unknownId, newStatus: "ACTIVE" }),
      refusal: "404 ResourceNotFoundException",
    },
    {
      name: "deleted",
      call: (iot) => iot.deleteCertificate({ certificateId: unknownId }),
      refusal: "404 ResourceNotFoundException",
    },
    {
      name: "described by an id that is none",
      call: (iot) => iot.describeCertificate({ certificateId: "0".repeat(63) }),
      refusal: "400 InvalidRequestException",
    },
  ];
  test.for(refusals)("cannot be $name", async ({ call, refusal }) => {
    const { iot } = await startStandIn();
    expect(await refusalOf(call(iot))).toBe(refusal);
  });
});

test("ListCertificatesByCA lists the certificates of one CA", async () => {
  const { iot } = await startStandIn();
  const [first, second] = [await registerCa(iot), await registerCa(iot, { name: "CN=Other" })];
  const device = await issue({ issuer: first });
  await iot.registerCertificate({ certificatePem: device.pem });
  await registerDevice(iot);
  const idsOf = async (caCertificateId: string) =>
    (await iot.listCertificatesByCA({ caCertificateId })).certificates?.map(
      (certificate) => certificate.certificateId,
    );
  expect(await idsOf(first.id)).toEqual([device.id]);
  expect(await idsOf(second.id)).toEqual([]);
});

async function describeCertificate(iot: IoT, certificateId: string) {
  const { certificateDescription } = await iot.describeCertificate({ certificateId });
  if (certificateDescription === undefined) throw new Error("no description");
  return certificateDescription;
}
