import { createHash } from "node:crypto";
import type { ListenerDeps } from "../../../src/iot-core/listener/listener-deps.ts";
import type {
  CaCertificate,
  CertificateStatus,
  DeviceCertificate,
} from "../../../src/iot-core/model.ts";
import { openRegistry } from "../../../src/iot-core/registry.ts";
import type { Issued } from "./support.ts";

const longAgo = new Date("2026-01-01T00:00:00Z");

/** The registry's part, in memory; sessions and messages are in a state file where one is named. */
export function createMemoryRegistry(stateFile = ":memory:") {
  const state = openRegistry(stateFile);
  let isOpen = true;
  const cas: CaCertificate[] = [];
  const certificates = new Map<string, DeviceCertificate>();
  const attachments = new Set<string>();
  const exclusive = new Map<string, string>();
  const policies = new Map<string, string[]>();
  const listeners = new Set<(id: string, status: CertificateStatus) => void>();
  const dates = { creationDate: longAgo, lastModifiedDate: longAgo, customerVersion: 1 };

  const store = (certificate: Issued, status: CertificateStatus, caCertificateId?: string) =>
    certificates.set(certificate.certificateId, {
      certificateId: certificate.certificateId,
      certificatePem: certificate.pem,
      ...(caCertificateId === undefined ? {} : { caCertificateId }),
      status,
      certificateMode: "DEFAULT",
      ...dates,
    });

  return {
    certificates,
    addCa: (ca: Issued, changes: Partial<CaCertificate> = {}) => {
      const index = cas.findIndex((known) => known.certificateId === ca.certificateId);
      cas.splice(index < 0 ? cas.length : index, 1, {
        certificateId: ca.certificateId,
        certificatePem: ca.pem,
        status: "ACTIVE",
        autoRegistrationStatus: "ENABLE",
        certificateMode: "DEFAULT",
        ...dates,
        ...changes,
      });
    },
    store,
    setStatus: (certificateId: string, status: CertificateStatus) => {
      const certificate = certificates.get(certificateId);
      if (certificate === undefined) throw new Error(`unknown ${certificateId}`);
      certificates.set(certificateId, { ...certificate, status });
      for (const listener of listeners) listener(certificateId, status);
    },
    attach: (thingName: string, certificateId: string) =>
      attachments.add(`${thingName}/${certificateId}`),
    attachExclusively: (thingName: string, certificateId: string) =>
      exclusive.set(certificateId, thingName),
    setPolicies: (certificateId: string, ...documents: object[]) =>
      policies.set(
        certificateId,
        documents.map((document) => JSON.stringify(document)),
      ),
    /** Frees the state file; does nothing the second time. */
    close: () => {
      if (isOpen) state.close();
      isOpen = false;
    },
    deps: {
      tables: state.tables,
      caCertificates: () => cas,
      findCertificate: (certificateId) => certificates.get(certificateId),
      registerAtConnect: ({ certificatePem, caCertificateId, now }) => {
        const der = Buffer.from(certificatePem.replaceAll(/-----.*?-----|\s/g, ""), "base64");
        const certificate: DeviceCertificate = {
          certificateId: createHash("sha256").update(der).digest("hex"),
          certificatePem,
          caCertificateId,
          status: "PENDING_ACTIVATION",
          certificateMode: "DEFAULT",
          ...dates,
          creationDate: now,
        };
        certificates.set(certificate.certificateId, certificate);
        return certificate;
      },
      transaction: (work) => work(),
      isAttached: (thingName, certificateId) => attachments.has(`${thingName}/${certificateId}`),
      exclusiveThingOf: (certificateId) => exclusive.get(certificateId),
      findThing: (thingName) => ({ thingName, attributes: {} }),
      effectivePolicies: (certificateId) =>
        (policies.get(certificateId) ?? []).map((document, index) => ({
          policyName: `p${index + 1}`,
          document,
        })),
      onCertificateStatus: (listener) => {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    } satisfies Partial<ListenerDeps>,
  };
}
