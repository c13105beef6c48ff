import type { VerifyAudit } from "../access/audit/verify-audit.ts";
import type {
  CertificateAuthority,
  RegisterCa,
} from "../access/certificate-authorities/register-ca.ts";
import type { Manufacturers } from "../access/manufacturers/manage-manufacturers.ts";
import type { Mappings } from "../access/mappings/manage-mappings.ts";
import type { ApplyProfile } from "../access/profiles/apply-profile.ts";
import type { Signers } from "../access/signers/manage-signers.ts";
import type { ReadSubject } from "../access/subjects.ts";
import type { Tokens } from "../access/tokens/manage-tokens.ts";
import type { BatchUseCases } from "../batches/batch-use-cases.ts";
import type { ReadCertificateRecord } from "../onboarding/certificate-state.ts";
import type { ListOut } from "../onboarding/heal/list-out.ts";
import type { ChangeStanding } from "../onboarding/lifecycle/change-standing.ts";
import type { AuditRecord } from "../rules/audit/audit-record.ts";
import type { Manufacturer } from "../rules/decision/ledger.ts";
import type { AppliedProfile } from "../rules/profile/profile.ts";
import type { Precondition } from "./entity-tag.ts";

/** What the API calls; whoever acts is in the audit records. */
export interface ApiUseCases {
  readonly readRecord: ReadCertificateRecord;
  readonly listOut: ListOut;
  readonly changeStanding: ChangeStanding;
  /** @returns the certificate that has a thing name. */
  readonly readThingOwner: (thingName: string) => Promise<string | undefined>;
  readonly manufacturers: Omit<Manufacturers, "get">;
  readonly readManufacturer: ReadSubject<Manufacturer>;
  readonly signers: Signers;
  readonly mappings: Mappings;
  readonly registerCa: RegisterCa;
  readonly listCas: () => Promise<readonly (CertificateAuthority & { readonly status: string })[]>;
  readonly readRegistrationCode: () => Promise<string>;
  readonly applyProfile: ApplyProfile;
  readonly readProfile: ReadSubject<AppliedProfile>;
  readonly listProfiles: () => Promise<readonly AppliedProfile[]>;
  readonly readChain: (subject: string) => Promise<{ readonly records: readonly AuditRecord[] }>;
  readonly verifyAudit: VerifyAudit;
  readonly tokens: Tokens;
}

export interface ApiServices {
  readonly batches: BatchUseCases;
  /**
   * @param precondition is asked of the revision of each manufacturer or profile that is read to be
   *   changed, and of no other; the change itself is on condition that it still has that revision.
   */
  readonly as: (actor: string, precondition?: Precondition) => ApiUseCases;
}
