import { describe, expect, test } from "vitest";
import type { AuditRecord } from "../../../src/rules/audit/audit-record.ts";
import { reasons } from "../../../src/rules/decision/reason-codes.ts";
import { eventsOfCall, fleetEventTypes } from "../../../src/rules/events/fleet-event.ts";
import { publishedActions, toFleetEvent } from "../../../src/rules/events/to-fleet-event.ts";

const certificateId = "ab".repeat(32);
const certificate = `CERT#${certificateId}`;
const findings = [
  { code: "NOT_IN_LEDGER", detail: "CN=dev-1 is in no manufacturer's ledger." },
  { code: "HELD", detail: "Held by operator:eve: stolen in Lyon." },
];
const admission = {
  thingName: "dev-1",
  policyName: "muster-test-sensor-1",
  groups: ["sensors"],
  manufacturer: "acme",
  batch: "b-1",
  profile: "sensor",
  profileVersion: 3,
  subject: "CN=dev-1",
  issuer: "CN=Acme",
  serial: "01",
};
const counts = { rows: 10, added: 6, known: 3, refused: 1, warnings: 0 };
const manifest = { sha256: "00", bytes: 1, fileName: "secret-project.csv", format: "csv" };
const pushed = { manufacturer: "acme", profile: "sensor", manifest, counts, dryRun: false };
const imported = { manufacturer: "acme", profile: "sensor", entries: 4, source: "import" };

const record = (
  subject: string,
  action: string,
  evidence: AuditRecord["evidence"],
): AuditRecord => ({
  subject,
  action,
  evidence,
  actor: "muster:onboard",
  at: "2026-05-01T12:00:00.000Z",
  sequence: 7,
  previousHash: "0".repeat(64),
  hash: "1".repeat(64),
});

const common = (subject: string) => ({
  version: 1,
  stage: "test",
  subject,
  sequence: 7,
  at: "2026-05-01T12:00:00.000Z",
  actor: "muster:onboard",
});

const admitted = { thingName: "dev-1", manufacturer: "acme", batch: "b-1", profile: "sensor" };
const published = [
  [
    certificate,
    "admitted",
    admission,
    "admitted",
    { certificateId, ...admitted, profileVersion: 3 },
  ],
  [
    certificate,
    "quarantined",
    { findings },
    "quarantined",
    { certificateId, codes: ["NOT_IN_LEDGER", "HELD"] },
  ],
  [
    certificate,
    "rejected",
    { findings: [{ code: "CERTIFICATE_EXPIRED", detail: "" }] },
    "rejected",
    { certificateId, codes: ["CERTIFICATE_EXPIRED"] },
  ],
  [certificate, "revoked", { reason: "stolen in Lyon" }, "revoked", { certificateId }],
  [
    "BATCH#b-1",
    "completed",
    pushed,
    "batch-completed",
    { batch: "b-1", manufacturer: "acme", profile: "sensor", entries: 9, counts },
  ],
  [
    "BATCH#b-1",
    "completed",
    imported,
    "batch-completed",
    { batch: "b-1", manufacturer: "acme", profile: "sensor", entries: 4 },
  ],
] as const;

const silent = [
  ["BATCH#b-1", "completed", { ...pushed, dryRun: true }, "a dry run, which changed nothing"],
  ["TOKEN#t-1", "revoked", {}, "a token, which is no device"],
  ["BATCH#b-1", "failed", { code: "MANIFEST_UNREADABLE" }, "a batch that failed"],
  [
    "BATCH#b-1",
    "recalled",
    { reason: "wrong keys" },
    "a recall; what it parks is told of by itself",
  ],
  [certificate, "held", { reason: "stolen" }, "a word that is still to be carried out"],
  [certificate, "given-up", { code: "X" }, "an event that was given up"],
  ["MANUFACTURER#acme", "suspended", {}, "a manufacturer"],
  ["CERT#", "__proto__", {}, "no action at all"],
] as const;

describe("an audit record", () => {
  test.for(published)("%s %s %j becomes %s", ([subject, action, evidence, type, content]) => {
    const event = toFleetEvent(record(subject, action, evidence), "test");
    expect(event).toEqual({ type, detail: { ...common(subject), ...content } });
  });

  test("hands its correlation id on", () => {
    const event = toFleetEvent(
      { ...record(certificate, "revoked", {}), correlationId: "m-1" },
      "test",
    );
    expect(event?.detail).toHaveProperty("correlationId", "m-1");
  });

  test.for(silent)("%s %s %j: nobody is told of %s", ([subject, action, evidence]) => {
    expect(toFleetEvent(record(subject, action, evidence), "test")).toBeUndefined();
  });

  test("of each action that is published is in the filter of the stream, and no other", () => {
    const used = new Set(published.map(([, action]) => action));
    expect(publishedActions.toSorted()).toEqual([...used].sort());
    expect(new Set(published.map(([, , , type]) => type))).toEqual(new Set(fleetEventTypes));
  });

  test.for([
    [
      "without a thing name",
      certificate,
      "admitted",
      { ...admission, thingName: undefined },
      "thingName",
    ],
    ["about no certificate", "CERT#no-id", "revoked", {}, "certificateId"],
    [
      "with a code that is none",
      certificate,
      "rejected",
      { findings: [{ code: "X", detail: "" }] },
      "codes.0",
    ],
    ["without findings", certificate, "quarantined", {}, "codes"],
    [
      "with findings that are none",
      certificate,
      "quarantined",
      { findings: ["HELD", null] },
      "codes.0",
    ],
    [
      "of a batch without counts",
      "BATCH#b-1",
      "completed",
      { manufacturer: "acme", profile: "sensor" },
      "entries",
    ],
    [
      "with a name beyond all bounds",
      certificate,
      "admitted",
      { ...admission, batch: "b".repeat(301) },
      "batch",
    ],
  ] as const)("%s is refused, naming the field", ([, subject, action, evidence, field]) => {
    expect(() => toFleetEvent(record(subject, action, evidence), "test")).toThrow(
      expect.objectContaining({
        code: "STORED_ITEM_UNREADABLE",
        details: { subject, sequence: 7, fields: expect.arrayContaining([field]) },
      }),
    );
  });

  test("never makes ten events larger than one call takes", () => {
    const longest = "\u{1f512}".repeat(150);
    const codes = Object.keys(reasons).map((code) => ({ code, detail: "x".repeat(300_000) }));
    const records = [
      record(certificate, "quarantined", { findings: codes }),
      record(certificate, "admitted", {
        ...admission,
        thingName: longest,
        manufacturer: longest,
        batch: longest,
        profile: longest,
      }),
    ].map((each) => ({ ...each, actor: longest, correlationId: longest }));
    for (const each of records) {
      const event = toFleetEvent(each, longest);
      const bytes = Buffer.byteLength(JSON.stringify(event?.detail));
      expect(bytes * eventsOfCall).toBeLessThan(256 * 1024);
    }
  });
});
