import { toCertificateFacts } from "../../rules/certificate/to-certificate-facts.ts";
import type { Manufacturer } from "../../rules/decision/ledger.ts";
import { MusterError } from "../../rules/errors.ts";
import { type ReadSubject, updateSubject, type WriteSubject } from "../subjects.ts";

export interface ManufacturersDeps {
  readonly read: ReadSubject<Manufacturer>;
  readonly write: WriteSubject<Manufacturer>;
  readonly list: () => Promise<readonly Manufacturer[]>;
  /**
   * Makes a manufacturer the one owner of an issuer.
   *
   * @returns the owner: the manufacturer given, or who was first.
   */
  readonly ownIssuer: (caCertificateId: string, manufacturer: string) => Promise<string>;
  readonly now: () => Date;
  readonly actor: string;
}

export interface Manufacturers {
  /** Adds a manufacturer, or renames it. @throws MusterError MANUFACTURER_INVALID */
  readonly add: (id: string, name: string) => Promise<Manufacturer>;
  /** @throws MusterError MANUFACTURER_UNKNOWN */
  readonly get: (id: string) => Promise<Manufacturer>;
  readonly list: () => Promise<readonly Manufacturer[]>;
  /** @throws MusterError MANUFACTURER_UNKNOWN, CA_INVALID, CA_CONFLICT */
  readonly addIssuer: (id: string, ca: Uint8Array) => Promise<Manufacturer>;
  /** New first connects only; takes effect within 10 s. @throws MusterError MANUFACTURER_UNKNOWN */
  readonly setStatus: (id: string, status: Manufacturer["status"]) => Promise<Manufacturer>;
}

/** Bounds the manufacturer's item, which holds its issuers: 400 kB in DynamoDB. */
const maxIssuers = 100;

/** Builds the operator's use cases on manufacturers. */
export function createManufacturers(deps: ManufacturersDeps): Manufacturers {
  const audit = (action: string, evidence: Readonly<Record<string, string>>) => ({
    action,
    actor: deps.actor,
    at: deps.now().toISOString(),
    evidence,
  });
  const get = async (id: string): Promise<Manufacturer> =>
    orUnknown(id, (await deps.read(id)).value);
  return {
    get,
    list: deps.list,
    add: (id, name) => {
      checkId(id);
      checkName(name);
      return updateSubject(id, deps.read, deps.write, (current) => {
        if (current?.name === name) return { value: current };
        const value: Manufacturer = { ...(current ?? { status: "active", issuers: [] }), id, name };
        return { value, audit: audit(current ? "renamed" : "added", { name }) };
      });
    },
    addIssuer: async (id, ca) => {
      await get(id);
      const facts = toIssuerFacts(ca);
      const owner = await deps.ownIssuer(facts.certificateId, id);
      if (owner !== id) {
        throw new MusterError(
          "CA_CONFLICT",
          `The CA ${facts.subject} is another manufacturer's issuer. An issuer belongs to one manufacturer.`,
        );
      }
      return updateSubject(id, deps.read, deps.write, (current) => {
        const value = orUnknown(id, current);
        if (value.issuers.some((issuer) => Buffer.from(issuer).equals(ca))) return { value };
        if (value.issuers.length >= maxIssuers) {
          throw new MusterError(
            "MANUFACTURER_INVALID",
            `"${id}" has ${maxIssuers} issuers, which is the limit.`,
          );
        }
        const { certificateId, subject } = facts;
        return {
          value: { ...value, issuers: [...value.issuers, ca] },
          audit: audit("issuer-added", { issuer: certificateId, subject }),
        };
      });
    },
    setStatus: (id, status) =>
      updateSubject(id, deps.read, deps.write, (current) => {
        const value = orUnknown(id, current);
        if (value.status === status) return { value };
        const action = status === "suspended" ? "suspended" : "resumed";
        return { value: { ...value, status }, audit: audit(action, {}) };
      }),
  };
}

function checkId(id: string): void {
  if (/^[a-z0-9][a-z0-9-]{0,62}$/.test(id)) return;
  throw new MusterError(
    "MANUFACTURER_INVALID",
    `"${id}" is no manufacturer id: use 1 to 63 lower-case letters, digits and hyphens.`,
    { details: { field: "id" } },
  );
}

const maxNameLength = 200;

function checkName(name: string): void {
  const isOneLine = !/[\p{Cc}\p{Zl}\p{Zp}]/u.test(name);
  if (name.trim() !== "" && isOneLine && name.length <= maxNameLength) return;
  throw new MusterError(
    "MANUFACTURER_INVALID",
    `A manufacturer's name is one line of 1 to ${maxNameLength} characters.`,
    { details: { field: "name" } },
  );
}

function orUnknown(id: string, value: Manufacturer | undefined): Manufacturer {
  if (value) return value;
  throw new MusterError(
    "MANUFACTURER_UNKNOWN",
    `There is no manufacturer "${id}". Add it with: muster manufacturer add ${id}`,
    { details: { manufacturer: id } },
  );
}

function toIssuerFacts(ca: Uint8Array) {
  const facts = toCertificateFacts(ca);
  if (facts.basicConstraints?.ca === true) return facts;
  throw new MusterError(
    "CA_INVALID",
    `${facts.subject} is no CA certificate: basicConstraints does not say cA.`,
  );
}
