import { describe, expect, test } from "vitest";
import type { Batch } from "../../../src/cli/api/batch-api.ts";
import { toBatchText, toExitCode } from "../../../src/cli/batch/batch-text.ts";
import { followBatch } from "../../../src/cli/batch/follow-batch.ts";
import { readRefusals } from "../../../src/cli/batch/read-refusals.ts";
import { toRefusedText } from "../../../src/cli/batch/refused-text.ts";
import { toRowsTable } from "../../../src/cli/batch/rows-table.ts";

const stalled = {
  code: "BATCH_STALLED",
  message:
    "land of part 3 failed again and again (AccessDenied) and waits in the dead-letter queue.",
};
const noRows = { rows: 0, added: 0, known: 0, refused: 0, warnings: 0 };
const batch: Batch = {
  id: "0198c5",
  manufacturer: "acme",
  profile: "sensor",
  profileVersion: 3,
  status: "completed",
  dryRun: false,
  fileName: "reel.csv",
  bytes: 12_345_678,
  sha256: "0".repeat(64),
  format: "csv",
  createdAt: "2026-05-01T12:00:00Z",
  completedAt: "2026-05-01T12:01:30Z",
  counts: { rows: 1_000, added: 900, known: 60, refused: 40, warnings: 2 },
  progress: 1,
};

describe("the exit code of a batch", () => {
  const cases: readonly (readonly [Batch["status"], refused: number, code: number])[] = [
    ["completed", 0, 0],
    ["completed", 1, 3],
    ["completed", 10, 1],
    ["recalled", 0, 0],
    ["failed", 0, 1],
    ["expired", 0, 1],
    ["awaiting-approval", 1, 4],
    ["awaiting-upload", 0, 0],
    ["inspecting", 0, 0],
    ["ingesting", 3, 0],
  ];
  test.for(cases)("that is %s, with %d of 10 rows refused, is %d", ([status, refused, code]) => {
    expect(toExitCode({ ...batch, status, counts: { ...noRows, rows: 10, refused } })).toBe(code);
  });

  test.for([
    ["inspecting", 5],
    ["ingesting", 5],
    ["completed", 0],
    ["failed", 1],
  ] as const)("that is %s and has stalled is %d", ([status, code]) => {
    const counts = { ...noRows, rows: 10 };
    expect(toExitCode({ ...batch, status, counts, problem: stalled })).toBe(code);
  });
});

describe("the summary of a batch", () => {
  test("has its counts, how long it took, and what there is no word of is left out", () => {
    expect(toBatchText(batch)).toMatchInlineSnapshot(`
      "! Batch 0198c5: completed
        file           reel.csv, 12.3 MB, csv
        manufacturer   acme
        profile        sensor, version 3
        rows           1,000
        added          900
        known already  60
        refused        40
        warnings       2
        took           1 min 30 s, 11 rows/s"
    `);
  });

  test("names the codes of its warnings, where they are known", () => {
    expect(toBatchText(batch, ["CERTIFICATE_TWICE", "DEVICE_ID_SHORT"])).toContain(
      "warnings       2  CERTIFICATE_TWICE, DEVICE_ID_SHORT\n",
    );
  });

  test("of one that failed says why, without what a terminal would obey", () => {
    const problem = { code: "MANIFEST_UNREADABLE", message: "\u001b[2Jno format" };
    const failed: Batch = { ...batch, status: "failed", counts: noRows, problem };
    expect(toBatchText(failed)).toContain("why           MANIFEST_UNREADABLE \ufffd[2Jno format");
  });
});

test("the summary of a batch that stalled says who can mend it", () => {
  const { completedAt: _, ...running } = batch;
  const text = toBatchText({ ...running, status: "ingesting", progress: 0.416, problem: stalled });
  const [first, ...fields] = text.split("\n");
  expect(first).toBe("! Batch 0198c5: stalled at 41 %; the operator has to mend what fails");
  expect(fields.at(-1)).toMatch(/why +BATCH_STALLED land of part 3/);
});

test("the summary of a batch that waits for approval says of what", () => {
  const approval = { quantity: 940, unsigned: 40, registrationSeconds: 3_600 };
  const text = toBatchText({ ...batch, status: "awaiting-approval", approval });
  expect(text).toContain(
    "to be approved  940 certificates (--quantity 940); 40 of an issuer that others issue from too, unsigned; registered in advance, which takes 60 min",
  );
});

test("the summary of a batch without a row is that of a failure", () => {
  const empty = { ...batch, counts: noRows };
  expect(toBatchText(empty)).toContain("✗ Batch 0198c5: there is no row in its file\n");
  expect(toExitCode(empty)).toBe(1);
});

test("the summary of a recalled batch says that known rows stand with other batches", () => {
  const recalled: Batch = { ...batch, status: "recalled" };
  expect(toBatchText(recalled)).toContain("Those known already are of other batches");
  const own = { ...recalled, counts: { ...batch.counts, known: 0 } };
  expect(toBatchText(own)).not.toContain("other batches");
});

