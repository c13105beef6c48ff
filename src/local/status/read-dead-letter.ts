import * as z from "zod";
import type { LocalStatus } from "./local-status.ts";

type Letter = LocalStatus["queue"]["deadLetters"][number];
type Said = Pick<Letter, "certificateId" | "batch" | "step" | "ruleName" | "topic" | "cause">;

const text = z.string().optional().catch(undefined);
const failure = z.object({ failedResource: text, errorMessage: text }).catch({});

/** What the bodies of dead letters may have: those of events, of rules and of work on batches. */
const shape = z.object({
  certificateId: text,
  batch: text,
  step: text,
  ruleName: text,
  topic: text,
  failures: z.array(failure).catch([]),
});

const maxCauseLength = 400;

/** Reads what a dead letter is about, and why it was given up on, as far as its body says so. */
export function readDeadLetter(body: string): Said {
  const read = shape.safeParse(parseJson(body));
  if (!read.success) return {};
  const { failures, ...about } = read.data;
  const causes = [...new Set(failures.flatMap(toCause))].join("; ");
  return { ...about, ...(causes !== "" && { cause: causes.slice(0, maxCauseLength) }) };
}

function toCause({ failedResource, errorMessage }: z.output<typeof failure>): readonly string[] {
  if (errorMessage === undefined) return [];
  return failedResource === undefined || errorMessage.includes(failedResource)
    ? [errorMessage]
    : [`${failedResource}: ${errorMessage}`];
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
