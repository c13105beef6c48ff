import type { Finding } from "../../rules/decision/reason-codes.ts";
import { MusterError } from "../../rules/errors.ts";
import type { ReadCertificateRecord } from "../certificate-state.ts";
import type { IotControl } from "../iot-control.ts";
import type { SettleCertificate } from "../settlement.ts";
import type { Timing } from "../timing.ts";
import { parseRegistrationEvent } from "./parse-registration-event.ts";
import { triage } from "./triage.ts";

export interface OnboardDeviceDeps {
  /** Whether a CA is on this deployment's list. Only a yes may be up to 10 s old. */
  readonly isOwnCa: (caCertificateId: string, signal: AbortSignal) => Promise<boolean>;
  readonly readRecord: ReadCertificateRecord;
  readonly settleCertificate: SettleCertificate;
  readonly describeCertificate: IotControl["describeCertificate"];
  readonly now: () => Date;
  readonly timing: Timing;
}

/** What became of a registration event. */
export type Onboarding =
  | {
      readonly outcome: "not-ours";
      readonly certificateId: string;
      readonly caCertificateId: string;
    }
  | { readonly outcome: "settled-before"; readonly certificateId: string }
  | {
      readonly outcome: "admitted" | "quarantined" | "rejected";
      readonly certificateId: string;
      readonly findings: readonly Finding[];
      readonly thingName?: string;
      /** Where it was let in just now: since AWS IoT registered it. */
      readonly activatedAfterMs?: number;
    };

/**
 * Handles one registration event of AWS IoT.
 *
 * Returns only when the certificate is settled: whatever is thrown means that the event has to come
 * again.
 *
 * @throws MusterError EVENT_INVALID, ATTEMPT_IN_PROGRESS, ATTEMPT_OVERTAKEN, STATE_CHANGED.
 */
export type OnboardDevice = (event: unknown, signal: AbortSignal) => Promise<Onboarding>;

/** Builds the use case. */
export function createOnboardDevice(deps: OnboardDeviceDeps): OnboardDevice {
  return async (event, signal) => {
    const { certificateId, caCertificateId, publishedAt, registeredAt } =
      parseRegistrationEvent(event);
    // Another stage, another team, JITP: a certificate that is not ours is never touched.
    if (!(await deps.isOwnCa(caCertificateId, signal))) {
      return { outcome: "not-ours", certificateId, caCertificateId };
    }
    const record = await deps.readRecord(certificateId, signal);
    const step = triage(record.state, publishedAt, deps.now(), deps.timing);
    if (step === "settled") return { outcome: "settled-before", certificateId };
    if (step === "in-flight") {
      throw new MusterError("ATTEMPT_IN_PROGRESS", "This certificate is being worked on.");
    }
    const described =
      step === "verify" ? await deps.describeCertificate(certificateId, signal) : undefined;
    if (step === "verify" && described?.status !== "PENDING_ACTIVATION") {
      return { outcome: "settled-before", certificateId };
    }
    const { status, findings, thingName, changed } = await deps.settleCertificate({
      certificateId,
      caCertificateId,
      signal,
      record,
      ...(described && { described }),
    });
    return {
      outcome: status,
      certificateId,
      findings,
      ...(thingName !== undefined && { thingName }),
      ...(status === "admitted" &&
        changed && {
          activatedAfterMs: Math.max(0, deps.now().getTime() - registeredAt.getTime()),
        }),
    };
  };
}
