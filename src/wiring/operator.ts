import { v7 as newId } from "uuid";
import { createVerifyAudit, type VerifyAudit } from "../access/audit/verify-audit.ts";
import {
  type CertificateAuthority,
  createRegisterCa,
  type RegisterCa,
} from "../access/certificate-authorities/register-ca.ts";
import {
  createManufacturers,
  type Manufacturers,
} from "../access/manufacturers/manage-manufacturers.ts";
import { type ApplyProfile, createApplyProfile } from "../access/profiles/apply-profile.ts";
import { updateSubject } from "../access/subjects.ts";
import { createListSubjects, createReadChain } from "../aws/dynamodb/audit-store.ts";
import { createListCertificates } from "../aws/dynamodb/certificate-store.ts";
import { createAddEntry } from "../aws/dynamodb/entry-store.ts";
import { createManufacturerStore } from "../aws/dynamodb/manufacturer-store.ts";
import { createListSubjectsOf, createSubjectAccess } from "../aws/dynamodb/subject-access.ts";
import { createCaControl, type ListedCa } from "../aws/iot/ca-control.ts";
import { createProfileControl } from "../aws/iot/profile-control.ts";
import {
  createImportCertificates,
  type ImportCertificates,
} from "../batches/import/import-certificates.ts";
import { createListOut, type ListOut } from "../onboarding/heal/list-out.ts";
import { MusterError } from "../rules/errors.ts";
import type { AwsScope } from "../rules/profile/policy-document.ts";
import type { AppliedProfile } from "../rules/profile/profile.ts";
import { type OnboardingUseCases, type OnboardingWiring, wireOnboarding } from "./onboarding.ts";
import { toTables } from "./to-tables.ts";

export interface OperatorWiring extends OnboardingWiring {
  readonly stage: string;
  readonly scope: () => Promise<AwsScope>;
}

/** Everything an operator can do. */
export interface OperatorUseCases extends OnboardingUseCases {
  readonly manufacturers: Manufacturers;
  readonly registerCa: RegisterCa;
  readonly listCas: () => Promise<readonly (CertificateAuthority & { readonly status: string })[]>;
  readonly readRegistrationCode: () => Promise<string>;
  readonly applyProfile: ApplyProfile;
  /** @throws MusterError PROFILE_UNKNOWN */
  readonly readProfile: (name: string) => Promise<AppliedProfile>;
  readonly listProfiles: () => Promise<readonly AppliedProfile[]>;
  readonly importCertificates: ImportCertificates;
  readonly listOut: ListOut;
  readonly readChain: ReturnType<typeof createReadChain>;
  readonly verifyAudit: VerifyAudit;
}

/** Puts the operator's use cases together on AWS's APIs. */
export function wireOperator(wiring: OperatorWiring): OperatorUseCases {
  const { clients, actor, stage, scope, now = () => new Date() } = wiring;
  const tables = toTables(wiring);
  const who = { now, actor };
  const manufacturers = createManufacturers({ ...createManufacturerStore(tables), ...who });
  const cas = createSubjectAccess(tables, "CA");
  const profiles = createSubjectAccess(tables, "PROFILE");
  const batches = createSubjectAccess(tables, "BATCH");
  const caControl = createCaControl(clients.iot);
  const addEntry = createAddEntry(tables);
  const readChain = createReadChain(tables);
  const readProfile = async (name: string): Promise<AppliedProfile> => {
    const { value } = await profiles.read(name);
    if (value) return value;
    throw new MusterError(
      "PROFILE_UNKNOWN",
      `There is no profile "${name}". Apply it with: muster profile apply ${name}.yaml`,
    );
  };
  const onboarding = wireOnboarding(wiring);
  return {
    ...onboarding,
    manufacturers,
    registerCa: createRegisterCa({
      ...cas,
      ...caControl,
      addIssuer: manufacturers.addIssuer,
      stage,
      ...who,
    }),
    listCas: () => listCas(createListSubjectsOf(tables, "CA"), caControl.listInIot),
    readRegistrationCode: caControl.readRegistrationCode,
    applyProfile: createApplyProfile({
      ...profiles,
      ...createProfileControl(clients.iot),
      scope,
      stage,
      ...who,
    }),
    readProfile,
    listProfiles: createListSubjectsOf(tables, "PROFILE"),
    importCertificates: createImportCertificates({
      readManufacturer: manufacturers.get,
      readProfile,
      addEntry: (certificateId, entry) => addEntry({ certificateId }, entry),
      saveBatch: async (batch, action, by) => {
        const { id: _, ...evidence } = batch;
        const audit = { action, actor: by, at: now().toISOString(), evidence };
        await updateSubject(batch.id, batches.read, batches.write, () => ({ value: batch, audit }));
      },
      newId,
      ...who,
    }),
    listOut: createListOut({
      readRecord: onboarding.readRecord,
      listCertificates: createListCertificates(tables),
    }),
    readChain,
    verifyAudit: createVerifyAudit({ readChain, listSubjects: createListSubjects(tables) }),
  };
}

async function listCas(
  own: () => Promise<readonly CertificateAuthority[]>,
  inIot: () => Promise<readonly ListedCa[]>,
): Promise<readonly (CertificateAuthority & { readonly status: string })[]> {
  const [cas, listed] = await Promise.all([own(), inIot()]);
  const statuses = new Map(listed.map(({ caCertificateId, status }) => [caCertificateId, status]));
  return cas.map((ca) => ({ ...ca, status: statuses.get(ca.caCertificateId) ?? "not in AWS IoT" }));
}
