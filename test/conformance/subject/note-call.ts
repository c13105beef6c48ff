import { X509Certificate } from "node:crypto";
import type { Journal, ResourceKind } from "./journal.ts";

/** Which field of which operation names what it makes. */
const made: Readonly<Record<string, readonly [ResourceKind, string]>> = {
  CreateBillingGroup: ["billinggroup", "billingGroupName"],
  CreatePolicy: ["policy", "policyName"],
  CreateThing: ["thing", "thingName"],
  CreateThingGroup: ["thinggroup", "thingGroupName"],
  CreateThingType: ["thingtype", "thingTypeName"],
  CreateTopicRule: ["rule", "ruleName"],
  RegisterCACertificate: ["cacert", "caCertificate"],
  RegisterCertificate: ["cert", "certificatePem"],
  RegisterCertificateWithoutCA: ["cert", "certificatePem"],
};

/** Notes in the journal what a call is about to make. */
export function noteCall(journal: Journal) {
  return (operation: string, input: Readonly<Record<string, unknown>>): void => {
    const [kind, field] = made[operation] ?? [];
    if (kind === undefined || field === undefined) return;
    const value = String(input[field]);
    const name = kind === "cert" || kind === "cacert" ? idOf(value) : value;
    if (name !== undefined && isPossible(kind, name)) journal.note(kind, name);
  };
}

/** Some cases ask for names that no service takes. */
function isPossible(kind: ResourceKind, name: string): boolean {
  return name.length <= 128 && (kind === "rule" ? /^\w+$/ : /^[\w:.@=+,-]+$/).test(name);
}

/** Undefined for what is no certificate, which no service registers. */
function idOf(pem: string): string | undefined {
  try {
    return new X509Certificate(pem).fingerprint256.replaceAll(":", "").toLowerCase();
  } catch {
    return undefined;
  }
}
