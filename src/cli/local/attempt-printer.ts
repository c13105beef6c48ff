import type { LoggedConnection } from "../../local/logged-connection.ts";
import { toAttemptDetails, toAttemptLines } from "./attempt-line.ts";
import { toDevice, toRepeatKey } from "./fold-attempts.ts";

export interface AttemptPrinterOptions {
  readonly write: (text: string) => void;
  /** Of the terminal at that moment; undefined where none reads. */
  readonly columns: () => number | undefined;
  readonly verbose: boolean;
}

export interface AttemptPrinter {
  readonly show: (entry: LoggedConnection) => void;
  /** Prints what was only counted yet. */
  readonly close: () => void;
}

/** What one device does again and again. */
interface Repeats {
  readonly device: string;
  entry: LoggedConnection;
  /** Lines that came at once. */
  printed: number;
  /** Came since the last line. */
  unseen: number;
  /** Looks since it last came. */
  quietTicks: number;
}

/** The lines that were printed last, for as long as nothing is below them. */
interface LastLines {
  readonly key: string;
  readonly count: number;
  readonly lines: number;
  readonly columns: number;
}

/** Of the same again, before it is only counted. */
const printedAtOnce = 4;
const tickMs = 2_000;
/** Then what comes is news again. */
const maxQuietTicks = 15;
/** A fleet that connects at once may be larger; then its earliest are no longer counted together. */
const maxFolded = 2_000;
/** As exact as the times that are printed. */
const orderMs = 1_000;
const lineUpAndClear = "\u001b[1A\u001b[2K";

/**
 * Prints connections as they come. The first few of what one device repeats are printed at once;
 * then they are counted, and told of every two seconds in the order of their times. A count says for
 * how many its line stands. On a terminal the last line counts in its place.
 */
export function createAttemptPrinter(options: AttemptPrinterOptions): AttemptPrinter {
  const { write, verbose } = options;
  const folded = new Map<string, Repeats>();
  let last: LastLines | undefined;

  const print = (key: string, entry: LoggedConnection, added = 1): void => {
    const columns = options.columns();
    const again = last?.key === key && last.columns === columns ? last : undefined;
    if (again) write(lineUpAndClear.repeat(again.lines));
    const count = (again?.count ?? 0) + added;
    const lines = toAttemptLines(entry, { columns, count });
    for (const line of [...lines, ...(verbose ? toAttemptDetails(entry) : [])]) write(`${line}\n`);
    const canRewrite = columns !== undefined && !verbose;
    last = canRewrite ? { key, count, lines: lines.length, columns } : undefined;
  };

  const flush = (isMeant: (repeats: Repeats) => boolean = () => true): void => {
    const unseen = [...folded].filter(([, each]) => each.unseen > 0 && isMeant(each));
    for (const [key, repeats] of unseen.toSorted(byTime)) {
      print(key, repeats.entry, repeats.unseen);
      repeats.unseen = 0;
    }
  };

  const hasUnseen = (device: string): boolean =>
    folded.values().some((each) => each.unseen > 0 && each.device === device);

  const tick = (): void => {
    flush();
    for (const [key, repeats] of folded) {
      repeats.quietTicks += 1;
      if (repeats.quietTicks > maxQuietTicks) folded.delete(key);
    }
  };

  const begin = (key: string, entry: LoggedConnection): Repeats => {
    const [oldest] = folded.keys();
    if (folded.size >= maxFolded && oldest !== undefined) {
      flush((each) => each === folded.get(oldest));
      folded.delete(oldest);
    }
    const repeats = { device: toDevice(entry), entry, printed: 0, unseen: 0, quietTicks: 0 };
    folded.set(key, repeats);
    return repeats;
  };

  const timer = setInterval(tick, tickMs);
  timer.unref();
  return {
    show: (entry) => {
      const key = toRepeatKey(entry);
      const repeats = folded.get(key) ?? begin(key, entry);
      repeats.entry = entry;
      repeats.quietTicks = 0;
      if (repeats.printed < printedAtOnce) {
        // Else what came before would seem to come after.
        flush((each) => each.device === repeats.device || isOlder(each.entry, entry));
        repeats.printed += 1;
        print(key, entry);
      } else if (last?.key === key && !hasUnseen(repeats.device)) print(key, entry);
      else repeats.unseen += 1;
    },
    close: () => {
      clearInterval(timer);
      flush();
    },
  };
}

function byTime(
  [, one]: readonly [string, Repeats],
  [, other]: readonly [string, Repeats],
): number {
  return one.entry.at < other.entry.at ? -1 : 1;
}

function isOlder(one: LoggedConnection, other: LoggedConnection): boolean {
  return Date.parse(other.at) - Date.parse(one.at) >= orderMs;
}
