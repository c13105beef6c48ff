import { createPrivateKey, X509Certificate } from "node:crypto";
import type { Area } from "../conformance-case.ts";
import { equal, includes, present, refused } from "../expect.ts";
import type { IssueOptions } from "../subject/issue-certificate.ts";
import type { Subject } from "../subject/subject.ts";

const operations = "AWS_FACTS section 4";
const x509 = "AWS_FACTS section 2";

const describe = async ({ iot }: Subject, certificateId: string) =>
  present(
    (await iot.describeCertificate({ certificateId })).certificateDescription,
    "a description",
  );

/** A certificate that must not be registered, by what is wrong with it. */
const refusedCertificates: readonly {
  readonly which: string;
  readonly title: string;
  readonly options: IssueOptions;
}[] = [
  {
    which: "rsa-1024",
    title: "An RSA key below 2048 bits is refused",
    options: { key: "rsa-1024" },
  },
  { which: "ed25519", title: "An Ed25519 key is refused", options: { key: "ed25519" } },
  { which: "sha-1", title: "A SHA-1 signature is refused", options: { hash: "SHA-1" } },
  {
    which: "expired",
    title: "An expired certificate is refused",
    options: { notBefore: new Date("2020-01-01"), notAfter: new Date("2021-01-01") },
  },
];

const acceptedKeys = ["ec-p256", "ec-p384", "rsa-2048"] as const;

