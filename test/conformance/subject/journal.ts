import { appendFileSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";

/** All names that the suite gives begin so, followed by the run's id. */
export const namePrefix = "muster-conformance-";

const folder = "node_modules/.cache/muster-conformance";

/** What a run is about to make, or has made, so that it can be found again when the run breaks. */
export interface Journal {
  readonly runId: string;
  note(kind: ResourceKind, name: string): void;
  read(): readonly Resource[];
  /** Once nothing of the run is left. */
  forget(): void;
}

export type ResourceKind =
  | "billinggroup"
  | "cacert"
  | "cert"
  | "policy"
  | "retained"
  | "rule"
  | "thing"
  | "thinggroup"
  | "thingtype";

export interface Resource {
  readonly kind: ResourceKind;
  readonly name: string;
}

/** Opens the journal of a run, beginning it where there is none. */
export function openJournal(runId: string): Journal {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${runId}.made`);
  const noted = new Set<string>();
  return {
    runId,
    note: (kind, name) => {
      const line = `${kind} ${name}\n`;
      if (noted.has(line)) return;
      noted.add(line);
      appendFileSync(file, line);
    },
    read: () => readResources(file),
    forget: () => rmSync(file, { force: true }),
  };
}

/** The journal of a run whose server ends with it. */
export function createIdleJournal(runId: string): Journal {
  return { runId, note: () => {}, read: () => [], forget: () => {} };
}

/** Journals of the runs that left something. */
export function listJournals(): readonly Journal[] {
  mkdirSync(folder, { recursive: true });
  return readdirSync(folder)
    .filter((name) => name.endsWith(".made"))
    .map((name) => openJournal(name.slice(0, -".made".length)));
}

function readResources(file: string): readonly Resource[] {
  let text = "";
  try {
    text = readFileSync(file, "utf8");
  } catch {
    // Nothing was made.
  }
  const lines = text.split("\n").filter((line) => line.includes(" "));
  return [...new Set(lines)].map((line) => {
    const [kind, ...name] = line.split(" ");
    return { kind: kind as ResourceKind, name: name.join(" ") };
  });
}
