import { type Area, type ConformanceCase, pages } from "../conformance-case.ts";
import { equal, includes, matches, oneOf, present, refused } from "../expect.ts";
import type { Identity } from "../subject/issue-certificate.ts";
import { checkNoMessage } from "../subject/mqtt-session.ts";
import type { ConnectOptions, RegisterCaOptions, Subject } from "../subject/subject.ts";

const source = "AWS_FACTS section 1.1";
const closed = "closed without CONNACK";
const topicOf = (ca: Identity) => `$aws/events/certificates/registered/${ca.id}`;

async function setup(subject: Subject, options?: RegisterCaOptions) {
  const ca = await subject.registerCa(options);
  const device = await subject.issue({ issuer: ca });
  return { ca, device, events: await subject.watch(topicOf(ca)) };
}

/** Registers a device by its first connect, and gives it all that it needs to get in. */
async function activate(subject: Subject) {
  const { ca, device, events } = await setup(subject);
  await subject.attempt(device);
  await events.message(topicOf(ca));
  const target = subject.arn(`cert/${device.id}`);
  await subject.attachPolicy(target, { Action: "iot:Connect", Resource: "*" });
  await subject.iot.updateCertificate({ certificateId: device.id, newStatus: "ACTIVE" });
  return { ca, device, events };
}

const statusOf = async ({ iot }: Subject, certificateId: string) =>
  (await iot.describeCertificate({ certificateId })).certificateDescription?.status;

const isUnknown = ({ iot }: Subject, certificateId: string) =>
  refused(iot.describeCertificate({ certificateId }), "404 ResourceNotFoundException");

/** A first connect that registers nothing: the CA and the certificate as `prepare` leaves them. */
const toUnregistered = (
  which: string,
  title: string,
  confidence: ConformanceCase["confidence"],
  prepare: (subject: Subject) => Promise<{ ca: Identity; device: Identity }>,
): ConformanceCase => ({
  id: `first-connect/registers-nothing/${which}`,
  title,
  source,
  confidence,
  run: async (subject) => {
    const { ca, device } = await prepare(subject);
    const events = await subject.watch(topicOf(ca));
    oneOf(await subject.attempt(device), [closed, "TLS refused"]);
    await subject.settle();
    await isUnknown(subject, device.id);
    checkNoMessage(events);
  },
});

const toRegistered = (
  which: string,
  title: string,
  confidence: ConformanceCase["confidence"],
  connect: (device: Identity, ca: Identity) => { identity: Identity; options?: ConnectOptions },
): ConformanceCase => ({
  id: `first-connect/registers/${which}`,
  title,
  source,
  confidence,
  run: async (subject) => {
    const { ca, device, events } = await setup(subject);
    const { identity, options } = connect(device, ca);
    await subject.attempt(identity, options);
    includes((await events.message(topicOf(ca))).json(), { certificateId: device.id });
    equal(await statusOf(subject, device.id), "PENDING_ACTIVATION");
  },
});

