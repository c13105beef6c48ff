import type { IoT } from "@aws-sdk/client-iot";
import { describe, expect, test } from "vitest";
import {
  arnOf,
  identity,
  issue,
  issueCa,
  refusalOf,
  registerCa,
  startStandIn,
  today,
} from "../support.ts";

/** Material for refusals: a CA and the certificates that would verify it, or not. */
async function setup() {
  const { iot } = await startStandIn();
  const ca = await issueCa();
  const { registrationCode } = await iot.getRegistrationCode({});
  const verification = await issue({ issuer: ca, name: `CN=${registrationCode}` });
  return { iot, ca, verification, registrationCode };
}

type Setup = Awaited<ReturnType<typeof setup>>;

describe("RegisterCACertificate", () => {
  test("registers a CA without its key in SNI_ONLY mode, inactive unless asked otherwise", async () => {
    const { iot, ca } = await setup();
    const registered = await iot.registerCACertificate({
      caCertificate: ca.pem,
      certificateMode: "SNI_ONLY",
    });
    expect(registered).toMatchObject({
      certificateId: ca.id,
      certificateArn: arnOf(`cacert/${ca.id}`),
    });
    const { certificateDescription } = await iot.describeCACertificate({ certificateId: ca.id });
    expect(certificateDescription).toEqual({
      certificateId: ca.id,
      certificateArn: arnOf(`cacert/${ca.id}`),
      certificatePem: `${ca.pem}\n`,
      certificateMode: "SNI_ONLY",
      status: "INACTIVE",
      autoRegistrationStatus: "DISABLE",
      ownedBy: identity.accountId,
      creationDate: today,
      lastModifiedDate: today,
      customerVersion: 1,
      generationId: expect.any(String),
      validity: { notBefore: ca.certificate.notBefore, notAfter: ca.certificate.notAfter },
    });
  });

  test("registers a CA in DEFAULT mode when its key signed the registration code", async () => {
    const { iot, ca, verification } = await setup();
    await iot.registerCACertificate({
      caCertificate: ca.pem,
      verificationCertificate: verification.pem,
      setAsActive: true,
      allowAutoRegistration: true,
    });
    const { certificateDescription } = await iot.describeCACertificate({ certificateId: ca.id });
    expect(certificateDescription).toMatchObject({
      certificateMode: "DEFAULT",
      status: "ACTIVE",
      autoRegistrationStatus: "ENABLE",
    });
  });

  test("finds the code among other parts of the subject, and nowhere else", async () => {
    const { iot, ca, registrationCode } = await setup();
    const register = (verificationCertificate: string) =>
      iot.registerCACertificate({ caCertificate: ca.pem, verificationCertificate });
    const elsewhere = await issue({ issuer: ca, name: `O=${registrationCode}` });
    expect(await refusalOf(register(elsewhere.pem))).toBe(
      "400 RegistrationCodeValidationException",
    );
    const among = await issue({ issuer: ca, name: `O=Acme,CN=${registrationCode},C=DE` });
    await expect(register(among.pem)).resolves.toMatchObject({ certificateId: ca.id });
  });

  const refusals: readonly {
    readonly name: string;
    readonly call: (setup: Setup) => Promise<unknown>;
    readonly refusal: string;
  }[] = [
    {
      name: "DEFAULT mode without a verification certificate",
      call: ({ iot, ca }) => iot.registerCACertificate({ caCertificate: ca.pem }),
      refusal: "400 InvalidRequestException",
    },
    {
      name: "SNI_ONLY mode with a verification certificate",
      call: ({ iot, ca, verification }) =>
        iot.registerCACertificate({
          caCertificate: ca.pem,
          certificateMode: "SNI_ONLY",
          verificationCertificate: verification.pem,
        }),
      refusal: "400 InvalidRequestException",
    },
    {
      name: "a registration code that was deleted",
      call: async ({ iot, ca, verification }) => {
        await iot.deleteRegistrationCode({});
        return iot.registerCACertificate({
          caCertificate: ca.pem,
          verificationCertificate: verification.pem,
        });
      },
      refusal: "400 RegistrationCodeValidationException",
    },
    {
      name: "a verification certificate of another CA of the same name",
      call: async ({ iot, ca, registrationCode }) => {
        const rogue = await issue({ issuer: await issueCa(), name: `CN=${registrationCode}` });
        return iot.registerCACertificate({
          caCertificate: ca.pem,
          verificationCertificate: rogue.pem,
        });
      },
      refusal: "400 CertificateValidationException",
    },
    {
      name: "a certificate that is no CA",
      call: async ({ iot }) => registerSniOnly(iot, (await issue()).pem),
      refusal: "400 CertificateValidationException",
    },
    {
      name: "an expired CA",
      call: async ({ iot }) =>
        registerSniOnly(iot, (await issueCa({ notAfter: new Date("2026-05-31") })).pem),
      refusal: "400 CertificateValidationException",
    },
    {
      name: "junk",
      call: ({ iot }) => registerSniOnly(iot, "junk"),
      refusal: "400 CertificateValidationException",
    },
    {
      name: "a chain of two",
      call: async ({ iot, ca }) => registerSniOnly(iot, ca.pem + (await issueCa()).pem),
      refusal: "400 CertificateValidationException",
    },
    {
      name: "nothing",
      call: ({ iot }) => registerSniOnly(iot, ""),
      refusal: "400 InvalidRequestException",
    },
    {
      name: "more than 65536 characters",
      call: ({ iot, ca }) => registerSniOnly(iot, ca.pem.padEnd(65_537)),
      refusal: "400 InvalidRequestException",
    },
    {
      name: "a provisioning template, which the stand-in does not support",
      call: ({ iot, ca }) =>
        iot.registerCACertificate({
          caCertificate: ca.pem,
          certificateMode: "SNI_ONLY",
          registrationConfig: { templateName: "fleet" },
        }),
      refusal: "400 NotImplementedException",
    },
  ];
  test.for(refusals)("refuses $name", async ({ call, refusal }) => {
    const context = await setup();
    expect(await refusalOf(call(context))).toBe(refusal);
    expect((await context.iot.listCACertificates({})).certificates).toEqual([]);
  });

  test("tells of a CA that is there already", async () => {
    const { iot } = await setup();
    const ca = await registerCa(iot);
    await expect(registerSniOnly(iot, ca.pem)).rejects.toMatchObject({
      name: "ResourceAlreadyExistsException",
      $metadata: { httpStatusCode: 409 },
      resourceId: ca.id,
      resourceArn: arnOf(`cacert/${ca.id}`),
    });
  });

  test("registers ten CAs of one subject and no more", async () => {
    const { iot } = await setup();
    for (let count = 0; count < 10; count += 1) await registerCa(iot);
    expect(await refusalOf(registerCa(iot))).toBe("410 LimitExceededException");
    await expect(registerCa(iot, { name: "CN=Another" })).resolves.toBeDefined();
  });
});

