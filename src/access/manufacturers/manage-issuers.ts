import type { CertificateFacts } from "../../rules/certificate/certificate-facts.ts";
import { toCertificateFacts } from "../../rules/certificate/to-certificate-facts.ts";
import { toCertificateId } from "../../rules/certificate/to-certificate-id.ts";
import type { Manufacturer } from "../../rules/decision/ledger.ts";
import { MusterError } from "../../rules/errors.ts";
import type { ReadSubject } from "../subjects.ts";
import type {
  IssuerChange,
  IssuerOwnership,
  ReadIssuerOwnership,
  WriteIssuer,
} from "./issuer-ownership.ts";
import { orUnknown } from "./or-unknown.ts";

export interface IssuersDeps {
  readonly read: ReadSubject<Manufacturer>;
  readonly readOwnership: ReadIssuerOwnership;
  readonly writeIssuer: WriteIssuer;
  readonly now: () => Date;
  readonly actor: string;
}

/**
 * The CAs that manufacturers issue from. Each belongs to one manufacturer; those that the operator
 * shares, as a chip vendor's, more may issue from. Done again, each changes nothing.
 */
export interface Issuers {
  /** @throws MusterError MANUFACTURER_UNKNOWN, MANUFACTURER_INVALID, CA_INVALID, CA_CONFLICT */
  readonly addIssuer: (id: string, ca: Uint8Array) => Promise<Manufacturer>;
  /**
   * Trusts a CA no more, for first connects and for batches; devices that are in stay in.
   *
   * @throws MusterError MANUFACTURER_UNKNOWN, ISSUER_UNKNOWN; CA_CONFLICT while others issue from what
   *   is this manufacturer's
   */
  readonly removeIssuer: (id: string, caCertificateId: string) => Promise<Manufacturer>;
  /**
   * Lets other manufacturers issue from a manufacturer's CA too. From then on a batch of any of them
   * counts only when its rows are signed or the operator approves of it.
   *
   * @throws MusterError MANUFACTURER_UNKNOWN, ISSUER_UNKNOWN; CA_CONFLICT when it is not its own
   */
  readonly shareIssuer: (id: string, caCertificateId: string) => Promise<Manufacturer>;
  /** @throws MusterError as shareIssuer, and CA_CONFLICT while others issue from it */
  readonly unshareIssuer: (id: string, caCertificateId: string) => Promise<Manufacturer>;
}

/** Bounds the manufacturer's item, which holds its issuers: 400 kB in DynamoDB. */
const maxIssuers = 100;
const maxTries = 8;

type Next = Pick<IssuerChange, "manufacturer" | "ownership"> & {
  readonly action: string;
  readonly subject: string;
};

/** Builds the operator's use cases on issuers. */
export function createIssuers(deps: IssuersDeps): Issuers {
  return {
    addIssuer: async (id, ca) => {
      orUnknown(id, (await deps.read(id)).value);
      const { certificateId, subject } = toIssuerFacts(ca);
      return change(deps, id, certificateId, (manufacturer, standing) =>
        add(manufacturer, { ca, certificateId, subject }, standing),
      );
    },
    removeIssuer: (id, ca) => change(deps, id, ca, (...read) => remove(ca, ...read)),
    shareIssuer: (id, ca) => change(deps, id, ca, (...read) => setShared(true, ca, ...read)),
    unshareIssuer: (id, ca) => change(deps, id, ca, (...read) => setShared(false, ca, ...read)),
  };
}

/** Reads, changes and writes; again, when somebody else was faster. */
async function change(
  deps: IssuersDeps,
  id: string,
  caCertificateId: string,
  toNext: (value: Manufacturer, standing: IssuerOwnership | undefined) => Next | undefined,
): Promise<Manufacturer> {
  for (let tries = 0; tries < maxTries; tries += 1) {
    const [subject, standing] = await Promise.all([
      deps.read(id),
      deps.readOwnership(caCertificateId),
    ]);
    const value = orUnknown(id, subject.value);
    const next = toNext(value, standing);
    if (next === undefined) return value;
    const { manufacturer, ownership, action, subject: name } = next;
    const written = await deps.writeIssuer({
      caCertificateId,
      read: { manufacturer: subject, ...(standing && { ownership: standing }) },
      manufacturer,
      ...(ownership && { ownership }),
      audit: {
        action,
        actor: deps.actor,
        at: deps.now().toISOString(),
        evidence: { issuer: caCertificateId, subject: name },
      },
    });
    if (written) return manufacturer;
  }
  throw new MusterError("STATE_CHANGED", `"${id}" kept being changed by somebody else; try again.`);
}

