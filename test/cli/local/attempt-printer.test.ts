import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { createAttemptPrinter } from "../../../src/cli/local/attempt-printer.ts";
import { foldAttempts } from "../../../src/cli/local/fold-attempts.ts";
import { toLoggedConnection } from "../../../src/local/logged-connection.ts";
import { createReport } from "../../support/create-report.ts";

const waits = connection("one", "PENDING_ACTIVATION");
const other = connection("two", "PENDING_ACTIVATION");
const accepted = connection("one", "ACCEPTED");

function connection(
  clientId: string,
  outcome: "ACCEPTED" | "CLIENT_DISCONNECTED" | "PENDING_ACTIVATION",
  at?: string,
) {
  const chain = [{ certificateId: clientId.padEnd(64, "0"), subject: `CN=${clientId}` }];
  const report = createReport({ clientId, outcome, chain, ...(at && { at: new Date(at) }) });
  return toLoggedConnection(report);
}

/** @returns what was written: outcomes and who, without the times and what follows. */
function setup(columns?: number, verbose = false) {
  const written: string[] = [];
  const printer = createAttemptPrinter({
    write: (text) => written.push(/(\w{4,}(?: ×\d+)?) {2}(one|two)/.exec(text)?.[0] ?? text),
    columns: () => columns,
    verbose,
  });
  onTestFinished(printer.close);
  const show = (...entries: readonly (typeof waits)[]) => {
    for (const entry of entries) printer.show(entry);
  };
  /** What was written since the last time. */
  const take = () => written.splice(0);
  return { printer, show, take };
}

const windowMs = 2_000;
const quietMs = 32_000;
const times = <Item>(count: number, ...items: readonly Item[]) =>
  Array.from({ length: count }, () => items).flat();

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe("printing connections as they come", () => {
  test("the first few of what a device repeats are printed, then it is counted", () => {
    const { show, take } = setup();
    show(...times(7, waits));
    expect(take()).toEqual(times(4, "PENDING_ACTIVATION  one"));
    vi.advanceTimersByTime(windowMs);
    expect(take()).toEqual(["PENDING_ACTIVATION ×3  one"]);
    vi.advanceTimersByTime(windowMs);
    expect(take()).toEqual([]);
  });

  test("counts come in the order of their times", () => {
    const early = connection("two", "PENDING_ACTIVATION", "2020-05-01T10:00:00.100Z");
    const late = connection("one", "PENDING_ACTIVATION", "2020-05-01T10:00:00.900Z");
    const { show, take } = setup();
    show(...times(5, late), ...times(5, early));
    take();
    vi.advanceTimersByTime(windowMs);
    expect(take()).toEqual(["PENDING_ACTIVATION  two", "PENDING_ACTIVATION  one"]);
  });

  test("what was only counted stands above what came later", () => {
    const { show, take } = setup();
    show(...times(6, connection("one", "PENDING_ACTIVATION", "2020-05-01T10:00:00Z")));
    take();
    show(connection("two", "ACCEPTED", "2020-05-01T10:00:01Z"));
    expect(take()).toEqual(["PENDING_ACTIVATION ×2  one", "ACCEPTED  two"]);
  });

  test("another outcome of the same device is printed at once, below what was counted", () => {
    const { show, take } = setup();
    show(...times(6, waits), accepted);
    expect(take().slice(4)).toEqual(["PENDING_ACTIVATION ×2  one", "ACCEPTED  one"]);
  });

  test("what comes again after a while is news", () => {
    const { show, take } = setup();
    show(...times(4, waits));
    vi.advanceTimersByTime(quietMs);
    take();
    show(...times(4, waits));
    expect(take()).toHaveLength(4);
  });

  test("what was only counted is printed at the end", () => {
    const { printer, show, take } = setup();
    show(...times(6, waits));
    printer.close();
    expect(take().at(-1)).toBe("PENDING_ACTIVATION ×2  one");
  });

  test.for([
    ["where no terminal reads", undefined],
    ["on a terminal", 200],
  ] as const)("of two outcomes in turn %s both show", ([, columns]) => {
    const gone = connection("one", "CLIENT_DISCONNECTED");
    const { show, take } = setup(columns);
    show(...times(7, accepted, gone));
    expect(take()).toEqual(times(4, "ACCEPTED  one", "CLIENT_DISCONNECTED  one"));
    vi.advanceTimersByTime(windowMs);
    expect(take()).toEqual(["ACCEPTED ×3  one", "CLIENT_DISCONNECTED ×3  one"]);
  });

  test("on a terminal the last lines count in their place, and no others do", () => {
    const { show, take } = setup(200);
    const again = "\u001b[1A\u001b[2K";
    show(waits, waits, other, waits);
    expect(take()).toEqual([
      "PENDING_ACTIVATION  one",
      again,
      "PENDING_ACTIVATION ×2  one",
      "PENDING_ACTIVATION  two",
      "PENDING_ACTIVATION  one",
    ]);
  });

  test("on a narrow terminal all lines of the last are replaced", () => {
    const { show, take } = setup(60);
    show(waits);
    const lines = take().length;
    expect(lines).toBeGreaterThan(1);
    show(waits);
    expect(take()[0]).toBe("\u001b[1A\u001b[2K".repeat(lines));
  });

  test("with all that came, nothing is replaced", () => {
    const { show, take } = setup(80, true);
    show(waits, waits);
    expect(take().join("")).not.toContain("\u001b[1A");
  });

  test("more devices than are counted are printed all the same", () => {
    const { show, take } = setup();
    for (let index = 0; index < 3_000; index += 1) show({ ...waits, clientId: `device-${index}` });
    expect(take()).toHaveLength(3_000);
  });
});

describe("folding what the log holds", () => {
  const fold = (...entries: readonly (typeof waits)[]) =>
    foldAttempts(entries).map(({ entry, count }) => `${entry.clientId} ${entry.outcome} ${count}`);

  test("repeats of a device are one, whatever others do meanwhile", () => {
    expect(fold(waits, other, waits, waits, accepted, waits)).toEqual([
      "two PENDING_ACTIVATION 1",
      "one PENDING_ACTIVATION 3",
      "one ACCEPTED 1",
      "one PENDING_ACTIVATION 1",
    ]);
  });

  test("a device that comes and goes is one line for each", () => {
    const gone = connection("one", "CLIENT_DISCONNECTED");
    expect(fold(waits, accepted, gone, accepted, gone, waits)).toEqual([
      "one PENDING_ACTIVATION 1",
      "one ACCEPTED 2",
      "one CLIENT_DISCONNECTED 2",
      "one PENDING_ACTIVATION 1",
    ]);
  });

  test("two reasons are two", () => {
    expect(fold(waits, { ...waits, sentence: "Another." })).toHaveLength(2);
  });
});
