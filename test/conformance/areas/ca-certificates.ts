import type { Area } from "../conformance-case.ts";
import { equal, includes, matches, oneOf, present, refused } from "../expect.ts";
import type { Identity } from "../subject/issue-certificate.ts";
import type { Subject } from "../subject/subject.ts";

const modes = "AWS_FACTS section 1.3";
const operations = "AWS_FACTS section 4";

const describe = async ({ iot }: Subject, certificateId: string) =>
  present(
    (await iot.describeCACertificate({ certificateId })).certificateDescription,
    "a description",
  );

const issueVerification = async (subject: Subject, issuer: Identity) => {
  const { registrationCode = "" } = await subject.iot.getRegistrationCode({});
  return subject.issue({ issuer, subject: `CN=${registrationCode}` });
};

export const caCertificates: Area = {
  name: "ca-certificates",
  cases: [
    {
      id: "ca-certificates/register/der-id",
      title: "A CA's id is the SHA-256 of its DER in lower-case hex, and its ARN is cacert/<id>",
      source: "AWS_FACTS section 2",
      confidence: "3p",
      run: async (subject) => {
        const ca = await subject.issueCa();
        const answer = await subject.iot.registerCACertificate({
          caCertificate: ca.pem,
          certificateMode: "SNI_ONLY",
        });
        includes(answer, { certificateId: ca.id, certificateArn: subject.arn(`cacert/${ca.id}`) });
      },
    },
    {
      id: "ca-certificates/register/inactive-by-default",
      title: "A CA is registered INACTIVE and without auto-registration unless asked otherwise",
      source: operations,
      confidence: "model",
      run: async (subject) => {
        const ca = await subject.issueCa();
        await subject.iot.registerCACertificate({
          caCertificate: ca.pem,
          certificateMode: "SNI_ONLY",
        });
        includes(await describe(subject, ca.id), {
          status: "INACTIVE",
          autoRegistrationStatus: "DISABLE",
          certificateMode: "SNI_ONLY",
        });
      },
    },
    {
      id: "ca-certificates/register/as-active",
      title: "setAsActive and allowAutoRegistration register an ACTIVE CA that registers devices",
      source: operations,
      confidence: "model",
      run: async (subject) => {
        const ca = await subject.registerCa();
        includes(await describe(subject, ca.id), {
          status: "ACTIVE",
          autoRegistrationStatus: "ENABLE",
        });
      },
    },
    {
      id: "ca-certificates/register/default-mode",
      title: "DEFAULT mode takes a verification certificate whose CN is the registration code",
      source: modes,
      confidence: "model",
      run: async (subject) => {
        const ca = await subject.issueCa();
        const verification = await issueVerification(subject, ca);
        await subject.iot.registerCACertificate({
          caCertificate: ca.pem,
          verificationCertificate: verification.pem,
        });
        includes(await describe(subject, ca.id), { certificateMode: "DEFAULT" });
      },
    },
    {
      id: "ca-certificates/register/default-mode-unverified",
      title: "DEFAULT mode without a verification certificate is refused",
      source: modes,
      confidence: "model",
      run: async (subject) => {
        const ca = await subject.issueCa();
        await refused(
          subject.iot.registerCACertificate({ caCertificate: ca.pem }),
          "400 InvalidRequestException",
          "400 CertificateValidationException",
        );
      },
    },
    {
      id: "ca-certificates/register/wrong-code",
      title: "A verification certificate with another CN than the registration code is refused",
      source: operations,
      confidence: "model",
      run: async (subject) => {
        const ca = await subject.issueCa();
        const verification = await subject.issue({ issuer: ca, subject: "CN=not-the-code" });
        await refused(
          subject.iot.registerCACertificate({
            caCertificate: ca.pem,
            verificationCertificate: verification.pem,
          }),
          "400 RegistrationCodeValidationException",
        );
      },
    },
    {
      id: "ca-certificates/register/foreign-verification",
      title: "A verification certificate signed by another CA is refused",
      source: operations,
      confidence: "inferred",
      run: async (subject) => {
        const ca = await subject.issueCa();
        const verification = await issueVerification(subject, await subject.issueCa());
        await refused(
          subject.iot.registerCACertificate({
            caCertificate: ca.pem,
            verificationCertificate: verification.pem,
          }),
          "400 CertificateValidationException",
          "400 RegistrationCodeValidationException",
        );
      },
    },
    {
      id: "ca-certificates/register/sni-only-verified",
      title: "SNI_ONLY mode with a verification certificate is refused",
      source: modes,
      confidence: "model",
      run: async (subject) => {
        const ca = await subject.issueCa();
        const verification = await issueVerification(subject, ca);
        await refused(
          subject.iot.registerCACertificate({
            caCertificate: ca.pem,
            certificateMode: "SNI_ONLY",
            verificationCertificate: verification.pem,
          }),
          "400 InvalidRequestException",
          "400 CertificateValidationException",
        );
      },
    },
    {
      id: "ca-certificates/register/not-a-ca",
      title: "A certificate without the CA flag is refused as CA",
      source: "AWS_FACTS section 2",
      confidence: "recalled",
      run: async (subject) => {
        const { pem } = await subject.issue();
        await refused(
          subject.iot.registerCACertificate({ caCertificate: pem, certificateMode: "SNI_ONLY" }),
          "400 CertificateValidationException",
        );
      },
    },
    {
      id: "ca-certificates/register/not-a-certificate",
      title: "A text that is no certificate is refused as CA",
      source: operations,
      confidence: "model",
      run: ({ iot }) =>
        refused(
          iot.registerCACertificate({ caCertificate: "not a cert", certificateMode: "SNI_ONLY" }),
          "400 CertificateValidationException",
        ),
    },
    {
      id: "ca-certificates/register/expired",
      title: "An expired CA is refused",
      source: "AWS_FACTS section 2",
      confidence: "doc",
      run: async (subject) => {
        const ca = await subject.issueCa({
          notBefore: new Date("2020-01-01T00:00:00Z"),
          notAfter: new Date("2021-01-01T00:00:00Z"),
        });
        await refused(
          subject.iot.registerCACertificate({ caCertificate: ca.pem, certificateMode: "SNI_ONLY" }),
          "400 CertificateValidationException",
        );
      },
    },
    {
      id: "ca-certificates/register/twice",
      title: "A CA that is there already is refused, with its id and ARN",
      source: operations,
      confidence: "model",
      run: async (subject) => {
        const ca = await subject.registerCa();
        const { resourceId, resourceArn } = await refused(
          subject.registerCa({ ca }),
          "409 ResourceAlreadyExistsException",
        );
        equal([resourceId, resourceArn], [ca.id, subject.arn(`cacert/${ca.id}`)]);
      },
    },
    {
      id: "ca-certificates/register/same-subject",
      title: "Ten CAs may have one subject, an eleventh is refused",
      source: modes,
      confidence: "doc",
      run: async (subject) => {
        const name = `CN=${subject.name("shared")}`;
        for (let count = 0; count < 10; count += 1) await subject.registerCa({ subject: name });
        await refused(subject.registerCa({ subject: name }), "410 LimitExceededException");
      },
    },
    {
      id: "ca-certificates/describe/members",
      title: "DescribeCACertificate tells PEM, validity, owner, dates and version",
      source: operations,
      confidence: "model",
      run: async (subject) => {
        const ca = await subject.registerCa();
        const description = await describe(subject, ca.id);
        equal(description.certificatePem?.trim(), ca.pem.trim());
        equal(description.ownedBy, subject.accountId);
        present(description.validity?.notBefore, "validity.notBefore");
        present(description.validity?.notAfter, "validity.notAfter");
        present(description.creationDate, "creationDate");
        equal(description.customerVersion, 1);
        matches(description.generationId, /./);
      },
    },
    {
      id: "ca-certificates/describe/unknown",
      title: "DescribeCACertificate of an unknown id is refused",
      source: operations,
      confidence: "model",
      run: ({ iot }) =>
        refused(
          iot.describeCACertificate({ certificateId: "0".repeat(64) }),
          "404 ResourceNotFoundException",
        ),
    },
    {
      id: "ca-certificates/describe/malformed-id",
      title: "An id that is no 64 hex digits is refused",
      source: operations,
      confidence: "model",
      run: ({ iot }) =>
        refused(iot.describeCACertificate({ certificateId: "abc" }), "400 InvalidRequestException"),
    },
    {
      id: "ca-certificates/update/status",
      title: "UpdateCACertificate changes status and auto-registration, each by itself",
      source: operations,
      confidence: "model",
      run: async (subject) => {
        const { id } = await subject.registerCa();
        await subject.iot.updateCACertificate({ certificateId: id, newStatus: "INACTIVE" });
        includes(await describe(subject, id), {
          status: "INACTIVE",
          autoRegistrationStatus: "ENABLE",
        });
        await subject.iot.updateCACertificate({
          certificateId: id,
          newAutoRegistrationStatus: "DISABLE",
        });
        includes(await describe(subject, id), {
          status: "INACTIVE",
          autoRegistrationStatus: "DISABLE",
        });
      },
    },
    {
      id: "ca-certificates/update/remove-auto-registration",
      title: "UpdateCACertificate takes removeAutoRegistration where no template is set",
      source: modes,
      confidence: "doc",
      run: async (subject) => {
        const { id } = await subject.registerCa();
        await subject.iot.updateCACertificate({
          certificateId: id,
          removeAutoRegistration: true,
          newAutoRegistrationStatus: "DISABLE",
        });
        includes(await describe(subject, id), { autoRegistrationStatus: "DISABLE" });
      },
    },
    {
      id: "ca-certificates/update/unknown-status",
      title: "A CA's status may only be ACTIVE or INACTIVE",
      source: "AWS_FACTS section 1.2",
      confidence: "model",
      run: async (subject) => {
        const { id } = await subject.registerCa();
        await refused(
          subject.iot.updateCACertificate({ certificateId: id, newStatus: "REVOKED" as "ACTIVE" }),
          "400 InvalidRequestException",
        );
      },
    },
    {
      id: "ca-certificates/delete/active",
      title: "An ACTIVE CA cannot be deleted",
      source: operations,
      confidence: "model",
      run: async (subject) => {
        const { id } = await subject.registerCa();
        await refused(
          subject.iot.deleteCACertificate({ certificateId: id }),
          "406 CertificateStateException",
        );
      },
    },
    {
      id: "ca-certificates/delete/inactive",
      title: "An INACTIVE CA can be deleted, and is gone",
      source: operations,
      confidence: "model",
      run: async (subject) => {
        const { id } = await subject.registerCa({ status: "INACTIVE" });
        await subject.iot.deleteCACertificate({ certificateId: id });
        await refused(
          subject.iot.describeCACertificate({ certificateId: id }),
          "404 ResourceNotFoundException",
        );
      },
    },
    {
      id: "ca-certificates/tags/kept",
      title: "Tags of a CA are kept, changed one by one, and taken away",
      source: "https://docs.aws.amazon.com/iot/latest/developerguide/tagging-iot.html",
      confidence: "doc",
      run: async ({ iot, issueCa, arn }) => {
        const ca = await issueCa();
        const resourceArn = arn(`cacert/${ca.id}`);
        const list = async () =>
          (await iot.listTagsForResource({ resourceArn })).tags
            ?.map(({ Key, Value }) => `${Key}=${Value}`)
            .sort()
            .join();
        await iot.registerCACertificate({
          caCertificate: ca.pem,
          certificateMode: "SNI_ONLY",
          tags: [{ Key: "stage", Value: "dev" }],
        });
        equal(await list(), "stage=dev");
        await iot.tagResource({ resourceArn, tags: [{ Key: "team", Value: "iot" }] });
        await iot.tagResource({ resourceArn, tags: [{ Key: "stage", Value: "prod" }] });
        equal(await list(), "stage=prod,team=iot");
        await iot.untagResource({ resourceArn, tagKeys: ["stage"] });
        equal(await list(), "team=iot");
      },
    },
    {
      id: "ca-certificates/list/members",
      title: "ListCACertificates tells id, ARN, status and date of each CA",
      source: operations,
      confidence: "model",
      run: async (subject) => {
        const { id } = await subject.registerCa();
        const certificates = [];
        for (let marker: string | undefined, page = 0; page === 0 || marker; page += 1) {
          const answer = await subject.iot.listCACertificates({ pageSize: 250, marker });
          certificates.push(...(answer.certificates ?? []));
          marker = answer.nextMarker;
        }
        const found = certificates.find(({ certificateId }) => certificateId === id);
        includes(found, { certificateArn: subject.arn(`cacert/${id}`), status: "ACTIVE" });
        oneOf(found?.creationDate instanceof Date, [true], "creationDate");
      },
    },
  ],
};
