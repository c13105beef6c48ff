import { toCertificateFacts } from "../../rules/certificate/to-certificate-facts.ts";
import { MusterError } from "../../rules/errors.ts";
import { type ReadSubject, updateSubject, type WriteSubject } from "../subjects.ts";

export type CaMode = "SNI_ONLY" | "DEFAULT";

/** A CA whose registration events this deployment answers to. */
export interface CertificateAuthority {
  /** Lower-case hex SHA-256 of the DER; the id of the CA certificate in AWS IoT. */
  readonly caCertificateId: string;
  readonly subject: string;
  readonly mode: CaMode;
  readonly manufacturer: string;
  /** ISO 8601. */
  readonly notAfter: string;
}

/** A CA certificate as AWS IoT has it. */
export interface RegisteredCa {
  /** Which stage says that the CA is its own; none where nobody does. */
  readonly stage?: string | undefined;
  readonly active: boolean;
  readonly autoRegistration: boolean;
  /** It runs a just-in-time provisioning template, which would race with Muster. */
  readonly hasTemplate: boolean;
  readonly mode: CaMode;
}

export interface RegisterCaDeps {
  readonly read: ReadSubject<CertificateAuthority>;
  readonly write: WriteSubject<CertificateAuthority>;
  readonly addIssuer: (manufacturer: string, ca: Uint8Array) => Promise<unknown>;
  readonly describeCa: (caCertificateId: string) => Promise<RegisteredCa | undefined>;
  /** Registers it for a stage, INACTIVE: no device comes yet. @throws MusterError CA_INVALID */
  readonly registerInIot: (request: {
    readonly ca: Uint8Array;
    readonly mode: CaMode;
    readonly stage: string;
    readonly verificationCertificate?: Uint8Array;
  }) => Promise<void>;
  /** Says of a CA that AWS IoT already has which stage's it is. */
  readonly claimInIot: (caCertificateId: string, stage: string) => Promise<void>;
  /** Makes a CA that AWS IoT already has ACTIVE with auto-registration. */
  readonly enableInIot: (caCertificateId: string) => Promise<void>;
  /** Whose CAs these are: several stages share an account. */
  readonly stage: string;
  readonly now: () => Date;
  readonly actor: string;
}

export interface RegisterCaRequest {
  readonly ca: Uint8Array;
  readonly mode: CaMode;
  readonly manufacturer: string;
  /** DEFAULT mode: signed by the CA's key, its CN the account's registration code. */
  readonly verificationCertificate?: Uint8Array;
}

/**
 * Puts a CA on this deployment's list and registers it with AWS IoT for just-in-time registration.
 *
 * In AWS IoT it is made this stage's before anything else, so that no two stages answer to one CA. It
 * becomes active last: no event of it is taken for a stranger's. May be repeated after a failure.
 *
 * @throws MusterError CA_INVALID, CA_CONFLICT, MANUFACTURER_UNKNOWN
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/manage-your-CA-certs.html
 */
export type RegisterCa = (request: RegisterCaRequest) => Promise<CertificateAuthority>;

/** Builds the use case. */
export function createRegisterCa(deps: RegisterCaDeps): RegisterCa {
  return async ({ ca, mode, manufacturer, verificationCertificate }) => {
    if ((mode === "DEFAULT") !== (verificationCertificate !== undefined)) {
      throw new MusterError("CA_INVALID", modeAdvice[mode], {
        details: { field: "verificationCertificate" },
      });
    }
    const facts = toCertificateFacts(ca);
    const authority: CertificateAuthority = {
      caCertificateId: facts.certificateId,
      subject: facts.subject,
      mode,
      manufacturer,
      notAfter: facts.notAfter.toISOString(),
    };
    const there = await deps.describeCa(facts.certificateId);
    checkConflicts(there, { mode, stage: deps.stage, subject: facts.subject });
    // Whatever refuses does so before AWS IoT has it.
    await deps.addIssuer(manufacturer, ca);
    await makeOwn(deps, there, { ca, mode, verificationCertificate }, facts.certificateId);
    await updateSubject(facts.certificateId, deps.read, deps.write, (current) => {
      // A CA that manufacturers share is listed under the first that it was registered for.
      if (current?.mode === mode) return { value: current };
      const evidence = { subject: facts.subject, mode, manufacturer };
      const at = deps.now().toISOString();
      return { value: authority, audit: { action: "registered", actor: deps.actor, at, evidence } };
    });
    if (!there?.active || !there.autoRegistration) await deps.enableInIot(facts.certificateId);
    return authority;
  };
}

async function makeOwn(
  { registerInIot, claimInIot, stage }: RegisterCaDeps,
  there: RegisteredCa | undefined,
  request: Pick<RegisterCaRequest, "ca" | "mode"> & {
    readonly verificationCertificate: Uint8Array | undefined;
  },
  caCertificateId: string,
): Promise<void> {
  if (there === undefined) {
    const { ca, mode, verificationCertificate } = request;
    await registerInIot({
      ca,
      mode,
      stage,
      ...(verificationCertificate && { verificationCertificate }),
    });
  } else if (there.stage === undefined) await claimInIot(caCertificateId, stage);
}

function checkConflicts(
  there: RegisteredCa | undefined,
  {
    mode,
    stage,
    subject,
  }: { readonly mode: CaMode; readonly stage: string; readonly subject: string },
): void {
  if (there?.stage !== undefined && there.stage !== stage) {
    throw new MusterError(
      "CA_CONFLICT",
      `The CA ${subject} is the stage "${there.stage}"'s, which lets its devices in. If that stage is gone, take the CA's tag muster:stage away in AWS IoT (UntagResource) and register it again.`,
    );
  }
  if (there?.hasTemplate) {
    throw new MusterError(
      "CA_CONFLICT",
      `The CA ${subject} has a just-in-time provisioning template in AWS IoT, which would let devices in by itself. Remove it first (UpdateCACertificate with removeAutoRegistration).`,
    );
  }
  if (there && there.mode !== mode) {
    throw new MusterError(
      "CA_CONFLICT",
      `The CA ${subject} is registered in ${there.mode} mode. Register it here with --mode ${there.mode}, or delete it in AWS IoT first.`,
    );
  }
}

const modeAdvice = {
  DEFAULT:
    "DEFAULT mode needs a verification certificate: its CN is the account's registration code (muster ca code), signed by the CA's key.",
  SNI_ONLY: "SNI_ONLY mode takes no verification certificate.",
} as const;
