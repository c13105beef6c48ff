import { X509Certificate } from "node:crypto";
import type { CaCertificate, CertificateStatus, DeviceCertificate, Thing } from "./model.ts";
import { type BillingGroupTable, createBillingGroupTable } from "./registry/billing-group-table.ts";
import {
  type CaCertificateTable,
  createCaCertificateTable,
} from "./registry/ca-certificate-table.ts";
import { certificateIdOf } from "./registry/certificate-id.ts";
import { type CertificateTable, createCertificateTable } from "./registry/certificate-table.ts";
import { openDatabase } from "./registry/open-database.ts";
import { createPolicyTable, type PolicyTable } from "./registry/policy-table.ts";
import {
  type AttachedPolicy,
  createPolicyTargetTable,
  type PolicyTargetTable,
} from "./registry/policy-target-table.ts";
import {
  createQueuedMessageTable,
  type QueuedMessageTable,
} from "./registry/queued-message-table.ts";
import { createRegistryCounts, type RegistryCounts } from "./registry/registry-counts.ts";
import {
  createRetainedMessageTable,
  type RetainedMessageTable,
} from "./registry/retained-message-table.ts";
import { createRuleDeliveryTable, type RuleDeliveryTable } from "./registry/rule-delivery-table.ts";
import { createSessionTable, type SessionTable } from "./registry/session-table.ts";
import { createSettingTable, type SettingTable } from "./registry/setting-table.ts";
import { createThingGroupTable, type ThingGroupTable } from "./registry/thing-group-table.ts";
import {
  createThingPrincipalTable,
  type ThingPrincipalTable,
} from "./registry/thing-principal-table.ts";
import { createThingTable, type ThingTable } from "./registry/thing-table.ts";
import { createThingTypeTable, type ThingTypeTable } from "./registry/thing-type-table.ts";
import { createTopicRuleTable, type TopicRuleTable } from "./registry/topic-rule-table.ts";

export type CertificateStatusListener = (certificateId: string, status: CertificateStatus) => void;

/** What the control plane reads and, inside a transaction, writes. */
export interface RegistryTables {
  readonly billingGroups: BillingGroupTable;
  readonly caCertificates: CaCertificateTable;
  readonly certificates: CertificateTable;
  readonly policies: PolicyTable;
  readonly policyTargets: PolicyTargetTable;
  readonly ruleDeliveries: RuleDeliveryTable;
  readonly queuedMessages: QueuedMessageTable;
  readonly retainedMessages: RetainedMessageTable;
  readonly sessions: SessionTable;
  readonly settings: SettingTable;
  readonly thingGroups: ThingGroupTable;
  readonly thingPrincipals: ThingPrincipalTable;
  readonly things: ThingTable;
  readonly thingTypes: ThingTypeTable;
  readonly topicRules: TopicRuleTable;
}

/** The state of the stand-in. Every change is in the file before the call that made it returns. */
export interface Registry {
  readonly tables: RegistryTables;
  /** Runs `work` wholly or, when it throws, not at all. Must not be nested. */
  transaction<Result>(work: () => Result): Result;
  /**
   * Runs `work` when the transaction under way is stored, or at once where there is none. When the
   * transaction comes to nothing, so does `work`.
   */
  afterCommit(work: () => void): void;

  caCertificates(): readonly CaCertificate[];
  findCertificate(certificateId: string): DeviceCertificate | undefined;
  /** Stores a certificate as PENDING_ACTIVATION; returns what is there when it is known already. */
  registerAtConnect(input: ConnectRegistration): DeviceCertificate;
  isAttached(thingName: string, certificateId: string): boolean;
  /** The thing that a certificate is attached to as EXCLUSIVE_THING. */
  exclusiveThingOf(certificateId: string): string | undefined;
  findThing(thingName: string): Thing | undefined;
  /**
   * The policies on the certificate and, when the thing is attached to it, those on the thing's
   * groups and the groups above them.
   */
  effectivePolicies(certificateId: string, thingName?: string): readonly AttachedPolicy[];
  /** Calls `listener` after every change of a status is stored; returns what ends that. */
  onCertificateStatus(listener: CertificateStatusListener): () => void;
  readonly counts: RegistryCounts;
  close(): void;
}

export interface ConnectRegistration {
  readonly certificatePem: string;
  readonly caCertificateId: string;
  readonly now: Date;
}