function add(
  value: Manufacturer,
  {
    ca,
    certificateId,
    subject,
  }: { readonly ca: Uint8Array } & Pick<CertificateFacts, "certificateId" | "subject">,
  standing: IssuerOwnership | undefined,
): Next | undefined {
  const { id, issuers } = value;
  const ownership = toJoined(standing, id, subject);
  const isThere = issuers.some((issuer) => Buffer.from(issuer).equals(ca));
  if (isThere && ownership === standing) return undefined;
  if (!isThere && issuers.length >= maxIssuers) {
    throw new MusterError(
      "MANUFACTURER_INVALID",
      `"${id}" has ${maxIssuers} issuers, which is the limit.`,
    );
  }
  const trusting = { ...value, issuers: isThere ? issuers : [...issuers, ca] };
  const manufacturer = ownership.shared ? mark(trusting, certificateId, true) : trusting;
  return { manufacturer, ownership, action: "issuer-added", subject };
}

function toJoined(
  standing: IssuerOwnership | undefined,
  id: string,
  subject: string,
): IssuerOwnership {
  if (standing === undefined) return { manufacturer: id, shared: false, others: [] };
  if (standing.manufacturer === id || standing.others.includes(id)) return standing;
  if (standing.shared) return { ...standing, others: [...standing.others, id] };
  throw new MusterError(
    "CA_CONFLICT",
    `The CA ${subject} is another manufacturer's issuer. An issuer belongs to one manufacturer, unless the operator shares it.`,
  );
}

function remove(
  ca: string,
  value: Manufacturer,
  standing: IssuerOwnership | undefined,
): Next | undefined {
  const gone = requireIssuer(value, ca);
  const { subject } = toCertificateFacts(gone);
  const isOwner = standing?.manufacturer === value.id;
  if (isOwner) checkNoOthers(standing, subject);
  const issuers = value.issuers.filter((each) => each !== gone);
  const manufacturer = mark({ ...value, issuers }, ca, false);
  const next = { manufacturer, action: "issuer-removed", subject };
  if (standing === undefined || isOwner) return next;
  const others = standing.others.filter((each) => each !== value.id);
  return { ...next, ownership: { ...standing, others } };
}

function setShared(
  shared: boolean,
  ca: string,
  value: Manufacturer,
  standing: IssuerOwnership | undefined,
): Next | undefined {
  const { subject } = toCertificateFacts(requireIssuer(value, ca));
  if (standing && standing.manufacturer !== value.id) {
    throw new MusterError(
      "CA_CONFLICT",
      `The CA ${subject} is "${standing.manufacturer}"'s; it is shared, or not, under that one.`,
    );
  }
  if (standing?.shared === shared) return undefined;
  if (!shared) checkNoOthers(standing, subject);
  return {
    manufacturer: mark(value, ca, shared),
    ownership: { manufacturer: value.id, shared, others: [] },
    action: shared ? "issuer-shared" : "issuer-unshared",
    subject,
  };
}

function requireIssuer({ id, issuers }: Manufacturer, ca: string): Uint8Array {
  const found = issuers.find((each) => toCertificateId(each) === ca);
  if (found) return found;
  throw new MusterError("ISSUER_UNKNOWN", `"${id}" has no issuer ${ca}.`, {
    details: { issuer: ca },
  });
}

function checkNoOthers(standing: IssuerOwnership | undefined, subject: string): void {
  const { others = [] } = standing ?? {};
  if (others.length === 0) return;
  throw new MusterError(
    "CA_CONFLICT",
    `Others issue from the CA ${subject} too: ${others.join(", ")}. Take it from them first.`,
  );
}

/** Beside the issuers, so that a batch is judged by one read. */
function mark(value: Manufacturer, ca: string, shared: boolean): Manufacturer {
  const { sharedIssuers = [], ...rest } = value;
  const left = sharedIssuers.filter((each) => each !== ca);
  const next = shared ? [...left, ca] : left;
  return next.length === 0 ? rest : { ...rest, sharedIssuers: next };
}

function toIssuerFacts(ca: Uint8Array): CertificateFacts {
  const facts = toCertificateFacts(ca);
  if (facts.basicConstraints?.ca === true) return facts;
  throw new MusterError(
    "CA_INVALID",
    `${facts.subject} is no CA certificate: basicConstraints does not say cA.`,
  );
}
