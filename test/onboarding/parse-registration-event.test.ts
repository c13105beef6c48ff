import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseRegistrationEvent } from "../../src/onboarding/admit/parse-registration-event.ts";
import { MusterError } from "../../src/rules/errors.ts";

const event = {
  certificateId: "ab".repeat(32),
  caCertificateId: "cd".repeat(32),
  timestamp: 1_777_000_000_000,
  certificateStatus: "PENDING_ACTIVATION",
  awsAccountId: "123456789012",
  certificateRegistrationTimestamp: null,
};

describe("a registration event", () => {
  test("is read; what else it says is passed over", () => {
    expect(parseRegistrationEvent(event)).toEqual({
      certificateId: event.certificateId,
      caCertificateId: event.caCertificateId,
      publishedAt: new Date(1_777_000_000_000),
      registeredAt: new Date(1_777_000_000_000),
    });
  });

  test.for([
    ["null, as in the first event", null, 0],
    ["nothing", undefined, 0],
    ["digits", "1776999990000", 10_000],
    ["a number", 1_776_999_990_000, 0],
    ["no digits", "yesterday", 0],
    ["a time after it was published", "1777000000001", 0],
  ] as const)("says of when the certificate was registered: %s", ([, said, earlierMs]) => {
    const { publishedAt, registeredAt } = parseRegistrationEvent({
      ...event,
      certificateRegistrationTimestamp: said,
    });
    expect(publishedAt.getTime() - registeredAt.getTime()).toBe(earlierMs);
  });

  test.for([1, 8.64e15])("may be published at %d", (timestamp) => {
    const { publishedAt } = parseRegistrationEvent({ ...event, timestamp });
    expect(publishedAt.getTime()).toBe(timestamp);
  });

  const { certificateId: _, ...withoutId } = event;
  const cases: readonly (readonly [what: string, event: unknown, fields: readonly string[]])[] = [
    ["nothing", undefined, ["(event)"]],
    ["null", null, ["(event)"]],
    ["a list", [event], ["(event)"]],
    ["text", JSON.stringify(event), ["(event)"]],
    ["an empty one", {}, ["certificateId", "caCertificateId", "certificateStatus", "timestamp"]],
    ["no certificate id", withoutId, ["certificateId"]],
    ["63 digits", { ...event, certificateId: "a".repeat(63) }, ["certificateId"]],
    ["65 digits", { ...event, certificateId: "a".repeat(65) }, ["certificateId"]],
    ["upper case", { ...event, certificateId: "AB".repeat(32) }, ["certificateId"]],
    ["no hex", { ...event, caCertificateId: "g".repeat(64) }, ["caCertificateId"]],
    ["a new line", { ...event, certificateId: `${event.certificateId}\n` }, ["certificateId"]],
    ["another status", { ...event, certificateStatus: "ACTIVE" }, ["certificateStatus"]],
    ["no time", { ...event, timestamp: "1777000000000" }, ["timestamp"]],
    ["time zero", { ...event, timestamp: 0 }, ["timestamp"]],
    ["half a millisecond", { ...event, timestamp: 1.5 }, ["timestamp"]],
    ["a time that no Date can hold", { ...event, timestamp: 8.64e15 + 1 }, ["timestamp"]],
  ];
  test.for(cases)("with %s is EVENT_INVALID, naming the fields", ([, wrong, fields]) => {
    expect(() => parseRegistrationEvent(wrong)).toThrow(
      expect.objectContaining({
        code: "EVENT_INVALID",
        message: expect.stringContaining(`missing or wrong: ${fields.join(", ")}.`),
        details: { fields },
      }),
    );
  });

  test("is read whole or EVENT_INVALID, whatever the message is", () => {
    const junk = fc.oneof(
      fc.jsonValue(),
      fc
        .tuple(fc.constantFrom(...Object.keys(event)), fc.oneof(fc.jsonValue(), fc.double()))
        .map(([field, value]) => ({ ...event, [field]: value })),
    );
    fc.assert(
      fc.property(junk, (message) => {
        try {
          const parsed = parseRegistrationEvent(message);
          expect(parsed.certificateId).toMatch(/^[0-9a-f]{64}$/);
          expect(parsed.caCertificateId).toMatch(/^[0-9a-f]{64}$/);
          expect(parsed.publishedAt.getTime()).toBeGreaterThan(0);
        } catch (error) {
          expect(error).toBeInstanceOf(MusterError);
          expect(error).toMatchObject({ code: "EVENT_INVALID" });
        }
      }),
    );
  });
});
