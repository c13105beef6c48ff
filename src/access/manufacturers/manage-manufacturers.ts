import type { Manufacturer } from "../../rules/decision/ledger.ts";
import { MusterError } from "../../rules/errors.ts";
import { updateSubject, type WriteSubject } from "../subjects.ts";
import { createIssuers, type Issuers, type IssuersDeps } from "./manage-issuers.ts";
import { orUnknown } from "./or-unknown.ts";

export interface ManufacturersDeps extends IssuersDeps {
  readonly write: WriteSubject<Manufacturer>;
  readonly list: () => Promise<readonly Manufacturer[]>;
}

export interface Manufacturers extends Issuers {
  /** Adds a manufacturer, or renames it. @throws MusterError MANUFACTURER_INVALID */
  readonly add: (id: string, name: string) => Promise<Manufacturer>;
  /** @throws MusterError MANUFACTURER_UNKNOWN */
  readonly get: (id: string) => Promise<Manufacturer>;
  readonly list: () => Promise<readonly Manufacturer[]>;
  /** In one step, on which nobody else's comes in between. @throws as `add` and `setStatus` */
  readonly change: (
    id: string,
    to: { readonly name?: string; readonly status?: Manufacturer["status"] },
  ) => Promise<Manufacturer>;
  /** New first connects only; takes effect within 10 s. @throws MusterError MANUFACTURER_UNKNOWN */
  readonly setStatus: (id: string, status: Manufacturer["status"]) => Promise<Manufacturer>;
}

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
  const change: Manufacturers["change"] = async (id, { name, status }) => {
    if (name !== undefined) checkName(name);
    return updateSubject(id, deps.read, deps.write, (current) => {
      const before = orUnknown(id, current);
      const value = { ...before, name: name ?? before.name, status: status ?? before.status };
      const evidence = value.name === before.name ? {} : { name: value.name };
      if (value.status !== before.status) {
        const action = value.status === "suspended" ? "suspended" : "resumed";
        return { value, audit: audit(action, evidence) };
      }
      return value.name === before.name ? { value } : { value, audit: audit("renamed", evidence) };
    });
  };
  return {
    ...createIssuers(deps),
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
    change,
    setStatus: (id, status) => change(id, { status }),
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