/**
 * Opens the state of the stand-in.
 *
 * @param stateFile path of a SQLite file, or `:memory:`.
 * @throws IOT_CORE_STATE_DAMAGED, IOT_CORE_STATE_IN_USE
 */
export function openRegistry(stateFile: string): Registry {
  const database = openDatabase(stateFile);
  const certificates = createCertificateTable(database);
  const listeners = new Set<CertificateStatusListener>();
  let uncommitted: (() => void)[] = [];

  const afterCommit = (work: () => void): void => {
    if (database.isTransaction) uncommitted.push(work);
    else work();
  };
  const tables: RegistryTables = {
    billingGroups: createBillingGroupTable(database),
    caCertificates: createCaCertificateTable(database),
    certificates: {
      ...certificates,
      setStatus: (certificateId, status, at) => {
        certificates.setStatus(certificateId, status, at);
        afterCommit(() => {
          for (const listener of listeners) listener(certificateId, status);
        });
      },
    },
    policies: createPolicyTable(database),
    policyTargets: createPolicyTargetTable(database),
    ruleDeliveries: createRuleDeliveryTable(database),
    queuedMessages: createQueuedMessageTable(database),
    retainedMessages: createRetainedMessageTable(database),
    sessions: createSessionTable(database),
    settings: createSettingTable(database),
    thingGroups: createThingGroupTable(database),
    thingPrincipals: createThingPrincipalTable(database),
    things: createThingTable(database),
    thingTypes: createThingTypeTable(database),
    topicRules: createTopicRuleTable(database),
  };
  const { caCertificates, policyTargets, thingGroups, thingPrincipals, things } = tables;

  const isAttached = (thingName: string, certificateId: string) =>
    thingPrincipals.find(thingName, certificateId) !== undefined;

  const effectivePolicies = (certificateId: string, thingName?: string) => {
    const policies = policyTargets.attachedTo(`cert/${certificateId}`);
    if (thingName === undefined || !isAttached(thingName, certificateId)) return policies;
    const groups = thingGroups
      .groupsOfThing(thingName)
      .flatMap((group) => thingGroups.withAncestors(group));
    const ofGroups = groups.flatMap(({ thingGroupName }) =>
      policyTargets.attachedTo(`thinggroup/${thingGroupName}`),
    );
    return [...policies, ...ofGroups];
  };

  return {
    tables,
    transaction: (work) => {
      database.exec("BEGIN IMMEDIATE");
      try {
        const result = work();
        database.exec("COMMIT");
        // What runs now may itself make changes.
        const committed = uncommitted;
        uncommitted = [];
        runEach(committed);
        return result;
      } finally {
        uncommitted = [];
        if (database.isTransaction) database.exec("ROLLBACK");
      }
    },
    afterCommit,
    caCertificates: () => caCertificates.all(),
    findCertificate: (certificateId) => certificates.find(certificateId),
    registerAtConnect: ({ certificatePem, caCertificateId, now }) => {
      const x509 = new X509Certificate(certificatePem);
      const certificateId = certificateIdOf(x509);
      const known = certificates.find(certificateId);
      if (known !== undefined) return known;
      const certificate: DeviceCertificate = {
        certificateId,
        certificatePem: x509.toString(),
        caCertificateId,
        status: "PENDING_ACTIVATION",
        certificateMode: caCertificates.find(caCertificateId)?.certificateMode ?? "DEFAULT",
        creationDate: now,
        lastModifiedDate: now,
        customerVersion: 1,
      };
      certificates.add(certificate);
      return certificate;
    },
    isAttached,
    findThing: (thingName) => things.find(thingName),
    exclusiveThingOf: (certificateId) =>
      thingPrincipals
        .ofCertificate(certificateId)
        .find((principal) => principal.thingPrincipalType === "EXCLUSIVE_THING")?.thingName,
    effectivePolicies,
    onCertificateStatus: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    counts: createRegistryCounts(database),
    close: () => database.close(),
  };
}

/** Runs all of them, also when one throws: they are about a change that is stored already. */
function runEach(works: readonly (() => void)[]): void {
  const errors: unknown[] = [];
  for (const work of works) {
    try {
      work();
    } catch (error) {
      errors.push(error);
    }
  }
  if (errors.length > 0) throw errors[0];
}
