import { describe, expect, test } from "vitest";
import { findHints } from "../../../src/local/status/find-hints.ts";
import type { LocalStatus } from "../../../src/local/status/local-status.ts";
import { createLocalStatus } from "../../support/create-local-status.ts";

interface Case {
  readonly name: string;
  readonly status: Partial<LocalStatus>;
  readonly hints: readonly string[];
}

const [ca] = createLocalStatus().caCertificates;
const cas = (...deviations: readonly object[]) =>
  deviations.map((each) => ({ ...ca, ...each })) as LocalStatus["caCertificates"];
const deadLetter = { messageId: "m", receiveCount: 5, at: "2026-05-01T10:00:00.000Z" };

const cases: readonly Case[] = [
  { name: "a CA that registers devices", status: {}, hints: [] },
  { name: "no CA", status: { caCertificates: [] }, hints: ["NO_CA_REGISTERED"] },
  {
    name: "one of two CAs INACTIVE",
    status: { caCertificates: cas({}, { status: "INACTIVE" }) },
    hints: ["CA_INACTIVE"],
  },
  {
    name: "a CA that registers nothing",
    status: { caCertificates: cas({ autoRegistrationStatus: "DISABLE" }) },
    hints: ["AUTO_REGISTRATION_DISABLED"],
  },
  {
    name: "both",
    status: { caCertificates: cas({ status: "INACTIVE", autoRegistrationStatus: "DISABLE" }) },
    hints: ["CA_INACTIVE", "AUTO_REGISTRATION_DISABLED"],
  },
  {
    name: "dead letters",
    status: {
      queue: {
        waiting: 0,
        inWork: 0,
        dead: 2,
        deadLetters: [
          { ...deadLetter, error: "ITEM_FAILED" },
          { ...deadLetter, error: "TIMED_OUT" },
        ],
      },
    },
    hints: ["DEAD_LETTERS"],
  },
  {
    name: "a topic rule that is disabled",
    status: { topicRules: [{ name: "r", isDisabled: true, undelivered: 0 }] },
    hints: ["TOPIC_RULE_DISABLED"],
  },
  {
    name: "quotas that refused",
    status: { quotas: { scale: 1, throttled: { DescribeCertificate: 3 } } },
    hints: ["THROTTLED"],
  },
  {
    name: "a log that could not be written",
    status: { logFailures: { count: 1, last: "ENOSPC" } },
    hints: ["LOG_INCOMPLETE"],
  },
];

describe("hints", () => {
  test.for(cases)("$name", ({ status, hints }) => {
    const found = findHints(createLocalStatus(status));
    expect(found.map(({ code }) => code)).toEqual(hints);
  });

  const letters = [
    ["ITEM_FAILED", "ITEM_FAILED: the causes are in"],
    ["UNDELIVERED", "UNDELIVERED: the queue of registrations"],
    ["INVOCATION_FAILED", "INVOCATION_FAILED: a function"],
    ["DROPPED", "DROPPED: a topic rule"],
  ] as const;

  test.for(letters)("on a dead letter of %s say what to do about that one", ([error, text]) => {
    const queue = { waiting: 0, inWork: 0, dead: 1, deadLetters: [{ ...deadLetter, error }] };
    const [hint] = findHints(createLocalStatus({ queue }));
    expect(hint?.sentence).toContain(`1 message was given up on. ${text}`);
    for (const [other] of letters.filter(([code]) => code !== error)) {
      expect(hint?.sentence).not.toContain(other);
    }
  });

  test("name what they are about", () => {
    const caCertificates = cas({ status: "INACTIVE" });
    const [hint] = findHints(createLocalStatus({ caCertificates }));
    expect(hint?.sentence).toContain(`--certificate-id ${ca?.certificateId} --new-status ACTIVE`);
  });
});