export const certificates: Area = {
  name: "certificates",
  cases: [
    {
      id: "certificates/register-without-ca/der-id",
      title: "A certificate's id is the SHA-256 of its DER in lower-case hex, its ARN cert/<id>",
      source: x509,
      confidence: "doc",
      run: async (subject) => {
        const { pem, id } = await subject.issue();
        const answer = await subject.iot.registerCertificateWithoutCA({ certificatePem: pem });
        includes(answer, { certificateId: id, certificateArn: subject.arn(`cert/${id}`) });
      },
    },
    {
      id: "certificates/register-without-ca/white-space",
      title: "White space around the PEM does not change the id",
      source: x509,
      confidence: "inferred",
      run: async (subject) => {
        const { pem, id } = await subject.issue();
        const certificatePem = `${pem.trim()}\n\n`;
        includes(await subject.iot.registerCertificateWithoutCA({ certificatePem }), {
          certificateId: id,
        });
      },
    },
    {
      id: "certificates/register-without-ca/inactive-by-default",
      title: "A certificate registered without a CA and status is INACTIVE, in SNI_ONLY mode",
      source: "AWS_FACTS section 1.3",
      confidence: "model",
      run: async (subject) => {
        const { pem, id } = await subject.issue();
        await subject.iot.registerCertificateWithoutCA({ certificatePem: pem });
        const description = await describe(subject, id);
        includes(description, { status: "INACTIVE", certificateMode: "SNI_ONLY" });
        equal(description.caCertificateId, undefined);
      },
    },
    ...acceptedKeys.map((key) => ({
      id: `certificates/register-without-ca/${key}`,
      title: `A certificate with a key of kind ${key} is registered`,
      source: x509,
      confidence: "doc" as const,
      run: async (subject: Subject) => {
        const { pem, id } = await subject.issue({ key });
        includes(await subject.iot.registerCertificateWithoutCA({ certificatePem: pem }), {
          certificateId: id,
        });
      },
    })),
    ...refusedCertificates.map(({ which, title, options }) => ({
      id: `certificates/register-without-ca/${which}`,
      title,
      source: x509,
      confidence: "doc" as const,
      run: async (subject: Subject) => {
        const { pem } = await subject.issue(options);
        await refused(
          subject.iot.registerCertificateWithoutCA({ certificatePem: pem }),
          "400 CertificateValidationException",
        );
      },
    })),
    {
      id: "certificates/register-without-ca/not-a-certificate",
      title: "A text that is no certificate is refused",
      source: operations,
      confidence: "model",
      run: ({ iot }) =>
        refused(
          iot.registerCertificateWithoutCA({ certificatePem: "not a cert" }),
          "400 CertificateValidationException",
        ),
    },
    {
      id: "certificates/register-without-ca/empty",
      title: "An empty PEM is refused as invalid",
      source: operations,
      confidence: "model",
      run: ({ iot }) =>
        refused(
          iot.registerCertificateWithoutCA({ certificatePem: "" }),
          "400 InvalidRequestException",
        ),
    },
    {
      id: "certificates/register-without-ca/twice",
      title: "A certificate that is there already is refused, with its id and ARN",
      source: operations,
      confidence: "model",
      run: async (subject) => {
        const { pem, id, arn } = await subject.device();
        const { resourceId, resourceArn } = await refused(
          subject.iot.registerCertificateWithoutCA({ certificatePem: pem }),
          "409 ResourceAlreadyExistsException",
        );
        equal([resourceId, resourceArn], [id, arn]);
      },
    },
    {
      id: "certificates/register/under-ca",
      title: "RegisterCertificate names the CA that signed it and takes over its mode",
      source: "AWS_FACTS section 1.3",
      confidence: "model",
      run: async (subject) => {
        const ca = await subject.registerCa();
        const { pem, id } = await subject.issue({ issuer: ca });
        await subject.iot.registerCertificate({
          certificatePem: pem,
          caCertificatePem: ca.pem,
          status: "ACTIVE",
        });
        includes(await describe(subject, id), {
          caCertificateId: ca.id,
          status: "ACTIVE",
          certificateMode: "SNI_ONLY",
        });
      },
    },
    {
      id: "certificates/register/finds-ca",
      title: "RegisterCertificate finds the CA by itself where only one has the issuer's name",
      source: operations,
      confidence: "model",
      run: async (subject) => {
        const ca = await subject.registerCa();
        const { pem, id } = await subject.issue({ issuer: ca });
        await subject.iot.registerCertificate({ certificatePem: pem });
        includes(await describe(subject, id), { caCertificateId: ca.id, status: "INACTIVE" });
      },
    },
    {
      id: "certificates/register/set-as-active",
      title: "RegisterCertificate takes the deprecated setAsActive",
      source: operations,
      confidence: "model",
      run: async (subject) => {
        const ca = await subject.registerCa();
        const { pem, id } = await subject.issue({ issuer: ca });
        await subject.iot.registerCertificate({ certificatePem: pem, setAsActive: true });
        includes(await describe(subject, id), { status: "ACTIVE" });
      },
    },
    {
      id: "certificates/register/no-ca",
      title: "RegisterCertificate without a registered CA is refused",
      source: operations,
      confidence: "recalled",
      run: async (subject) => {
        const { pem } = await subject.issue({ issuer: await subject.issueCa() });
        await refused(
          subject.iot.registerCertificate({ certificatePem: pem }),
          "400 CertificateValidationException",
          "404 ResourceNotFoundException",
        );
      },
    },
    {
      id: "certificates/register/foreign-ca",
      title: "RegisterCertificate under a CA that did not sign is refused",
      source: operations,
      confidence: "doc",
      run: async (subject) => {
        const name = `CN=${subject.name("ca")}`;
        const ca = await subject.registerCa({ subject: name });
        const rogue = await subject.issueCa({ subject: name });
        const { pem } = await subject.issue({ issuer: rogue });
        await refused(
          subject.iot.registerCertificate({ certificatePem: pem, caCertificatePem: ca.pem }),
          "400 CertificateValidationException",
        );
      },
    },
    {
      id: "certificates/register/same-named-cas",
      title: "Where several CAs have the issuer's name, RegisterCertificate wants caCertificatePem",
      source: "AWS_FACTS section 1.3",
      confidence: "inferred",
      run: async (subject) => {
        const name = `CN=${subject.name("ca")}`;
        await subject.registerCa({ subject: name });
        const ca = await subject.registerCa({ subject: name });
        const { pem, id } = await subject.issue({ issuer: ca });
        await refused(
          subject.iot.registerCertificate({ certificatePem: pem }),
          "409 CertificateConflictException",
        );
        await subject.iot.registerCertificate({ certificatePem: pem, caCertificatePem: ca.pem });
        includes(await describe(subject, id), { caCertificateId: ca.id });
      },
    },
    {
      id: "certificates/create/keys-and-certificate",
      title: "CreateKeysAndCertificate answers a certificate with its keys",
      source: operations,
      confidence: "model",
      run: async (subject) => {
        const answer = await subject.iot.createKeysAndCertificate({ setAsActive: true });
        const id = present(answer.certificateId, "an id");
        subject.note("cert", id);
        const x509Certificate = new X509Certificate(answer.certificatePem ?? "");
        equal(x509Certificate.fingerprint256.replaceAll(":", "").toLowerCase(), id, "thumbprint");
        const key = createPrivateKey(answer.keyPair?.PrivateKey ?? "");
        equal(x509Certificate.checkPrivateKey(key), true, "that the key is the certificate's");
        includes(await describe(subject, id), { status: "ACTIVE" });
      },
    },
    {
      id: "certificates/describe/upper-case-id",
      title: "DescribeCertificate takes an id in upper case and answers it in lower case",
      source: operations,
      confidence: "inferred",
      run: async (subject) => {
        const { id } = await subject.device({ bare: true });
        includes(await describe(subject, id.toUpperCase()), { certificateId: id });
      },
    },
    {
      id: "certificates/describe/members",
      title: "DescribeCertificate tells PEM, owner, dates, validity and version",
      source: operations,
      confidence: "model",
      run: async (subject) => {
        const { pem, id, arn } = await subject.device();
        const description = await describe(subject, id);
        includes(description, {
          certificateId: id,
          certificateArn: arn,
          status: "ACTIVE",
          ownedBy: subject.accountId,
          customerVersion: 1,
        });
        equal(description.certificatePem?.trim(), pem.trim());
        present(description.validity?.notBefore, "validity.notBefore");
        present(description.validity?.notAfter, "validity.notAfter");
        present(description.creationDate, "creationDate");
        present(description.lastModifiedDate, "lastModifiedDate");
        present(description.generationId, "generationId");
      },
    },
    {
      id: "certificates/describe/unknown",
      title: "DescribeCertificate of an unknown id is refused",
      source: operations,
      confidence: "model",
      run: ({ iot }) =>
        refused(
          iot.describeCertificate({ certificateId: "0".repeat(64) }),
          "404 ResourceNotFoundException",
        ),
    },
    {
      id: "certificates/describe/malformed-id",
      title: "An id that is no 64 hex digits is refused",
      source: operations,
      confidence: "model",
      run: ({ iot }) =>
        refused(iot.describeCertificate({ certificateId: "xyz" }), "400 InvalidRequestException"),
    },
    {
      id: "certificates/delete/active",
      title: "An ACTIVE certificate cannot be deleted",
      source: operations,
      confidence: "model",
      run: async (subject) => {
        const { id } = await subject.device({ bare: true });
        await refused(
          subject.iot.deleteCertificate({ certificateId: id }),
          "406 CertificateStateException",
        );
      },
    },
    {
      id: "certificates/delete/attached-thing",
      title: "A certificate with a thing cannot be deleted, by force neither",
      source: operations,
      confidence: "model",
      run: async (subject) => {
        const device = await subject.device({ bare: true, status: "INACTIVE" });
        await subject.thing({ attachedTo: device });
        await refused(
          subject.iot.deleteCertificate({ certificateId: device.id, forceDelete: true }),
          "409 DeleteConflictException",
        );
      },
    },
    {
      id: "certificates/delete/attached-policy",
      title: "A certificate with a policy can be deleted only by force",
      source: operations,
      confidence: "model",
      run: async (subject) => {
        const { id } = await subject.device({ status: "INACTIVE" });
        await refused(
          subject.iot.deleteCertificate({ certificateId: id }),
          "409 DeleteConflictException",
        );
        await subject.iot.deleteCertificate({ certificateId: id, forceDelete: true });
        await refused(
          subject.iot.describeCertificate({ certificateId: id }),
          "404 ResourceNotFoundException",
        );
      },
    },
    {
      id: "certificates/delete/again",
      title: "A deleted certificate can be registered again",
      source: operations,
      confidence: "inferred",
      run: async (subject) => {
        const { pem, id } = await subject.device({ bare: true, status: "INACTIVE" });
        await subject.iot.deleteCertificate({ certificateId: id });
        includes(await subject.iot.registerCertificateWithoutCA({ certificatePem: pem }), {
          certificateId: id,
        });
      },
    },
  ],
};
