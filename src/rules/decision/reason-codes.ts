/**
 * Why a device is out. `quarantine` can be cured by a later batch, profile or operator's act and is
 * decided again; `reject` is about the certificate itself or an explicit word against it.
 */
export type Outcome = "admit" | "quarantine" | "reject";

interface Reason {
  readonly outcome: Exclude<Outcome, "admit">;
  /** One sentence for a firmware engineer. */
  readonly meaning: string;
  /** What to do next. */
  readonly remedy: string;
}

/** Stable; part of the public contract. Add freely, never rename or reuse. */
export const reasons = {
  NOT_IN_LEDGER: {
    outcome: "quarantine",
    meaning: "No manufacturer has said that it made this certificate.",
    remedy: "Have the manufacturer push the batch; the device is let in when it lands.",
  },
  LEDGER_DISPUTED: {
    outcome: "quarantine",
    meaning: "More than one manufacturer claims this certificate.",
    remedy: "The operator decides which claim stands.",
  },
  ENTRY_REVOKED: {
    outcome: "reject",
    meaning: "The ledger entry of this certificate was revoked.",
    remedy: "Release the revocation if it was a mistake; else replace the certificate.",
  },
  BATCH_RECALLED: {
    outcome: "reject",
    meaning: "The batch that holds this certificate was recalled.",
    remedy: "The operator releases the batch, or the device gets another certificate.",
  },
  BATCH_MISSING: {
    outcome: "quarantine",
    meaning: "The batch named by the ledger entry does not exist.",
    remedy: "Have the manufacturer push the batch again.",
  },
  MANUFACTURER_SUSPENDED: {
    outcome: "quarantine",
    meaning: "The manufacturer of this device is suspended.",
    remedy: "The operator resumes the manufacturer.",
  },
  MANUFACTURER_MISSING: {
    outcome: "quarantine",
    meaning: "The manufacturer named by the ledger entry does not exist.",
    remedy: "Add the manufacturer.",
  },
  PROFILE_NOT_ALLOWED: {
    outcome: "quarantine",
    meaning: "The profile named by the ledger entry is for other manufacturers.",
    remedy: "Add the manufacturer to the profile, or have the batch pushed under another one.",
  },
  PROFILE_MISSING: {
    outcome: "quarantine",
    meaning: "The profile named by the ledger entry does not exist.",
    remedy: "Apply the profile.",
  },
  ISSUER_NOT_TRUSTED: {
    outcome: "quarantine",
    meaning: "No trusted issuer of this manufacturer signed the certificate.",
    remedy: "Add the issuing CA to the manufacturer, if it is genuine.",
  },
  ISSUER_INVALID: {
    outcome: "quarantine",
    meaning: "A CA that leads to this certificate may not issue certificates, or not any more.",
    remedy: "Add a valid certificate of that CA to the manufacturer, if there is one.",
  },
  PATH_LENGTH_EXCEEDED: {
    outcome: "reject",
    meaning: "A CA in the path may not have that many CAs below it.",
    remedy: "Have the chain issued anew within its path length.",
  },
  SIGNATURE_INVALID: {
    outcome: "reject",
    meaning: "An issuer of the right name did not sign this certificate.",
    remedy:
      "If the manufacturer has another CA of the same name, add that as well; else treat the certificate as forged or damaged.",
  },
  CERTIFICATE_UNREADABLE: {
    outcome: "reject",
    meaning: "The certificate cannot be read as X.509.",
    remedy: "Have the certificate issued anew.",
  },
  CERTIFICATE_EXPIRED: {
    outcome: "reject",
    meaning: "The certificate's validity has ended.",
    remedy: "Give the device a new certificate.",
  },
  CERTIFICATE_NOT_YET_VALID: {
    outcome: "quarantine",
    meaning: "The certificate's validity has not begun.",
    remedy: "Wait for it to begin, or check the clock of the issuing CA.",
  },
  CERTIFICATE_IS_CA: {
    outcome: "reject",
    meaning: "A CA certificate was presented as a device certificate.",
    remedy: "Give the device an end-entity certificate.",
  },
  KEY_NOT_ALLOWED: {
    outcome: "reject",
    meaning: "The key's type or size is not allowed.",
    remedy: "Use a key that AWS IoT and the profile accept.",
  },
  SIGNATURE_ALGORITHM_NOT_ALLOWED: {
    outcome: "reject",
    meaning: "The certificate's signature algorithm is not allowed.",
    remedy: "Have the certificate signed with an algorithm that AWS IoT and the profile accept.",
  },
  KEY_USAGE_MISMATCH: {
    outcome: "reject",
    meaning: "The key usage does not allow the key to sign a TLS handshake.",
    remedy: "Have the certificate issued with digitalSignature.",
  },
  EXTENDED_KEY_USAGE_MISMATCH: {
    outcome: "reject",
    meaning: "The extended key usage does not allow TLS client authentication.",
    remedy: "Have the certificate issued with clientAuth.",
  },
  SUBJECT_MISMATCH: {
    outcome: "quarantine",
    meaning: "The subject does not match what the profile asks for.",
    remedy: "Correct the profile's pattern, or the certificate.",
  },
  UNKNOWN_CRITICAL_EXTENSION: {
    outcome: "reject",
    meaning: "The certificate has a critical extension that Muster does not process.",
    remedy: "Have the certificate issued without it, or not critical.",
  },
  PUBLIC_KEY_REUSED: {
    outcome: "quarantine",
    meaning: "Another certificate already uses this public key.",
    remedy: "Find out which device is the clone; retire the other certificate first.",
  },
  THING_NAME_TAKEN: {
    outcome: "quarantine",
    meaning: "Another certificate or thing already has this thing name.",
    remedy: "Retire the other thing, or change the profile's thing-name template.",
  },
  THING_NAME_INVALID: {
    outcome: "quarantine",
    meaning: "The thing name that the profile's template gives is not one AWS IoT accepts.",
    remedy: "Change the template, or correct the ledger entry.",
  },
  THING_ATTRIBUTE_INVALID: {
    outcome: "quarantine",
    meaning: "A thing attribute that the profile gives is not one AWS IoT accepts.",
    remedy: "Change the profile, or correct the ledger entry.",
  },
  PROFILE_NOT_APPLIED: {
    outcome: "quarantine",
    meaning: "The profile's policy, thing group or thing type is not in AWS IoT.",
    remedy: "Apply the profile again.",
  },
  IOT_LIMIT_REACHED: {
    outcome: "quarantine",
    meaning: "AWS IoT attaches no more policies to this certificate.",
    remedy: "Detach policies that it does not need, then run muster heal.",
  },
  CERTIFICATE_NOT_IN_IOT: {
    outcome: "quarantine",
    meaning: "The certificate is not in AWS IoT, or not any more.",
    remedy:
      "Let the device connect again, so that AWS IoT registers it anew. Under a profile that preregisters, Muster does it when no other reason is left.",
  },
  REGISTERED_BY_OTHERS: {
    outcome: "quarantine",
    meaning:
      "The certificate was in AWS IoT already, and not by Muster, so that it was left alone.",
    remedy: "Find out who registered it. A release hands it over to Muster.",
  },
  REFUSED_BY_IOT: {
    outcome: "quarantine",
    meaning: "AWS IoT does not take the certificate when Muster registers it.",
    remedy: "Look for what AWS IoT asks of keys and signatures; have the certificate issued anew.",
  },
  HELD: {
    outcome: "quarantine",
    meaning: "An operator keeps this certificate out.",
    remedy: "Release the hold.",
  },
  REVOKED_IN_IOT: {
    outcome: "reject",
    meaning: "The certificate is REVOKED in AWS IoT, which is final.",
    remedy: "Give the device a new certificate.",
  },
  CERTIFICATE_REVOKED_BY_ISSUER: {
    outcome: "reject",
    meaning: "Reserved: Muster does not yet check what the issuing CA has revoked.",
    remedy: "Give the device a new certificate.",
  },
} as const satisfies Record<string, Reason>;

export type ReasonCode = keyof typeof reasons;

/** One thing that speaks against admitting a certificate, with the evidence in a sentence. */
export interface Finding {
  readonly code: ReasonCode;
  readonly detail: string;
}

/** @returns the graver of what the findings ask for; `admit` when there are none. */
export function toOutcome(findings: readonly Finding[]): Outcome {
  if (findings.length === 0) return "admit";
  return findings.some(({ code }) => reasons[code].outcome === "reject") ? "reject" : "quarantine";
}