test("the summary of a batch that is registered in advance says how far that is", () => {
  const registration = { total: 940, registered: 100, refused: 2, failed: 1, secondsLeft: 90 };
  expect(toBatchText({ ...batch, registration })).toContain(
    "in AWS IoT     100 of 940 registered, 2 kept out, 1 not yet, 90 s left\n",
  );
  const over = { ...registration, registered: 937, secondsLeft: 0 };
  expect(toBatchText({ ...batch, registration: over })).toContain(
    "937 of 940 registered, 2 kept out, 1 not yet, by then; batch yield says how it is now\n",
  );
});

describe("following a batch", () => {
  test("ends when it stalls", async () => {
    const answers: Batch[] = [
      { ...batch, status: "ingesting" },
      { ...batch, status: "ingesting", problem: stalled },
    ];
    const show = async () => {
      const answer = answers.shift();
      if (!answer) throw new Error("It is asked for again.");
      return answer;
    };
    const { signal } = new AbortController();
    expect(await followBatch({ show }, batch.id, { show: false, signal })).toMatchObject({
      problem: stalled,
    });
  });
});

describe("what was refused", () => {
  const refused = (record: number, code: string, message: string) => ({
    record,
    severity: "refused" as const,
    code,
    message,
  });
  const foreign = "It was issued by CN=Other CA, which no trusted issuer leads to.";

  test("is grouped by code where it is much, with the first rows and who can mend it", async () => {
    const rows = [
      refused(3, "CERTIFICATE_UNREADABLE", "certificate: it ends before its content does."),
      ...Array.from({ length: 39 }, (_, index) =>
        refused(index + 4, "ISSUER_NOT_TRUSTED", foreign),
      ),
    ];
    const listErrors = async () => ({ rows });
    const findReport = () => Promise.reject(new Error("All rows are there already."));
    const { signal } = new AbortController();
    const read = await readRefusals({ listErrors, findReport }, batch, signal);
    expect(toRefusedText({ batch, ...read }).join("\n")).toMatchInlineSnapshot(`
      "
      Refused
      Code                    Rows  First  Why
      ISSUER_NOT_TRUSTED      39    4      It was issued by CN=Other CA, which no trusted issuer leads to.
      CERTIFICATE_UNREADABLE  1     3      certificate: it ends before its content does.

      The first of them
      Record  Device  Code                    Why
      3               CERTIFICATE_UNREADABLE  certificate: it ends before its content does.
      4               ISSUER_NOT_TRUSTED      It was issued by CN=Other CA, which no trusted issuer leads to.
      5               ISSUER_NOT_TRUSTED      It was issued by CN=Other CA, which no trusted issuer leads to.
      6               ISSUER_NOT_TRUSTED      It was issued by CN=Other CA, which no trusted issuer leads to.
      7               ISSUER_NOT_TRUSTED      It was issued by CN=Other CA, which no trusted issuer leads to.
      … and 35 rows more

      What helps
        ISSUER_NOT_TRUSTED
          Send the operator the CA's certificate. If it is genuine, the operator adds
          it, and you push again:
          npm run muster -- manufacturer add acme --issuer ca.pem
        CERTIFICATE_UNREADABLE
          Give the certificate as PEM or DER, whole and unaltered."
    `);
  });

  test("is listed alone where it is little", () => {
    const few = { ...batch, counts: { ...batch.counts, refused: 1 } };
    const row = refused(3, "SOMETHING_NEW", "It is new.");
    const refusals = [{ code: row.code, rows: 1, firstRecord: 3, message: row.message }];
    expect(toRefusedText({ batch: few, firstRefused: [row], refusals, warned: [] })).toEqual([
      "",
      "Refused",
      "Record  Device  Code           Why\n3               SOMETHING_NEW  It is new.",
    ]);
  });
});

describe("the table of rows", () => {
  const row = {
    record: 7,
    severity: "refused" as const,
    code: "SUBJECT_MISMATCH",
    message: "The subject has no serial number, and the profile wants one to be there.",
    deviceId: "SN\u0007-1",
  };

  test("keeps to the columns there are, and harmless", () => {
    expect(toRowsTable([row], 80).split("\n")).toEqual([
      "Record  Device  Code              Why",
      "7       SN\ufffd-1   SUBJECT_MISMATCH  The subject has no serial number, and the",
      "                                  profile wants one to be there.",
    ]);
  });

  test("breaks no sentence where nobody watches, and tells warnings from refusals", () => {
    const warning = { ...row, severity: "warning" as const };
    const lines = toRowsTable([row, warning], Number.POSITIVE_INFINITY).split("\n");
    expect(lines).toHaveLength(3);
    expect(lines[2]).toMatch(/^7 {7}warning {2}SN/);
  });
});
