import type { CertificateAuthority } from "../../access/certificate-authorities/register-ca.ts";
import type { Manufacturer } from "../../rules/decision/ledger.ts";
import type { AppliedProfile } from "../../rules/profile/profile.ts";

/** What flags say; whatever they leave open is found in the deployment, or asked for. */
export interface SetupFlags {
  readonly manufacturer?: string;
  readonly manufacturerName?: string;
  /** A file. */
  readonly ca?: string;
  readonly verificationCertificate?: string;
  /** A file. */
  readonly profile?: string;
}

/** What a deployment has already. */
export interface SetupState {
  readonly manufacturers: readonly Manufacturer[];
  readonly cas: readonly CertificateAuthority[];
  readonly profiles: readonly AppliedProfile[];
}

/** What is to be there in the end; of what is absent the deployment has one already. */
export interface SetupPlan {
  readonly manufacturer: { readonly id: string; readonly name: string };
  readonly ca?: { readonly file: string; readonly verificationCertificate?: string };
  readonly profile?: { readonly file: string };
}

/** What neither flags nor the deployment say, named as the flag that would. */
export type SetupGap = "manufacturer" | "ca" | "profile";

/**
 * Works out what is to be done.
 *
 * A manufacturer, a CA of it and a profile that are there count; of several manufacturers one has
 * to be named.
 */
export function planSetup(
  flags: SetupFlags,
  { manufacturers, cas, profiles }: SetupState,
): { readonly plan: Partial<SetupPlan>; readonly gaps: readonly SetupGap[] } {
  const gaps: SetupGap[] = [];
  const [only, ...more] = manufacturers;
  const id = flags.manufacturer ?? (more.length === 0 ? only?.id : undefined);
  if (id === undefined) gaps.push("manufacturer");
  // Before its manufacturer is known, nobody can tell whether it has a CA.
  if (flags.ca === undefined && !cas.some(({ manufacturer }) => manufacturer === id)) {
    gaps.push("ca");
  }
  if (flags.profile === undefined && profiles.length === 0) gaps.push("profile");
  const { verificationCertificate } = flags;
  const known = manufacturers.find((each) => each.id === id);
  return {
    plan: {
      ...(id !== undefined && {
        manufacturer: { id, name: flags.manufacturerName ?? known?.name ?? id },
      }),
      ...(flags.ca !== undefined && {
        ca: { file: flags.ca, ...(verificationCertificate && { verificationCertificate }) },
      }),
      ...(flags.profile !== undefined && { profile: { file: flags.profile } }),
    },
    gaps,
  };
}
