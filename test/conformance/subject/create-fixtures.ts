import type { IoT } from "@aws-sdk/client-iot";
import { issueCertificate } from "./issue-certificate.ts";
import type { Run } from "./open-run.ts";
import type { Device, Subject } from "./subject.ts";

type Fixtures = Pick<
  Subject,
  "attachPolicy" | "device" | "deviceThatMay" | "issue" | "issueCa" | "registerCa" | "thing"
>;

/** Builds what makes the certificates, CAs, policies and things that cases begin with. */
export function createFixtures(
  { journal, policyName: everything }: Run,
  { iot, name, arn }: Pick<Subject, "arn" | "name"> & { readonly iot: IoT },
): Fixtures {
  const issue: Fixtures["issue"] = async (options = {}) => {
    const identity = await issueCertificate({ subject: `CN=${name("device")}`, ...options });
    // A first connect registers it without a call.
    if (!options.isCa) journal.note("cert", identity.id);
    return identity;
  };

  const issueCa: Fixtures["issueCa"] = (options) =>
    issue({ subject: `CN=${name("ca")}`, isCa: true, ...options });

  const attachPolicy: Fixtures["attachPolicy"] = async (target, ...statements) => {
    const policyName = name("policy");
    const Statement = statements.map((statement) => ({ Effect: "Allow", ...statement }));
    const policyDocument = JSON.stringify({ Version: "2012-10-17", Statement });
    await iot.createPolicy({ policyName, policyDocument });
    await iot.attachPolicy({ policyName, target });
    return policyName;
  };

  const device: Fixtures["device"] = async ({
    status = "ACTIVE",
    bare = false,
    ...options
  } = {}) => {
    const identity = await issue(options);
    await iot.registerCertificateWithoutCA({ certificatePem: identity.pem, status });
    const registered: Device = { ...identity, arn: arn(`cert/${identity.id}`) };
    if (!bare) await iot.attachPolicy({ policyName: everything, target: registered.arn });
    return registered;
  };

  return {
    issue,
    issueCa,
    attachPolicy,
    device,
    deviceThatMay: async (...statements) => {
      const registered = await device({ bare: true });
      await attachPolicy(registered.arn, ...statements);
      return registered;
    },
    registerCa: async ({ ca, status = "ACTIVE", autoRegistration = "ENABLE", ...options } = {}) => {
      const identity = ca ?? (await issueCa(options));
      await iot.registerCACertificate({
        caCertificate: identity.pem,
        certificateMode: "SNI_ONLY",
        setAsActive: status === "ACTIVE",
        allowAutoRegistration: autoRegistration === "ENABLE",
      });
      return identity;
    },
    thing: async ({ attachedTo, type } = {}) => {
      const thingName = name("thing");
      await iot.createThing({ thingName });
      if (attachedTo === undefined) return thingName;
      const thingPrincipalType = type && { thingPrincipalType: type };
      await iot.attachThingPrincipal({
        thingName,
        principal: attachedTo.arn,
        ...thingPrincipalType,
      });
      return thingName;
    },
  };
}
