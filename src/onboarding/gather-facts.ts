import type { CertificateFacts } from "../rules/certificate/certificate-facts.ts";
import { toCertificateFacts } from "../rules/certificate/to-certificate-facts.ts";
import type { DecisionFacts } from "../rules/decision/decide.ts";
import {
  chooseEntry,
  type LedgerEntry,
  listBatches,
  type Revocation,
} from "../rules/decision/ledger.ts";
import { MusterError } from "../rules/errors.ts";
import type { AppliedProfile } from "../rules/profile/profile.ts";
import type { CertificateRecord, CertificateState } from "./certificate-state.ts";
import type { IotCertificate } from "./iot-control.ts";
import type { CertificateIdentity, SettleDeps, SettleRequest } from "./settlement.ts";

/** What a decision is made on, and what had to be read of AWS IoT for it. */
export interface GatheredFacts {
  readonly facts: DecisionFacts;
  readonly profile?: AppliedProfile;
  readonly described?: IotCertificate;
  readonly certificate?: CertificateFacts;
}

/** Reads what the decision needs beside the record, AWS IoT only where there is no other way. */
export async function gatherFacts(
  deps: SettleDeps,
  request: SettleRequest,
  record: CertificateRecord,
  seen: IotCertificate | undefined,
): Promise<GatheredFacts> {
  const { certificateId, hold } = record;
  const { signal } = request;
  const found = await findEntries(deps, request, record, seen);
  const entry = chooseEntry(found.entries);
  const background = entry
    ? await deps.readBackground(entry, listBatches(found.entries, entry), signal)
    : {};
  let { described } = found;
  // An entry that names the device by its key or serial holds no certificate.
  if (entry && entry.certificate === undefined) {
    described ??= await deps.iot.describeCertificate(certificateId, signal);
  }
  const { manufacturer, batch, otherBatches, profile } = background;
  const der = entry?.certificate ?? described?.certificate;
  const facts: DecisionFacts = {
    certificateId,
    entries: found.entries,
    revocations: found.revocations,
    ...(hold && { hold }),
    ...(der && { certificate: der }),
    ...(entry && { entry }),
    ...(manufacturer && { manufacturer }),
    ...(batch && { batch }),
    ...(otherBatches && { otherBatches }),
  };
  return {
    facts,
    ...(profile && { profile }),
    ...(described && { described }),
    ...(found.certificate && { certificate: found.certificate }),
  };
}

interface FoundEntries {
  readonly entries: readonly LedgerEntry[];
  readonly revocations: readonly Revocation[];
  readonly described?: IotCertificate;
  readonly certificate?: CertificateFacts;
}

/**
 * Entries that name the device otherwise can only be looked up with the certificate in hand. What an
 * earlier look has put on record saves asking AWS IoT again.
 */
async function findEntries(
  deps: SettleDeps,
  { signal, onlyIfChanged }: SettleRequest,
  { certificateId, entries, revocations, state }: CertificateRecord,
  seen: IotCertificate | undefined,
): Promise<FoundEntries> {
  if (entries.length > 0) return { entries, revocations, ...(seen && { described: seen }) };
  const onRecord = onlyIfChanged ? identityOnRecord(state) : undefined;
  if (onRecord) return lookUp(onRecord);
  // A stranger, as far as is known: devices that the ledger names go before.
  const described = seen ?? (await deps.yieldingIot.describeCertificate(certificateId, signal));
  if (described === undefined) return { entries, revocations };
  const certificate = readFacts(described.certificate);
  if (certificate === undefined) return { entries, revocations, described };
  return { ...(await lookUp(certificate)), described, certificate };

  async function lookUp(identity: CertificateIdentity): Promise<FoundEntries> {
    const found = await deps.readEntriesByIdentity(identity, signal);
    return { entries: found.entries, revocations: [...revocations, ...found.revocations] };
  }
}

function identityOnRecord(state: CertificateState | undefined): CertificateIdentity | undefined {
  const { publicKeySha256, issuerNameSha256, serial } = state ?? {};
  if (publicKeySha256 === undefined || issuerNameSha256 === undefined) return undefined;
  return serial === undefined ? undefined : { publicKeySha256, issuerNameSha256, serial };
}

/** @returns undefined when it cannot be read, which the decision will say. */
function readFacts(certificate: Uint8Array): CertificateFacts | undefined {
  try {
    return toCertificateFacts(certificate);
  } catch (error) {
    if (error instanceof MusterError) return undefined;
    throw error;
  }
}
