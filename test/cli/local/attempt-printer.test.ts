import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
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
) {
  const chain = [{ certificateId: clientId.padEnd(64, "0"), subject: `CN=${clientId}` }];
  return toLoggedConnection(createReport({ clientId, outcome, chain }));
}

/** @returns what was written, without the times and what follows the client id. */
function setup(columns: number | undefined, verbose = false) {
  const written: string[] = [];
  const printer = createAttemptPrinter({
    write: (text) =>
      written.push(text.replace(/^ +\S+ \S+ +/, "").replace(/ +(?:one|two) .*\n/, "\n")),
    columns: () => columns,
    verbose,
    foldMs: 30_000,
  });
  return { printer, written };
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe("printing connections as they come", () => {
  test("what a device repeats is counted, and told of when the time is over", () => {
    const { printer, written } = setup(undefined);
    for (const entry of [waits, other, waits, waits]) printer.show(entry);
    expect(written).toEqual(["PENDING_ACTIVATION\n", "PENDING_ACTIVATION\n"]);
    vi.advanceTimersByTime(30_000);
    expect(written.slice(2)).toEqual(["PENDING_ACTIVATION ×3\n"]);
  });

  test("what comes once is printed once", () => {
    const { printer, written } = setup(undefined);
    printer.show(waits);
    vi.advanceTimersByTime(30_000);
    printer.show(waits);
    printer.close();
    expect(written).toEqual(["PENDING_ACTIVATION\n", "PENDING_ACTIVATION\n"]);
  });

  test("another outcome of the same device is printed at once", () => {
    const { printer, written } = setup(undefined);
    for (const entry of [waits, waits, accepted]) printer.show(entry);
    expect(written).toEqual(["PENDING_ACTIVATION\n", "ACCEPTED\n"]);
  });

  test("what was only counted is printed at the end", () => {
    const { printer, written } = setup(undefined);
    for (const entry of [waits, waits]) printer.show(entry);
    printer.close();
    expect(written).toEqual(["PENDING_ACTIVATION\n", "PENDING_ACTIVATION ×2\n"]);
  });

  test("a device that comes and goes is told of twice, and counted when the time is over", () => {
    const gone = connection("one", "CLIENT_DISCONNECTED");
    const { printer, written } = setup(undefined);
    for (const entry of [accepted, gone, accepted, gone, accepted, gone]) printer.show(entry);
    expect(written).toEqual(["ACCEPTED\n", "CLIENT_DISCONNECTED\n"]);
    vi.advanceTimersByTime(30_000);
    expect(written.slice(2)).toEqual(["ACCEPTED ×3\n", "CLIENT_DISCONNECTED ×3\n"]);
  });

  test("on a terminal the last line counts in its place, and no other does", () => {
    const { printer, written } = setup(80);
    for (const entry of [waits, waits, other, waits]) printer.show(entry);
    const again = "\u001b[1A\u001b[2K";
    expect(written).toEqual([
      "PENDING_ACTIVATION\n",
      again,
      "PENDING_ACTIVATION ×2\n",
      "PENDING_ACTIVATION\n",
    ]);
  });

  test("more devices than are counted are printed all the same", () => {
    const { printer, written } = setup(undefined);
    for (let index = 0; index < 3_000; index += 1) {
      printer.show({ ...waits, clientId: `device-${index}` });
    }
    expect(written).toHaveLength(3_000);
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
