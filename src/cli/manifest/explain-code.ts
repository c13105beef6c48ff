import type { FindingGroup } from "../../formats/inspection/group-findings.ts";
import { manifestProblems, manifestWarnings } from "../../formats/manifest-problems.ts";
import { reasons } from "../../rules/decision/reason-codes.ts";

interface Explanation {
  readonly meaning: string;
  readonly remedy: string;
}

const tables: Readonly<Record<FindingGroup["kind"], Readonly<Record<string, Explanation>>>> = {
  problem: manifestProblems,
  refusal: reasons,
  warning: manifestWarnings,
};

/** What a code of a finding means, and what to do about it. */
export function explainCode({ kind, code }: Pick<FindingGroup, "kind" | "code">): Explanation {
  const { meaning = "", remedy = "" } = tables[kind][code] ?? {};
  return { meaning, remedy };
}
