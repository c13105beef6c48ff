import Table from "cli-table3";
import type { Reporter, TestCase } from "vitest/node";
import type { CellReport } from "./matrix.ts";

const style = { head: [], border: [], compact: true };

const legend = "Empty: this client reads PEM only.";

type Row = CellReport & { readonly verdict: string };

/** Prints, after everything else, which client got in how, and what each saw at its first connect. */
export function createMatrixReporter(): Reporter {
  return {
    onTestRunEnd: (modules) => {
      const tests = modules.flatMap((module) => [...module.children.allTests()]);
      const rows = tests.flatMap((test) => toRow(test) ?? []);
      if (rows.length === 0) return;
      process.stdout.write(
        `\n${toMatrix(rows)}\n${legend}\n\n${toSights(rows)}\n\n${toCounts(rows)}\n`,
      );
    },
  };
}

function toRow(test: TestCase): Row | undefined {
  const { cell } = test.meta();
  if (cell === undefined) return undefined;
  const { state } = test.result();
  if (state !== "passed") return { ...cell, verdict: state === "skipped" ? "skipped" : "FAILED" };
  return { ...cell, verdict: cell.isAble ? "ok" : "not able" };
}

/** A line for each client and version of TLS, a column for each certificate. */
function toMatrix(rows: readonly Row[]): string {
  const identities = unique(rows.map(({ identity }) => identity)).toSorted();
  const head = ["client", "TLS", ...identities.map((identity) => identity.replaceAll(" ", "\n"))];
  const table = new Table({ head, style });
  for (const [name, of] of groups(rows, ({ client, tls }) => `${client}\n${tls}`)) {
    const verdicts = identities.map(
      (identity) => of.find((row) => row.identity === identity)?.verdict ?? "",
    );
    table.push([...name.split("\n"), ...verdicts]);
  }
  return table.toString();
}

function toSights(rows: readonly Row[]): string {
  const table = new Table({
    head: ["client", "TLS", "what it saw at its first connect"],
    style,
  });
  for (const [name, of] of groups(rows, ({ client, tls }) => `${client}\n${tls}`)) {
    table.push([...name.split("\n"), unique(of.map(({ saw }) => saw)).join("\n")]);
  }
  return table.toString();
}

function toCounts(rows: readonly Row[]): string {
  const counts = groups(rows, ({ verdict }) => verdict);
  return [...counts].map(([verdict, of]) => `${of.length} ${verdict}`).join(", ");
}

function groups(rows: readonly Row[], key: (row: Row) => string): ReadonlyMap<string, Row[]> {
  return Map.groupBy(rows, key);
}

function unique(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)];
}
