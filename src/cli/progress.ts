/** Shows how far a long command is, on a terminal only. */
export interface Progress {
  readonly update: (done: number) => void;
  readonly clear: () => void;
}

const barWidth = 30;
const redrawMs = 100;
/** What is done by then needs no bar. */
const patienceMs = 500;

/** @param total an estimate; undefined when nobody knows. */
export function createProgress(label: string, total: number | undefined, show: boolean): Progress {
  const { stderr } = process;
  if (!show || !stderr.isTTY) return { update: () => {}, clear: () => {} };
  const startedAt = Date.now();
  let drawnAt = 0;
  return {
    update: (done) => {
      const now = Date.now();
      if (now - startedAt < patienceMs || now - drawnAt < redrawMs) return;
      drawnAt = now;
      stderr.write(`\r\u001b[2K${toLine(label, done, total)}`);
    },
    clear: () => {
      if (drawnAt > 0) stderr.write("\r\u001b[2K");
    },
  };
}

function toLine(label: string, done: number, total: number | undefined): string {
  const count = done.toLocaleString("en");
  if (total === undefined || total === 0) return `${label}  ${count}`;
  const share = Math.min(done / total, 1);
  const filled = Math.round(share * barWidth);
  const bar = "█".repeat(filled) + "░".repeat(barWidth - filled);
  return `${label}  ${bar}  ${count} of ${total.toLocaleString("en")}`;
}
