import type { Area, ConformanceCase } from "./conformance-case.ts";
import { Mismatch, NotAble } from "./expect.ts";
import { createSubject } from "./subject/create-subject.ts";
import type { Run } from "./subject/open-run.ts";
import type { Target } from "./targets/target.ts";

export interface CaseResult {
  readonly id: string;
  readonly area: string;
  readonly title: string;
  readonly source: string;
  readonly confidence: string;
  /** `deviates`: failed or not able, as the target's list says; `news`: passed although it is listed. */
  readonly outcome: "passed" | "failed" | "not able" | "deviates" | "news";
  readonly expected?: string;
  readonly seen?: string;
  /** Why it was not able, or deviates. */
  readonly reason?: string;
  readonly milliseconds: number;
}

export interface RunOptions {
  readonly slow: boolean;
  readonly onResult?: (result: CaseResult) => void;
}

/** Runs areas beside each other, and the cases of each in order. */
export async function runCases(
  areas: readonly Area[],
  runOf: (area: Area) => Promise<Run>,
  { slow, onResult = () => {}, parallel }: RunOptions & { readonly parallel: number },
): Promise<readonly CaseResult[]> {
  const results: CaseResult[] = [];
  const waiting = [...areas];
  let caseNumber = 0;
  const work = async () => {
    for (let area = waiting.shift(); area !== undefined; area = waiting.shift()) {
      for (const each of area.cases) {
        const run = await runOf(area);
        // After the wait, so that no two areas have the same.
        caseNumber += 1;
        const result = await runCase(each, area, run, { slow, caseNumber });
        results.push(result);
        onResult(result);
      }
    }
  };
  await Promise.all(Array.from({ length: parallel }, work));
  const order = areas.map(({ name }) => name);
  return results.toSorted((one, other) => order.indexOf(one.area) - order.indexOf(other.area));
}

type Verdict = Pick<CaseResult, "outcome" | "expected" | "seen" | "reason">;

async function runCase(
  each: ConformanceCase,
  { name: area, needsQuotas = false }: Area,
  run: Run,
  { slow, caseNumber }: { readonly slow: boolean; readonly caseNumber: number },
): Promise<CaseResult> {
  const { id, title, source, confidence } = each;
  const started = performance.now();
  const leftOut = whyLeftOut(each, run.target, { slow, needsQuotas });
  const verdict: Verdict =
    leftOut === undefined
      ? toListed(await judge(each, run, caseNumber), run.target.deviations[id])
      : { outcome: "not able", reason: leftOut };
  const milliseconds = Math.round(performance.now() - started);
  return { id, area, title, source, confidence, milliseconds, ...verdict };
}

function whyLeftOut(
  each: ConformanceCase,
  target: Target,
  { slow, needsQuotas }: { readonly slow: boolean; readonly needsQuotas: boolean },
): string | undefined {
  if (needsQuotas && target.callsPerSecond !== undefined) {
    return "the suite stays below the quotas of a server that others use";
  }
  if (each.slow !== undefined && !slow) return `${each.slow}; run with --slow`;
  if (each.accountWide !== undefined && !target.isOwn) {
    return `${each.accountWide}; run with --account-wide`;
  }
  return undefined;
}

async function judge(each: ConformanceCase, run: Run, caseNumber: number): Promise<Verdict> {
  const opened = createSubject(run, caseNumber);
  try {
    await each.run(opened.subject);
  } catch (error) {
    if (error instanceof Mismatch) {
      return { outcome: "failed", expected: error.expected, seen: error.seen };
    }
    if (error instanceof NotAble) return { outcome: "not able", reason: error.message };
    return { outcome: "failed", expected: "the case to run", seen: String(error) };
  } finally {
    await opened[Symbol.asyncDispose]();
  }
  const [problem] = opened.problems;
  if (problem === undefined) return { outcome: "passed" };
  const expected = "answers as AWS's service model has them";
  return { outcome: "failed", expected, seen: opened.problems.join("; ") };
}

/** What is on the target's list is expected to fail. */
function toListed(verdict: Verdict, deviation: string | undefined): Verdict {
  if (deviation === undefined || verdict.outcome === "not able") return verdict;
  if (verdict.outcome === "passed") return { outcome: "news", reason: deviation };
  return { ...verdict, outcome: "deviates", reason: deviation };
}