export const firstConnect: Area = {
  name: "first-connect",
  cases: [
    {
      id: "first-connect/close/mqtt-3.1.1",
      title: "A first connect over MQTT 3.1.1 is closed without CONNACK",
      source,
      confidence: "3p",
      run: async (subject) => {
        const { device } = await setup(subject);
        equal(await subject.attempt(device), closed);
      },
    },
    {
      id: "first-connect/close/mqtt-5",
      title: "A first connect over MQTT 5 is closed without CONNACK",
      source: "AWS_FACTS section 10",
      confidence: "inferred",
      run: async (subject) => {
        const { device } = await setup(subject);
        equal(await subject.attempt(device, { version: 5 }), closed);
      },
    },
    {
      id: "first-connect/close/policy-does-not-matter",
      title: "While a certificate waits, a policy attached to it lets nobody in",
      source: "AWS_FACTS section 1.2",
      confidence: "doc",
      run: async (subject) => {
        const { device, events, ca } = await setup(subject);
        await subject.attempt(device);
        await events.message(topicOf(ca));
        await subject.attachPolicy(subject.arn(`cert/${device.id}`), {
          Action: "iot:*",
          Resource: "*",
        });
        equal(await subject.attempt(device), closed);
      },
    },
    {
      id: "first-connect/event/first",
      title: "The first event has exactly AWS's members, with a null registration timestamp",
      source,
      confidence: "3p",
      run: async (subject) => {
        const { ca, device, events } = await setup(subject);
        const before = Date.now();
        await subject.attempt(device);
        const { timestamp, ...event } = (await events.message(topicOf(ca))).json();
        equal(event, {
          certificateId: device.id,
          caCertificateId: ca.id,
          certificateStatus: "PENDING_ACTIVATION",
          awsAccountId: subject.accountId,
          certificateRegistrationTimestamp: null,
        });
        equal(Math.abs(Number(timestamp) - before) < 60_000, true, "that the timestamp is now");
      },
    },
    {
      id: "first-connect/event/again",
      title: "Each further connect makes an event, with the registration timestamp as text",
      source,
      confidence: "3p",
      run: async (subject) => {
        const { ca, device, events } = await setup(subject);
        await subject.attempt(device);
        await events.message(topicOf(ca));
        await subject.attempt(device);
        const event = (await events.message(topicOf(ca))).json();
        matches(event["certificateRegistrationTimestamp"], /^\d{13}$/);
        equal(typeof event["timestamp"], "number", "type of timestamp");
        equal(await subject.attempt(device), closed);
        includes((await events.message(topicOf(ca))).json(), {
          certificateStatus: "PENDING_ACTIVATION",
        });
      },
    },
    {
      id: "first-connect/event/once",
      title: "One attempt makes one event",
      source,
      confidence: "doc",
      run: async (subject) => {
        const { ca, device, events } = await setup(subject);
        await subject.attempt(device);
        await events.message(topicOf(ca));
        await subject.settle();
        checkNoMessage(events);
      },
    },
    {
      id: "first-connect/trigger/handshake-alone",
      title: "A TLS handshake without CONNECT registers nothing",
      source,
      confidence: "3p",
      run: async (subject) => {
        const { device, events } = await setup(subject);
        const link = await subject.open(device);
        await subject.settle();
        link.close();
        await subject.settle();
        await isUnknown(subject, device.id);
        checkNoMessage(events);
      },
    },
    {
      id: "first-connect/trigger/no-mqtt",
      title: "Bytes that are no CONNECT register nothing",
      source,
      confidence: "inferred",
      run: async (subject) => {
        const { device, events } = await setup(subject);
        const link = await subject.open(device);
        link.sendBytes(Buffer.from("GET / HTTP/1.1\r\n\r\n"));
        await link.closed();
        await subject.settle();
        await isUnknown(subject, device.id);
        checkNoMessage(events);
      },
    },
    {
      id: "first-connect/stored/certificate",
      title: "The certificate is stored with its CA, PENDING_ACTIVATION, in the CA's mode",
      source,
      confidence: "3p",
      run: async (subject) => {
        const { ca, device, events } = await setup(subject);
        await subject.attempt(device);
        await events.message(topicOf(ca));
        const { certificateDescription } = await subject.iot.describeCertificate({
          certificateId: device.id,
        });
        const description = present(certificateDescription, "a description");
        includes(description, {
          status: "PENDING_ACTIVATION",
          caCertificateId: ca.id,
          certificateMode: "SNI_ONLY",
        });
        equal(description.certificatePem?.trim(), device.pem.trim());
      },
    },
    toRegistered("leaf-alone", "A device may send its certificate alone", "doc", (identity) => ({
      identity,
    })),
    toRegistered(
      "whole-chain",
      "A device may send its CA's certificate too",
      "doc",
      (device, ca) => ({
        identity: { ...device, pem: `${device.pem}${ca.pem}` },
      }),
    ),
    toRegistered(
      "tls-1.2",
      "A first connect over TLS 1.2 registers too",
      "inferred",
      (identity) => ({
        identity,
        options: { tls: { maxVersion: "TLSv1.2" } },
      }),
    ),
    toRegistered("mqtt-5", "A first connect over MQTT 5 registers too", "inferred", (identity) => ({
      identity,
      options: { version: 5 },
    })),
    {
      id: "first-connect/registers/default-mode",
      title: "A CA in DEFAULT mode registers at connect",
      source: "AWS_FACTS section 1.3",
      confidence: "doc",
      run: async (subject) => {
        const ca = await subject.issueCa();
        const { registrationCode } = await subject.iot.getRegistrationCode({});
        const verification = await subject.issue({ issuer: ca, subject: `CN=${registrationCode}` });
        await subject.iot.registerCACertificate({
          caCertificate: ca.pem,
          verificationCertificate: verification.pem,
          setAsActive: true,
          allowAutoRegistration: true,
        });
        const events = await subject.watch(topicOf(ca));
        const device = await subject.issue({ issuer: ca });
        equal(await subject.attempt(device), closed);
        includes((await events.message(topicOf(ca))).json(), { certificateId: device.id });
      },
    },
    {
      id: "first-connect/registers/sni-only-mode",
      title: "A CA in SNI_ONLY mode registers at connect",
      source: "AWS_FACTS section 1.3",
      confidence: "inferred",
      run: async (subject) => {
        const { ca, device, events } = await setup(subject);
        equal(await subject.attempt(device), closed);
        includes((await events.message(topicOf(ca))).json(), { certificateId: device.id });
      },
    },
    {
      id: "first-connect/registers/same-named-ca",
      title: "Of two CAs of one name, the one whose key signed is found",
      source: "AWS_FACTS section 2",
      confidence: "inferred",
      run: async (subject) => {
        const name = `CN=${subject.name("ca")}`;
        await subject.registerCa({ subject: name });
        const { ca, device, events } = await setup(subject, { subject: name });
        await subject.attempt(device);
        includes((await events.message(topicOf(ca))).json(), { caCertificateId: ca.id });
      },
    },
    toUnregistered("ca-inactive", "Under an INACTIVE CA", "doc", async (subject) => {
      const ca = await subject.registerCa({ status: "INACTIVE" });
      return { ca, device: await subject.issue({ issuer: ca }) };
    }),
    toUnregistered(
      "auto-registration-off",
      "Under a CA without auto-registration",
      "doc",
      async (subject) => {
        const ca = await subject.registerCa({ autoRegistration: "DISABLE" });
        return { ca, device: await subject.issue({ issuer: ca }) };
      },
    ),
    toUnregistered(
      "root-of-the-issuer",
      "Where only the issuer's issuer is registered",
      "doc",
      async (subject) => {
        const ca = await subject.registerCa();
        const issuer = await subject.issueCa({ issuer: ca });
        return { ca, device: await subject.issue({ issuer }) };
      },
    ),
    toUnregistered(
      "root-of-the-issuer-whole-chain",
      "Where only the issuer's issuer is registered, and the device sends the whole chain",
      "doc",
      async (subject) => {
        const ca = await subject.registerCa();
        const issuer = await subject.issueCa({ issuer: ca });
        const device = await subject.issue({ issuer });
        return { ca, device: { ...device, pem: `${device.pem}${issuer.pem}${ca.pem}` } };
      },
    ),
    toUnregistered(
      "rogue-ca",
      "Signed by another CA of the same name",
      "inferred",
      async (subject) => {
        const name = `CN=${subject.name("ca")}`;
        const ca = await subject.registerCa({ subject: name });
        const issuer = await subject.issueCa({ subject: name });
        return { ca, device: await subject.issue({ issuer }) };
      },
    ),
    toUnregistered("expired", "An expired certificate", "doc", async (subject) => {
      const ca = await subject.registerCa();
      const device = await subject.issue({
        issuer: ca,
        notBefore: new Date("2020-01-01"),
        notAfter: new Date("2021-01-01"),
      });
      return { ca, device };
    }),
    {
      id: "first-connect/registers-nothing/sni-missing",
      title: "Without SNI",
      source: pages.jitr,
      confidence: "doc",
      run: async (subject) => {
        const { device, events } = await setup(subject);
        oneOf(await subject.attempt(device, { tls: { servername: "" } }), [closed, "TLS refused"]);
        await subject.settle();
        await isUnknown(subject, device.id);
        checkNoMessage(events);
      },
    },
    {
      id: "first-connect/afterwards/activated",
      title:
        "Once it is ACTIVE and has a policy, the device is let in, and no event comes any more",
      source,
      confidence: "doc",
      run: async (subject) => {
        const { device, events } = await activate(subject);
        await subject.connect(device);
        await subject.settle();
        checkNoMessage(events);
      },
    },
    {
      id: "first-connect/afterwards/ca-inactive",
      title: "A certificate that is registered works on when its CA becomes INACTIVE",
      source,
      confidence: "doc",
      run: async (subject) => {
        const { ca, device } = await activate(subject);
        await subject.iot.updateCACertificate({ certificateId: ca.id, newStatus: "INACTIVE" });
        await subject.connect(device);
      },
    },
    ...(["INACTIVE", "REVOKED"] as const).map(
      (newStatus): ConformanceCase => ({
        id: `first-connect/afterwards/${newStatus}`,
        title: `Once it is ${newStatus}, the device is refused and no event comes any more`,
        source: "AWS_FACTS section 1.2",
        confidence: "inferred",
        run: async (subject) => {
          const { ca, device, events } = await setup(subject);
          await subject.attempt(device);
          await events.message(topicOf(ca));
          await subject.iot.updateCertificate({ certificateId: device.id, newStatus });
          oneOf(await subject.attempt(device), [closed, "TLS refused"]);
          await subject.settle();
          checkNoMessage(events);
        },
      }),
    ),
    {
      id: "first-connect/afterwards/deleted",
      title: "A certificate that was deleted is registered again at the next connect",
      source: "AWS_FACTS section 1.2",
      confidence: "inferred",
      run: async (subject) => {
        const { ca, device, events } = await setup(subject);
        await subject.attempt(device);
        await events.message(topicOf(ca));
        await subject.iot.updateCertificate({ certificateId: device.id, newStatus: "REVOKED" });
        await subject.iot.deleteCertificate({ certificateId: device.id });
        await subject.attempt(device);
        includes((await events.message(topicOf(ca))).json(), {
          certificateRegistrationTimestamp: null,
        });
      },
    },
  ],
};
