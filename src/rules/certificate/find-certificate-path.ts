import type { Finding } from "../decision/reason-codes.ts";
import type { CertificateFacts } from "./certificate-facts.ts";
import { checkIssuer } from "./check-issuer.ts";
import { checkPathLength } from "./check-path-length.ts";
import { createIssuerMemory, type IssuerMemory } from "./issuer-memory.ts";
import {
  isNamedAsIssuer,
  readSignedCertificate,
  type SignedCertificate,
  toSignedCertificate,
} from "./signed-certificate.ts";

/** Leaf and trust anchor included. */
const maxPathCertificates = 8;
/** Hostile chains of many CAs with one name would else take time without end. */
const maxVerifications = 32;

export interface PathInput {
  readonly leaf: Uint8Array;
  /** Of `leaf`, where they have been read already. */
  readonly facts?: CertificateFacts;
  /** Untrusted, in any order; what cannot be read is passed over. */
  readonly intermediates: readonly Uint8Array[];
  /** Each is trusted in itself, self-signed or not. Without any, nothing is trusted. */
  readonly anchors: readonly Uint8Array[];
  readonly now: Date;
  /** Shared by the certificates of a batch, so that no CA is read twice. */
  readonly memory?: IssuerMemory;
}

export type PathResult = { readonly facts: CertificateFacts } & (
  | { readonly path: readonly CertificateFacts[] }
  | { readonly findings: readonly Finding[] }
);

/**
 * Looks for a way from a certificate to a trusted issuer, by name and signature, over CAs that were
 * allowed to issue. Several of one name are all tried.
 *
 * Names are compared as encoded: RFC 5280 §4.1.2.6 has CAs encode them alike.
 *
 * @returns the leaf's facts, and the path, leaf first, or why there is none.
 * @throws MusterError CERTIFICATE_UNREADABLE when the leaf cannot be read.
 * @see https://www.rfc-editor.org/rfc/rfc5280#section-6.1
 */
export function findCertificatePath({
  leaf,
  facts: given,
  intermediates,
  anchors,
  now,
  memory = createIssuerMemory(),
}: PathInput): PathResult {
  const start = given ? toSignedCertificate(leaf, given) : readSignedCertificate(leaf);
  const trusted = memory.readAll(anchors);
  const direct = findDirect(start, trusted, { memory, now });
  if (direct) return { facts: start.facts, path: direct };
  const search = createSearch(memory.readAll(intermediates), trusted, memory);
  let refused: readonly Finding[] | undefined;
  for (const path of search.pathsFrom([start])) {
    const facts = path.map((certificate) => certificate.facts);
    const findings = checkPath(facts, now);
    if (findings.length === 0) return { facts: start.facts, path: facts };
    refused ??= findings;
  }
  return { facts: start.facts, findings: refused ?? [search.explain(start)] };
}

/**
 * The path of nearly all certificates, from the one anchor of the issuer's name, without searching; what
 * is wrong with a certificate that has none is for the search to tell.
 */
function findDirect(
  start: SignedCertificate,
  anchors: readonly SignedCertificate[],
  { memory, now }: { readonly memory: IssuerMemory; readonly now: Date },
): readonly CertificateFacts[] | undefined {
  const [only, another] = anchors.filter((anchor) => isNamedAsIssuer(anchor, start));
  if (only === undefined || another !== undefined) return undefined;
  const path = [start.facts, only.facts];
  // Of such a path all that is checked is the anchor.
  const mayIssue = memory.judge(only, now, () => checkPath(path, now).length === 0);
  return mayIssue && memory.isSignedBy(start, only) ? path : undefined;
}

function checkPath(path: readonly CertificateFacts[], now: Date): readonly Finding[] {
  const issuers = path.slice(1);
  return [
    ...checkPathLength(path),
    ...issuers.flatMap((ca, index) =>
      checkIssuer(ca, { trusted: index === issuers.length - 1, now }),
    ),
  ];
}

interface Search {
  /** Goes on from the last certificate of a path to every trust anchor that can be reached. */
  pathsFrom(path: readonly SignedCertificate[]): Generator<readonly SignedCertificate[]>;
  /** Why there is no path from here. */
  explain(start: SignedCertificate): Finding;
}

function createSearch(
  intermediates: readonly SignedCertificate[],
  anchors: readonly SignedCertificate[],
  memory: IssuerMemory,
): Search {
  let verifications = 0;
  const unsigned: {
    readonly certificate: SignedCertificate;
    readonly issuer: SignedCertificate;
  }[] = [];

  function verify(certificate: SignedCertificate, issuer: SignedCertificate): boolean {
    verifications += 1;
    const verified = verifications <= maxVerifications && memory.isSignedBy(certificate, issuer);
    if (!verified) unsigned.push({ certificate, issuer });
    return verified;
  }

  function* pathsFrom(path: readonly SignedCertificate[]): Generator<readonly SignedCertificate[]> {
    const last = path.at(-1);
    if (last === undefined || path.length === maxPathCertificates) return;
    for (const anchor of anchors) {
      if (isNamedAsIssuer(anchor, last) && verify(last, anchor)) yield [...path, anchor];
    }
    for (const issuer of intermediates) {
      if (isNamedAsIssuer(issuer, last) && !path.includes(issuer) && verify(last, issuer)) {
        yield* pathsFrom([...path, issuer]);
      }
    }
  }

  function explain(start: SignedCertificate): Finding {
    if (verifications > maxVerifications) {
      return untrusted(`No path was found within ${maxVerifications} signatures.`);
    }
    if (anchors.length === 0) return untrusted("There is no trusted issuer.");
    const ofStart = unsigned.filter(({ certificate }) => certificate === start);
    const forged = [...ofStart, ...unsigned].find(
      ({ issuer }) => anchors.includes(issuer) || !pathsFrom([issuer]).next().done,
    );
    if (forged === undefined) {
      return untrusted(`It was issued by ${start.facts.issuer}, which no trusted issuer leads to.`);
    }
    const { subject, serial } = forged.issuer.facts;
    return {
      code: "SIGNATURE_INVALID",
      detail: `The key of ${subject} (serial ${serial}) did not sign ${forged.certificate.facts.subject}.`,
    };
  }

  return { pathsFrom, explain };
}

function untrusted(detail: string): Finding {
  return { code: "ISSUER_NOT_TRUSTED", detail };
}