describe("UpdateCACertificate", () => {
  test("raises the version and its date at each change that is one", async () => {
    let now = today;
    const { iot } = await startStandIn({ now: () => now });
    const { id } = await registerCa(iot);
    const later = new Date("2026-06-02T00:00:00Z");
    now = later;
    await iot.updateCACertificate({ certificateId: id, newStatus: "ACTIVE" });
    expect(
      (await iot.describeCACertificate({ certificateId: id })).certificateDescription,
    ).toMatchObject({
      customerVersion: 1,
      lastModifiedDate: today,
    });
    await iot.updateCACertificate({
      certificateId: id,
      newStatus: "INACTIVE",
      newAutoRegistrationStatus: "DISABLE",
      removeAutoRegistration: true,
    });
    expect(
      (await iot.describeCACertificate({ certificateId: id })).certificateDescription,
    ).toMatchObject({
      status: "INACTIVE",
      autoRegistrationStatus: "DISABLE",
      customerVersion: 2,
      creationDate: today,
      lastModifiedDate: later,
    });
  });
});

describe("DeleteCACertificate", () => {
  test("deletes an INACTIVE CA, and refuses an ACTIVE one", async () => {
    const { iot } = await startStandIn();
    const { id: certificateId } = await registerCa(iot);
    expect(await refusalOf(iot.deleteCACertificate({ certificateId }))).toBe(
      "406 CertificateStateException",
    );
    await iot.updateCACertificate({ certificateId, newStatus: "INACTIVE" });
    await iot.deleteCACertificate({ certificateId });
    expect(await refusalOf(iot.describeCACertificate({ certificateId }))).toBe(
      "404 ResourceNotFoundException",
    );
  });
});

const unknownId = "0".repeat(64);
const onUnknownCa: readonly { name: string; call: (iot: IoT) => Promise<unknown> }[] = [
  {
    name: "DescribeCACertificate",
    call: (iot) => iot.describeCACertificate({ certificateId: unknownId }),
  },
  {
    name: "UpdateCACertificate",
    call: (iot) => iot.updateCACertificate({ certificateId: unknownId, newStatus: "ACTIVE" }),
  },
  {
    name: "DeleteCACertificate",
    call: (iot) => iot.deleteCACertificate({ certificateId: unknownId }),
  },
];
test.for(onUnknownCa)("$name knows no CA that was not registered", async ({ call }) => {
  const { iot } = await startStandIn();
  expect(await refusalOf(call(iot))).toBe("404 ResourceNotFoundException");
});

describe("the registration code", () => {
  test("stays the same until it is deleted", async () => {
    const { iot } = await startStandIn();
    const { registrationCode } = await iot.getRegistrationCode({});
    expect(registrationCode).toMatch(/^[0-9a-f]{64}$/);
    expect((await iot.getRegistrationCode({})).registrationCode).toBe(registrationCode);
    await iot.deleteRegistrationCode({});
    expect(await refusalOf(iot.deleteRegistrationCode({}))).toBe("404 ResourceNotFoundException");
    expect((await iot.getRegistrationCode({})).registrationCode).not.toBe(registrationCode);
  });
});

function registerSniOnly(iot: IoT, caCertificate: string) {
  return iot.registerCACertificate({ caCertificate, certificateMode: "SNI_ONLY" });
}
