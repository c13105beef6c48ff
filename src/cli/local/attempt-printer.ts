import type { LoggedConnection } from "../../local/logged-connection.ts";
import { toAttemptDetails, toAttemptLine } from "./attempt-line.ts";
import { toRepeatKey } from "./fold-attempts.ts";

export interface AttemptPrinterOptions {
  readonly write: (text: string) => void;
  /** Of the terminal at that moment; undefined where none reads. */
  readonly columns: () => number | undefined;
  readonly verbose: boolean;
  /** How long the same again is only counted. */
  readonly foldMs?: number;
}

export interface AttemptPrinter {
  readonly show: (entry: LoggedConnection) => void;
  /** Prints what was only counted yet. */
  readonly close: () => void;
}

interface Repeats {
  entry: LoggedConnection;
  count: number;
  /** The count that the reader has seen. */
  shown: number;
  readonly timer: NodeJS.Timeout;
}

const defaultFoldMs = 30_000;
/** A fleet that connects at once may be larger; then its earliest are no longer folded. */
const maxFolded = 2_000;
const lineUpAndClear = "\u001b[1A\u001b[2K";

/**
 * Prints connections as they come. What one device repeats is counted: on a terminal in its line as
 * long as that is the last one, else in one more line when `foldMs` are over.
 */
export function createAttemptPrinter(options: AttemptPrinterOptions): AttemptPrinter {
  const { write, verbose, foldMs = defaultFoldMs } = options;
  const folded = new Map<string, Repeats>();
  let lastKey: string | undefined;

  const print = (key: string, { entry, count }: Pick<Repeats, "entry" | "count">): void => {
    write(`${toAttemptLine(entry, { columns: options.columns(), count })}\n`);
    lastKey = key;
  };

  const settle = (key: string, repeats: Repeats): void => {
    clearTimeout(repeats.timer);
    folded.delete(key);
    if (repeats.count > repeats.shown) print(key, repeats);
  };

  const begin = (key: string, entry: LoggedConnection): void => {
    print(key, { entry, count: 1 });
    if (verbose) {
      for (const line of toAttemptDetails(entry, options.columns())) write(`${line}\n`);
      lastKey = undefined;
    }
    const timer = setTimeout(() => settle(key, repeats), foldMs);
    const repeats: Repeats = { entry, count: 1, shown: 1, timer };
    timer.unref();
    folded.set(key, repeats);
    const [oldest] = folded;
    if (folded.size > maxFolded && oldest) settle(...oldest);
  };

  const repeat = (key: string, repeats: Repeats, entry: LoggedConnection): void => {
    repeats.entry = entry;
    repeats.count += 1;
    if (lastKey !== key || options.columns() === undefined) return;
    write(lineUpAndClear);
    print(key, repeats);
    repeats.shown = repeats.count;
  };

  return {
    show: (entry) => {
      const key = toRepeatKey(entry);
      const repeats = folded.get(key);
      if (repeats === undefined) begin(key, entry);
      else repeat(key, repeats, entry);
    },
    close: () => {
      for (const [key, repeats] of folded) settle(key, repeats);
    },
  };
}
