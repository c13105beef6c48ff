import type { ManifestSurvey } from "../../formats/survey-manifest.ts";
import type { CertificateRules } from "../../rules/certificate/check-certificate.ts";
import type { AppliedProfile } from "../../rules/profile/profile.ts";
import type { BatchDeps } from "../batch-deps.ts";
import type { BatchRecord } from "../batch-record.ts";
import { readWhole } from "../ndjson.ts";

/**
 * What every part is read and judged by, pinned when the manifest was inspected: whoever does a part,
 * and however often, comes to the same.
 */
export interface BatchPlan {
  /** Key of the bytes that the survey is of. */
  readonly source: string;
  readonly survey: ManifestSurvey;
  /** Base64 of DER. */
  readonly issuers: readonly string[];
  readonly signers: readonly string[];
  /** SHA-256 of those issuers from which others issue too. */
  readonly sharedIssuers: readonly string[];
  readonly profileVersion: number;
  readonly rules: CertificateRules;
  /** The profile's template of thing names. */
  readonly thingName?: string;
  readonly registration: AppliedProfile["registration"];
  /** ISO 8601; certificates are judged as of this time. */
  readonly at: string;
}

/** Reads the plan of a batch that has one. */
export async function readPlan(
  { objects }: Pick<BatchDeps, "objects">,
  { plan = "" }: BatchRecord,
): Promise<BatchPlan> {
  const text = (await readWhole(objects, plan)).toString("utf8");
  return JSON.parse(text) as BatchPlan;
}
