import { setTimeout as sleep } from "node:timers/promises";
import { inspect, isDeepStrictEqual } from "node:util";

/** The subject does not do what AWS IoT does. */
export class Mismatch extends Error {
  override readonly name = "Mismatch";
  readonly expected: string;
  readonly seen: string;

  constructor(expected: unknown, seen: unknown, what?: string) {
    const texts = [toText(expected), toText(seen)] as const;
    super(`${what === undefined ? "" : `${what}: `}expected ${texts[0]}, saw ${texts[1]}`);
    [this.expected, this.seen] = texts;
    if (what !== undefined) this.seen = `${what}: ${this.seen}`;
  }
}

/** The subject cannot be asked this. */
export class NotAble extends Error {
  override readonly name = "NotAble";
}

export function equal(seen: unknown, expected: unknown, what?: string): void {
  if (!isDeepStrictEqual(seen, expected)) throw new Mismatch(expected, seen, what);
}

/** Compares the members that are named, deeply; others may be there. */
export function includes(seen: unknown, expected: Readonly<Record<string, unknown>>): void {
  const picked = pick(seen, expected);
  if (!isDeepStrictEqual(picked, expected)) throw new Mismatch(expected, picked);
}

export function matches(seen: unknown, pattern: RegExp, what?: string): void {
  if (typeof seen !== "string" || !pattern.test(seen)) throw new Mismatch(pattern, seen, what);
}

export function oneOf(seen: unknown, expected: readonly unknown[], what?: string): void {
  if (expected.some((each) => isDeepStrictEqual(seen, each))) return;
  throw new Mismatch(`one of ${toText(expected)}`, seen, what);
}

/** For what has to be there before anything can be compared. */
export function present<Value>(value: Value | null | undefined, what: string): Value {
  if (value === undefined || value === null) throw new Mismatch(what, value);
  return value;
}

/** @param refusal as `404 ResourceNotFoundException`; one of them, where AWS's choice is not known. */
export async function refused(
  call: Promise<unknown>,
  ...refusal: readonly [string, ...string[]]
): Promise<RefusedCall> {
  const error = await call.then(
    (answer) => {
      throw new Mismatch(refusal.join(" or "), describeAnswer(answer));
    },
    (reason: unknown) => reason,
  );
  if (!isRefusal(error)) throw error;
  oneOf(`${error.$metadata.httpStatusCode} ${error.name}`, refusal);
  return error;
}

/** Of what a case made itself nothing is shown: it may be a key. */
function describeAnswer(answer: unknown): string {
  const { $metadata: _, ...members } = { ...(answer as object) } as Record<string, unknown>;
  return `an answer with ${Object.keys(members).join(", ") || "nothing"}`;
}

interface RefusedCall extends Error {
  readonly $metadata: { readonly httpStatusCode?: number | undefined };
  readonly resourceId?: string;
  readonly resourceArn?: string;
}

function isRefusal(error: unknown): error is RefusedCall {
  return (
    error instanceof Error &&
    "$metadata" in error &&
    (error as RefusedCall).$metadata.httpStatusCode !== undefined
  );
}

/** Asks until the answer is the one expected, and fails with the last when time is up. */
export async function eventually(
  { patienceMs }: { readonly patienceMs: number },
  ask: () => Promise<unknown>,
  expected: unknown,
): Promise<void> {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    const seen = await ask();
    if (isDeepStrictEqual(seen, expected)) return;
    if (Date.now() > deadline) throw new Mismatch(expected, seen);
    await sleep(patienceMs / 50);
  }
}

function pick(seen: unknown, expected: unknown): unknown {
  if (!isRecord(seen) || !isRecord(expected)) return seen;
  return Object.fromEntries(
    Object.entries(expected).map(([key, value]) => [key, pick(seen[key], value)]),
  );
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return (
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof Date) &&
    !ArrayBuffer.isView(value)
  );
}

function toText(value: unknown): string {
  return typeof value === "string"
    ? value
    : inspect(value, { breakLength: Number.POSITIVE_INFINITY, depth: 5 });
}
