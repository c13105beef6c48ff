import type { ReasonCode } from "../../rules/decision/reason-codes.ts";
import type { ManifestProblemCode, ManifestWarningCode } from "../manifest-problems.ts";

/**
 * What is said of a record: a `problem` keeps it out of a batch, so does a `refusal` of its
 * certificate, whoever issued it and whatever the profile asks for; a `warning` keeps nothing out.
 */
export type NotedFinding = {
  /** The file, of an archive. */
  readonly entry?: string;
  readonly field?: string;
  readonly message: string;
} & (
  | { readonly kind: "problem"; readonly code: ManifestProblemCode }
  | { readonly kind: "refusal"; readonly code: ReasonCode }
  | { readonly kind: "warning"; readonly code: ManifestWarningCode }
);

/** All findings of one code. */
export interface FindingGroup {
  readonly kind: NotedFinding["kind"];
  readonly code: NotedFinding["code"];
  readonly count: number;
  /** Numbers of the first records that have it. */
  readonly records: readonly number[];
  /** The first of them. */
  readonly example: {
    readonly record: number;
    readonly entry?: string;
    readonly field?: string;
    readonly message: string;
  };
}

const maxRecords = 10;
const order: readonly NotedFinding["kind"][] = ["problem", "refusal", "warning"];

/** Gathers findings by code, in memory that does not grow with their number. */
export function createFindingGroups() {
  const groups = new Map<string, FindingGroup>();
  return {
    add: (record: number, { kind, code, entry, field, message }: NotedFinding) => {
      const known = groups.get(`${kind} ${code}`);
      const { count, records, example } = known ?? {
        count: 0,
        records: [],
        example: {
          record,
          ...(entry !== undefined && { entry }),
          ...(field !== undefined && { field }),
          message,
        },
      };
      groups.set(`${kind} ${code}`, {
        kind,
        code,
        count: count + 1,
        records: records.length < maxRecords ? [...records, record] : records,
        example,
      });
    },
    /** Problems first; of each kind the most frequent first. */
    groups: (): readonly FindingGroup[] =>
      [...groups.values()].toSorted(
        (one, other) =>
          order.indexOf(one.kind) - order.indexOf(other.kind) || other.count - one.count,
      ),
  };
}
