import { toSize } from "./size-text.ts";
import { cutToWidth } from "./terminal-text.ts";

/** Shows how far a long command is, on a terminal only. */
export interface Progress {
  readonly update: (done: number, note?: string) => void;
  readonly clear: () => void;
}

type ToText = (done: number, total: number | undefined) => string;

const barWidth = 30;
const redrawMs = 100;
/** What is done by then needs no bar. */
const patienceMs = 500;

/** @param total an estimate; undefined when nobody knows. */
export function createProgress(label: string, total: number | undefined, show: boolean): Progress {
  return create(show, (done) => toLine(label, done, total, toCount));
}

/** Of a file. */
export function createByteProgress(label: string, total: number, show: boolean): Progress {
  return create(show, (done) => toLine(label, done, total, toBytes));
}

/** From 0 to 1 of a whole, with a note of what is being done. */
export function createShareProgress(label: string, show: boolean): Progress {
  return create(show, (done, note = "") => `${toLine(label, done, 1, toPercent)}  ${note}`.trim());
}

function create(show: boolean, draw: (done: number, note?: string) => string): Progress {
  const { stderr } = process;
  if (!show || !stderr.isTTY) return { update: () => {}, clear: () => {} };
  const startedAt = Date.now();
  let drawnAt = 0;
  return {
    update: (done, note) => {
      const now = Date.now();
      if (now - startedAt < patienceMs || now - drawnAt < redrawMs) return;
      drawnAt = now;
      // A line that goes on in the next one would not be cleared whole.
      stderr.write(`\r\u001b[2K${cutToWidth(draw(done, note), (stderr.columns || 80) - 1)}`);
    },
    clear: () => {
      if (drawnAt > 0) stderr.write("\r\u001b[2K");
    },
  };
}

function toLine(label: string, done: number, total: number | undefined, toText: ToText): string {
  if (total === undefined || total === 0) return `${label}  ${toText(done, undefined)}`;
  return `${label}  ${toBar(done / total)}  ${toText(done, total)}`;
}

function toBar(share: number): string {
  const filled = Math.round(Math.min(share, 1) * barWidth);
  return "█".repeat(filled) + "░".repeat(barWidth - filled);
}

const toCount: ToText = (done, total) => {
  const count = done.toLocaleString("en");
  return total === undefined ? count : `${count} of ${total.toLocaleString("en")}`;
};

const toBytes: ToText = (done, total = 0) => `${toSize(done)} of ${toSize(total)}`;

const toPercent: ToText = (done) => `${Math.floor(Math.min(done, 1) * 100)} %`;
