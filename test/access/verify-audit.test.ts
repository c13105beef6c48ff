import { describe, expect, test } from "vitest";
import { createVerifyAudit } from "../../src/access/audit/verify-audit.ts";
import {
  type AuditRecord,
  appendRecord,
  type ChainHead,
  emptyChain,
} from "../../src/rules/audit/audit-record.ts";
import { MusterError } from "../../src/rules/errors.ts";

const event = { action: "held", actor: "operator:eve", at: "", evidence: {} };

function chainOf(subject: string) {
  const first = appendRecord(subject, emptyChain, event);
  const second = appendRecord(subject, first, event);
  return { records: [first, second], head: second };
}

function setup(reads: Readonly<Record<string, readonly Chain[]>>) {
  const read: string[] = [];
  const verifyAudit = createVerifyAudit({
    readChain: async (subject) => {
      read.push(subject);
      const some = reads[subject] ?? [];
      const count = read.filter((each) => each === subject).length;
      return some[Math.min(count, some.length) - 1] ?? { records: [], head: emptyChain };
    },
    listSubjects: async function* () {
      yield* Object.keys(reads);
    },
  });
  return { verifyAudit, read };
}

interface Chain {
  readonly records: readonly AuditRecord[];
  readonly head: ChainHead;
}

const whole = chainOf("CERT#a");
const cut = { ...whole, records: whole.records.slice(0, 1) };
const headMismatch = expect.objectContaining({ code: "HEAD_MISMATCH" });

describe("verifying the audit", () => {
  test("counts the chains and records of all subjects", async () => {
    const { verifyAudit } = setup({ "CERT#a": [whole], "CERT#b": [chainOf("CERT#b")] });
    expect(await verifyAudit()).toEqual({ chains: 2, records: 4, broken: [] });
  });

  test("counts a chain that cannot be read as broken, and goes on", async () => {
    const unreadable = new MusterError("STORED_ITEM_UNREADABLE", "CERT#a cannot be read.");
    const verifyAudit = createVerifyAudit({
      readChain: async (subject) => {
        if (subject === "CERT#a") throw unreadable;
        return chainOf(subject);
      },
      listSubjects: async function* () {
        yield* ["CERT#a", "CERT#b"];
      },
    });
    const breaks = [{ code: "RECORD_UNREADABLE", sequence: 0, detail: "CERT#a cannot be read." }];
    expect(await verifyAudit()).toEqual({
      chains: 2,
      records: 2,
      broken: [{ subject: "CERT#a", breaks }],
    });
  });

  test("looks at one subject where it is named", async () => {
    const { verifyAudit, read } = setup({ "CERT#a": [whole], "CERT#b": [cut] });
    expect(await verifyAudit("CERT#a")).toEqual({ chains: 1, records: 2, broken: [] });
    expect(read).toEqual(["CERT#a"]);
  });

  test("names every broken chain and how it is broken", async () => {
    const { verifyAudit } = setup({ "CERT#a": [cut], "CERT#b": [whole] });
    expect(await verifyAudit()).toEqual({
      chains: 2,
      records: 3,
      broken: [
        { subject: "CERT#a", breaks: [headMismatch] },
        { subject: "CERT#b", breaks: [expect.anything(), expect.anything()] },
      ],
    });
  });

  test("reads a chain once more before it counts as broken", async () => {
    const { verifyAudit, read } = setup({ "CERT#a": [cut, whole] });
    expect(await verifyAudit()).toEqual({ chains: 1, records: 2, broken: [] });
    expect(read).toEqual(["CERT#a", "CERT#a"]);
  });
});
