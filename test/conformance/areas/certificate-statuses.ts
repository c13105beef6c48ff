import type { CertificateStatus } from "@aws-sdk/client-iot";
import type { Area, ConformanceCase } from "../conformance-case.ts";
import { equal, refused } from "../expect.ts";
import type { Subject } from "../subject/subject.ts";

const source = "AWS_FACTS section 1.2";

const statusOf = async ({ iot }: Subject, certificateId: string) =>
  (await iot.describeCertificate({ certificateId })).certificateDescription?.status;

const allowed = [
  ["ACTIVE", "INACTIVE"],
  ["INACTIVE", "ACTIVE"],
  ["ACTIVE", "REVOKED"],
  ["INACTIVE", "REVOKED"],
  ["ACTIVE", "ACTIVE"],
] as const satisfies readonly (readonly [CertificateStatus, CertificateStatus])[];

/** PENDING_ACTIVATION is AWS's own; only a first connect gives it. */
async function registerAtConnect(subject: Subject): Promise<string> {
  const ca = await subject.registerCa();
  const device = await subject.issue({ issuer: ca });
  const events = await subject.watch(`$aws/events/certificates/registered/${ca.id}`);
  await subject.attempt(device);
  await events.message(`$aws/events/certificates/registered/${ca.id}`);
  return device.id;
}

const fromPending = (
  newStatus: CertificateStatus,
  confidence: ConformanceCase["confidence"],
): ConformanceCase => ({
  id: `certificate-statuses/update/PENDING_ACTIVATION-${newStatus}`,
  title: `A certificate goes from PENDING_ACTIVATION to ${newStatus}`,
  source,
  confidence,
  run: async (subject) => {
    const certificateId = await registerAtConnect(subject);
    equal(await statusOf(subject, certificateId), "PENDING_ACTIVATION");
    await subject.iot.updateCertificate({ certificateId, newStatus });
    equal(await statusOf(subject, certificateId), newStatus);
  },
});

export const certificateStatuses: Area = {
  name: "certificate-statuses",
  cases: [
    ...allowed.map(
      ([from, to]): ConformanceCase => ({
        id: `certificate-statuses/update/${from}-${to}`,
        title: `A certificate goes from ${from} to ${to}`,
        source,
        confidence: "doc",
        run: async (subject) => {
          const { id } = await subject.device({ bare: true, status: from });
          await subject.iot.updateCertificate({ certificateId: id, newStatus: to });
          equal(await statusOf(subject, id), to);
        },
      }),
    ),
    fromPending("ACTIVE", "doc"),
    fromPending("REVOKED", "3p"),
    fromPending("INACTIVE", "recalled"),
    ...(["ACTIVE", "INACTIVE"] as const).map(
      (to): ConformanceCase => ({
        id: `certificate-statuses/update/REVOKED-${to}`,
        title: `REVOKED is final: a change to ${to} is refused`,
        source,
        confidence: "doc",
        run: async (subject) => {
          const { id } = await subject.device({ bare: true });
          await subject.iot.updateCertificate({ certificateId: id, newStatus: "REVOKED" });
          await refused(
            subject.iot.updateCertificate({ certificateId: id, newStatus: to }),
            "406 CertificateStateException",
          );
          equal(await statusOf(subject, id), "REVOKED");
        },
      }),
    ),
    ...(["PENDING_ACTIVATION", "PENDING_TRANSFER"] as const).map(
      (to): ConformanceCase => ({
        id: `certificate-statuses/update/to-${to}`,
        title: `UpdateCertificate to ${to} is refused`,
        source,
        confidence: "inferred",
        run: async (subject) => {
          const { id } = await subject.device({ bare: true });
          await refused(
            subject.iot.updateCertificate({ certificateId: id, newStatus: to }),
            "406 CertificateStateException",
            "400 InvalidRequestException",
          );
          equal(await statusOf(subject, id), "ACTIVE");
        },
      }),
    ),
    {
      id: "certificate-statuses/update/unknown-status",
      title: "A status that there is not is refused",
      source,
      confidence: "model",
      run: async (subject) => {
        const { id } = await subject.device({ bare: true });
        await refused(
          subject.iot.updateCertificate({ certificateId: id, newStatus: "GONE" as "ACTIVE" }),
          "400 InvalidRequestException",
        );
      },
    },
    {
      id: "certificate-statuses/update/unknown-certificate",
      title: "UpdateCertificate of an unknown certificate is refused",
      source: "AWS_FACTS section 4",
      confidence: "model",
      run: ({ iot }) =>
        refused(
          iot.updateCertificate({ certificateId: "0".repeat(64), newStatus: "ACTIVE" }),
          "404 ResourceNotFoundException",
        ),
    },
    {
      id: "certificate-statuses/register/PENDING_ACTIVATION",
      title: "Nothing can be registered with PENDING_ACTIVATION through the API",
      source,
      confidence: "3p",
      run: async (subject) => {
        const { pem } = await subject.issue();
        await refused(
          subject.iot.registerCertificateWithoutCA({
            certificatePem: pem,
            status: "PENDING_ACTIVATION",
          }),
          "406 CertificateStateException",
        );
      },
    },
    {
      id: "certificate-statuses/register/ca-inactive",
      title: "RegisterCertificate under an INACTIVE CA is refused",
      source: "https://docs.aws.amazon.com/iot/latest/apireference/API_RegisterCertificate.html",
      confidence: "inferred",
      run: async (subject) => {
        const ca = await subject.registerCa({ status: "INACTIVE" });
        const { pem } = await subject.issue({ issuer: ca });
        await refused(
          subject.iot.registerCertificate({ certificatePem: pem }),
          "406 CertificateStateException",
        );
      },
    },
    {
      id: "certificate-statuses/dates/last-modified",
      title: "lastModifiedDate changes with a change of status, and not with a policy or a thing",
      source,
      confidence: "inferred",
      run: async (subject) => {
        const device = await subject.device({ bare: true });
        const { id: certificateId, arn } = device;
        const read = async () => {
          const answer = await subject.iot.describeCertificate({ certificateId });
          return answer.certificateDescription?.lastModifiedDate?.getTime();
        };
        const registered = await read();
        // Dates may be of whole seconds.
        await new Promise((resolve) => setTimeout(resolve, 1100));
        await subject.attachPolicy(arn, { Action: "iot:Connect", Resource: "*" });
        await subject.thing({ attachedTo: device });
        equal(await read(), registered, "after policy and thing");
        await subject.iot.updateCertificate({ certificateId, newStatus: "INACTIVE" });
        equal(Number(await read()) > Number(registered), true, "later after the status");
      },
    },
    {
      id: "certificate-statuses/register/no-event",
      title: "RegisterCertificate publishes no registration event",
      source: "AWS_FACTS section 1.1",
      confidence: "3p",
      run: async (subject) => {
        const ca = await subject.registerCa();
        const topic = `$aws/events/certificates/registered/${ca.id}`;
        const events = await subject.watch(topic);
        const { pem } = await subject.issue({ issuer: ca });
        await subject.iot.registerCertificate({ certificatePem: pem, status: "ACTIVE" });
        await subject.settle();
        equal(events.waiting.length, 0, "messages");
      },
    },
  ],
};
