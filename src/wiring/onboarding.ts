import { setTimeout as sleep } from "node:timers/promises";
import type { AwsClients } from "../aws/create-clients.ts";
import { createReadBackground } from "../aws/dynamodb/background-store.ts";
import {
  createChangeCertificate,
  createListCertificates,
  createReadCertificateRecord,
  createReadEntriesByIdentity,
} from "../aws/dynamodb/certificate-store.ts";
import { getSubject } from "../aws/dynamodb/subject-store.ts";
import { createCountWaiting, createListWaiting } from "../aws/dynamodb/waiting-store.ts";
import { createIotControl } from "../aws/iot/iot-control.ts";
import { createOnboardDevice, type OnboardDevice } from "../onboarding/admit/onboard-device.ts";
import { createRecordFailure, type RecordFailure } from "../onboarding/admit/record-failure.ts";
import type { ReadCertificateRecord } from "../onboarding/certificate-state.ts";
import {
  createHealCertificates,
  type HealCertificates,
} from "../onboarding/heal/heal-certificates.ts";
import { createHealLanded, type HealLanded } from "../onboarding/heal/heal-landed.ts";
import {
  createSettleCertificates,
  type SettleCertificates,
} from "../onboarding/heal/settle-certificates.ts";
import {
  type ChangeStanding,
  createChangeStanding,
} from "../onboarding/lifecycle/change-standing.ts";
import {
  createPreregisterCertificate,
  type PreregisterCertificate,
} from "../onboarding/preregister/preregister-certificate.ts";
import { createSettleCertificate } from "../onboarding/settle-certificate.ts";
import { defaultTiming, type Timing } from "../onboarding/timing.ts";
import { toSubject } from "../rules/audit/subject.ts";
import { cacheFor } from "./cache.ts";
import { type OnRecorded, tellOfChanges } from "./recorded.ts";
import { toTables } from "./to-tables.ts";

export interface OnboardingWiring {
  readonly clients: AwsClients;
  readonly ledgerTable: string;
  readonly auditTable: string;
  /** Who acts, for the audit record. */
  readonly actor: string;
  readonly now?: () => Date;
  readonly timing?: Timing;
  /** Lets an operator's act wait for an attempt in flight. */
  readonly pause?: (signal: AbortSignal) => Promise<void>;
  readonly onRecorded?: OnRecorded;
}

export interface OnboardingUseCases {
  readonly onboardDevice: OnboardDevice;
  readonly recordFailure: RecordFailure;
  readonly healCertificates: HealCertificates;
  readonly healLanded: HealLanded;
  readonly settleCertificates: SettleCertificates;
  readonly changeStanding: ChangeStanding;
  readonly preregisterCertificate: PreregisterCertificate;
  readonly readRecord: ReadCertificateRecord;
}

const pauseMs = 500;

/** For whoever waits at a terminal. */
export async function pauseAtTerminal(signal: AbortSignal): Promise<void> {
  await sleep(pauseMs, undefined, { signal });
}

/** Manufacturers, batches, profiles and the list of CAs may be this old. */
const backgroundMaxAgeMs = 10_000;

/** Puts onboarding together on AWS's APIs. */
export function wireOnboarding(wiring: OnboardingWiring): OnboardingUseCases {
  const { clients, actor, now = () => new Date(), timing = defaultTiming, pause } = wiring;
  const tables = toTables(wiring);
  const readRecord = createReadCertificateRecord(tables);
  const changeCertificate = tellOfChanges(createChangeCertificate(tables), wiring.onRecorded);
  const iot = createIotControl(clients.iot);
  const readCa = cacheFor(backgroundMaxAgeMs, now, async (id, signal: AbortSignal) => {
    const { data } = await getSubject(tables, toSubject("CA", id), signal);
    return data;
  });
  const isOwnCa = async (id: string, signal: AbortSignal) =>
    (await readCa(id, signal)) !== undefined;
  const shared = { readRecord, changeCertificate, now, timing, actor };
  const settleCertificate = createSettleCertificate({
    ...shared,
    iot,
    yieldingIot: createIotControl(clients.yieldingIot),
    isOwnCa,
    readEntriesByIdentity: createReadEntriesByIdentity(tables),
    readBackground: createReadBackground(tables, backgroundMaxAgeMs, now),
  });
  const preregisterCertificate = createPreregisterCertificate({ ...shared, settleCertificate });
  return {
    readRecord,
    preregisterCertificate,
    onboardDevice: createOnboardDevice({
      ...shared,
      settleCertificate,
      describeCertificate: iot.describeCertificate,
      isOwnCa,
    }),
    recordFailure: createRecordFailure(shared),
    healCertificates: createHealCertificates({
      ...shared,
      settleCertificate,
      preregisterCertificate,
      describeCertificate: iot.describeCertificate,
      listCertificates: createListCertificates(tables),
    }),
    healLanded: createHealLanded({
      ...shared,
      settleCertificate,
      preregisterCertificate,
      describeCertificate: iot.describeCertificate,
      countWaiting: createCountWaiting(tables),
      listWaiting: createListWaiting(tables),
    }),
    settleCertificates: createSettleCertificates({
      ...shared,
      settleCertificate,
      preregisterCertificate,
    }),
    changeStanding: createChangeStanding({
      ...shared,
      settleCertificate,
      ...(pause && { pause }),
    }),
  };
}
