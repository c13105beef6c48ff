import type { Subject } from "./subject/subject.ts";

/** Whence we know what AWS does; the tags of AWS_FACTS. Only `doc` and `model` are AWS's own word. */
export type Confidence = "doc" | "model" | "3p" | "recalled" | "inferred";

/** One thing that AWS IoT does, and a stand-in has to do too. */
export interface ConformanceCase {
  /** `area/what/which`; stable, lists of deviations name it. */
  readonly id: string;
  /** A sentence about AWS IoT. */
  readonly title: string;
  /** A section of AWS_FACTS, or the address of a page of AWS's. */
  readonly source: string;
  readonly confidence: Confidence;
  /** Why it takes longer than a minute; run only with --slow. */
  readonly slow?: string;
  /** What it changes or uses up for everybody in the account; run elsewhere than in one's own only with --account-wide. */
  readonly accountWide?: string;
  /** Ends normally when the subject does so; throws Mismatch or NotAble. */
  readonly run: (subject: Subject) => Promise<unknown>;
}

export interface Area {
  readonly name: string;
  /** Run against a subject that keeps AWS's default quotas, if the target has one. */
  readonly needsQuotas?: boolean;
  readonly cases: readonly ConformanceCase[];
}

/** AWS's pages, by what they are about. */
const guide = "https://docs.aws.amazon.com/iot/latest/developerguide";
export const pages = {
  mqtt: `${guide}/mqtt.html`,
  lifeCycleEvents: `${guide}/life-cycle-events.html`,
  reservedTopics: `${guide}/reserved-topics.html`,
  protocols: `${guide}/protocols.html`,
  jitr: `${guide}/auto-register-device-cert.html`,
  clientCertificates: `${guide}/x509-client-certs.html`,
  exclusiveThing: `${guide}/exclusive-thing.html`,
  policyVariables: `${guide}/thing-policy-variables.html`,
  policyActions: `${guide}/iot-policy-actions.html`,
  pubSubPolicy: `${guide}/pub-sub-policy.html`,
  transportSecurity: `${guide}/transport-security.html`,
  quotas: "https://docs.aws.amazon.com/general/latest/gr/iot-core.html",
} as const;
