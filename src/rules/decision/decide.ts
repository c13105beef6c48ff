import type { CertificateFacts } from "../certificate/certificate-facts.ts";
import { checkCertificate } from "../certificate/check-certificate.ts";
import { mayPush } from "../profile/may-push.ts";
import type { AppliedProfile } from "../profile/profile.ts";
import {
  attributeCharacters,
  attributeValuePattern,
  renderTemplate,
  type TemplateValues,
  toThingName,
} from "../profile/thing-name.ts";
import {
  type Batch,
  type Hold,
  type LedgerEntry,
  listBatches,
  type Manufacturer,
  type Revocation,
} from "./ledger.ts";
import { type Finding, type Outcome, toOutcome } from "./reason-codes.ts";

/** All that is known of a certificate at one moment. */
export interface DecisionFacts {
  readonly certificateId: string;
  /** DER; from the ledger entry, or as AWS IoT holds it. */
  readonly certificate?: Uint8Array;
  readonly entries: readonly LedgerEntry[];
  /** The entry that speaks for the certificate. */
  readonly entry?: LedgerEntry;
  readonly revocations: readonly Revocation[];
  readonly hold?: Hold;
  /** The manufacturer and batch of `entry`, where they exist. */
  readonly manufacturer?: Manufacturer;
  readonly batch?: Batch;
  /** Those of the manufacturer's other entries, where they exist. */
  readonly otherBatches?: readonly Batch[];
}

/** What is to be made in AWS IoT for an admitted certificate. */
export interface Admission {
  readonly thingName: string;
  readonly thingType?: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly groups: readonly string[];
  readonly policyName: string;
  /** The policy comes through one of the groups; else it is attached to the certificate. */
  readonly policyByGroup: boolean;
  readonly publicKeySha256: string;
  readonly manufacturer: string;
  readonly batch: string;
  readonly profile: string;
  readonly profileVersion: number;
}

export type Decision =
  | {
      readonly outcome: "admit";
      readonly findings: readonly [];
      readonly certificate: CertificateFacts;
      readonly admission: Admission;
    }
  | {
      readonly outcome: Exclude<Outcome, "admit">;
      readonly findings: readonly Finding[];
      readonly certificate?: CertificateFacts;
    };

/**
 * Decides whether a certificate is let in.
 *
 * Every finding is returned, not just the first. Whatever is unknown refuses: no entry, no profile,
 * no batch, no manufacturer, no trusted issuer.
 */
export function decide(
  facts: DecisionFacts,
  profile: AppliedProfile | undefined,
  now: Date,
): Decision {
  const ledger = checkLedger(facts, profile);
  const checked = checkAgainstIssuers(facts, profile, now);
  const findings = [...ledger, ...checked.findings];
  const { certificate } = checked;
  if (!certificate || !profile || !facts.entry) return refuse(findings, certificate);
  const naming = name(profile, { certificate, entry: facts.entry });
  const all = [...findings, ...naming.findings];
  if (all.length > 0) return refuse(all, certificate);
  const admission: Admission = {
    thingName: naming.thingName,
    ...(profile.thing.type === undefined ? {} : { thingType: profile.thing.type }),
    attributes: { ...naming.attributes, certificateId: facts.certificateId },
    groups: profile.thing.groups,
    policyName: profile.policyName,
    policyByGroup: profile.policy.attachTo !== "certificate",
    publicKeySha256: certificate.publicKeySha256,
    manufacturer: facts.entry.manufacturer,
    batch: facts.entry.batch,
    profile: profile.name,
    profileVersion: profile.version,
  };
  return { outcome: "admit", findings: [], certificate, admission };
}

function refuse(findings: readonly Finding[], certificate: CertificateFacts | undefined): Decision {
  const outcome = toOutcome(findings);
  // Nothing speaks against it, yet what speaks for it is not whole: fail closed.
  if (outcome === "admit") {
    return refuse([{ code: "NOT_IN_LEDGER", detail: "The facts are incomplete." }], certificate);
  }
  return { outcome, findings, ...(certificate && { certificate }) };
}

function checkLedger(
  facts: DecisionFacts,
  profile: AppliedProfile | undefined,
): readonly Finding[] {
  const { entries, entry, revocations, hold, manufacturer } = facts;
  const findings: Finding[] = [];
  if (hold) findings.push({ code: "HELD", detail: `${hold.by} on ${hold.at}: ${hold.reason}` });
  for (const { by, at, reason } of revocations) {
    findings.push({ code: "ENTRY_REVOKED", detail: `${by} on ${at}: ${reason}` });
  }
  if (!entry) {
    findings.push({ code: "NOT_IN_LEDGER", detail: "The ledger holds no entry for it." });
    return findings;
  }
  const claimants = new Set(entries.map((each) => each.manufacturer));
  if (claimants.size > 1) {
    findings.push({ code: "LEDGER_DISPUTED", detail: `${claimants.size} manufacturers claim it.` });
  }
  findings.push(...checkBatches(facts, entry));
  if (!manufacturer) {
    findings.push({
      code: "MANUFACTURER_MISSING",
      detail: `There is no manufacturer "${entry.manufacturer}".`,
    });
  } else if (manufacturer.status === "suspended") {
    findings.push({ code: "MANUFACTURER_SUSPENDED", detail: `"${manufacturer.id}" is suspended.` });
  }
  if (!profile) {
    findings.push({ code: "PROFILE_MISSING", detail: `There is no profile "${entry.profile}".` });
  } else if (!mayPush(profile, entry.manufacturer)) {
    const detail = `"${profile.name}" is not for "${entry.manufacturer}".`;
    findings.push({ code: "PROFILE_NOT_ALLOWED", detail });
  }
  return findings;
}

/** A recall blocks what the manufacturer pushed later too: so every batch with an entry is looked at. */
function checkBatches(
  { entries, batch, otherBatches = [] }: DecisionFacts,
  entry: LedgerEntry,
): readonly Finding[] {
  const known = new Map(
    [...otherBatches, ...(batch ? [batch] : [])].map((each) => [each.id, each]),
  );
  return listBatches(entries, entry).flatMap((id): readonly Finding[] => {
    const status = known.get(id)?.status;
    if (status === undefined) {
      return [{ code: "BATCH_MISSING", detail: `There is no batch "${id}".` }];
    }
    if (status !== "recalled") return [];
    return [{ code: "BATCH_RECALLED", detail: `Batch ${id} was recalled.` }];
  });
}

function checkAgainstIssuers(
  { certificate, entry, manufacturer }: DecisionFacts,
  profile: AppliedProfile | undefined,
  now: Date,
): { readonly certificate?: CertificateFacts; readonly findings: readonly Finding[] } {
  if (!certificate || !entry || !manufacturer) return { findings: [] };
  const { facts, findings } = checkCertificate({
    leaf: certificate,
    intermediates: entry.chain,
    anchors: manufacturer.issuers,
    rules: profile?.certificate ?? {},
    now,
  });
  return { ...(facts && { certificate: facts }), findings };
}

type Naming = {
  readonly thingName: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly findings: readonly Finding[];
};

function name(profile: AppliedProfile, values: TemplateValues): Naming {
  const findings: Finding[] = [];
  const named = toThingName(profile.thing.name, values);
  if ("finding" in named) findings.push(named.finding);
  const attributes: Record<string, string> = {};
  for (const [attribute, template] of Object.entries(profile.thing.attributes)) {
    const rendered = renderTemplate(template, values);
    if ("problem" in rendered) {
      findings.push({
        code: "THING_ATTRIBUTE_INVALID",
        detail: `${attribute}: ${rendered.problem}.`,
      });
    } else if (!attributeValuePattern.test(rendered.text)) {
      findings.push({
        code: "THING_ATTRIBUTE_INVALID",
        detail: `${attribute}: "${rendered.text.slice(0, 160)}" is not up to 800 ${attributeCharacters}.`,
      });
    } else {
      attributes[attribute] = rendered.text;
    }
  }
  return { thingName: "thingName" in named ? named.thingName : "", attributes, findings };
}
