import { describe, expect, test } from "vitest";
import { findHints } from "../../../src/local/status/find-hints.ts";
import type { LocalStatus } from "../../../src/local/status/local-status.ts";
import { createLocalStatus } from "../../support/create-local-status.ts";

interface Case {
  readonly name: string;
  readonly status: Partial<LocalStatus>;
  /** Outcomes of the last connections. */
  readonly recent?: readonly string[];
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
    name: "a CA that is not to register devices",
    status: { caCertificates: cas({ autoRegistrationStatus: "DISABLE" }) },
    hints: [],
  },
  {
    name: "a CA for which a device was refused",
    status: { caCertificates: cas({ autoRegistrationStatus: "DISABLE" }) },
    recent: ["ACCEPTED", "AUTO_REGISTRATION_DISABLED"],
    hints: ["AUTO_REGISTRATION_DISABLED"],
  },
  {
    name: "both",
    status: { caCertificates: cas({ status: "INACTIVE", autoRegistrationStatus: "DISABLE" }) },
    recent: ["AUTO_REGISTRATION_DISABLED"],
    hints: ["CA_INACTIVE", "AUTO_REGISTRATION_DISABLED"],
  },
  {
    name: "certificates that nobody activates",
    status: { certificates: { ACTIVE: 1, PENDING_ACTIVATION: 2 } },
    hints: ["CERTIFICATES_PENDING"],
  },
  {
    name: "certificates whose events are on their way",
    status: {
      certificates: { PENDING_ACTIVATION: 2 },
      queue: { waiting: 1, delayed: 0, inWork: 1, dead: 0, deadLetters: [] },
    },
    hints: [],
  },
  {
    name: "dead letters",
    status: {
      queue: {
        waiting: 0,
        delayed: 0,
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
    name: "dead letters of work on batches",
    status: {
      ingest: {
        waiting: 0,
        delayed: 0,
        inWork: 0,
        dead: 1,
        deadLetters: [{ ...deadLetter, error: "ITEM_FAILED", batch: "b-1", step: "check" }],
      },
    },
    hints: ["INGEST_DEAD_LETTERS"],
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
  test.for(cases)("$name", ({ status, recent = [], hints }) => {
    const found = findHints(
      createLocalStatus(status),
      recent.map((outcome) => ({ outcome })),
    );
    expect(found.map(({ code }) => code)).toEqual(hints);
  });

  const letters = [
    ["ITEM_FAILED", "ITEM_FAILED: the causes are in"],
    ["UNDELIVERED", "UNDELIVERED: the queue of registrations"],
    ["INVOCATION_FAILED", "INVOCATION_FAILED: a function"],
    ["DROPPED", "DROPPED: the letter does not say"],
  ] as const;

  test.for(letters)("on a dead letter of %s say what to do about that one", ([error, text]) => {
    const queue = {
      waiting: 0,
      delayed: 0,
      inWork: 0,
      dead: 1,
      deadLetters: [{ ...deadLetter, error }],
    };
    const [hint] = findHints(createLocalStatus({ queue }), []);
    expect(hint?.sentence).toContain(`1 message was given up on. ${text}`);
    for (const [other] of letters.filter(([code]) => code !== error)) {
      expect(hint?.sentence).not.toContain(other);
    }
  });

  test.for(["DROPPED", "UNDELIVERED"])(
    "on a dead letter %s of the user's own rule name rule, topic and cause",
    (error) => {
      const letter = { ...deadLetter, error, ruleName: "mine", topic: "dt/1", cause: "refused" };
      const queue = { waiting: 0, delayed: 0, inWork: 0, dead: 1, deadLetters: [letter] };
      const [hint] = findHints(createLocalStatus({ queue }), []);
      expect(hint?.sentence).toContain(`${error}: rule mine on dt/1, refused. Correct the rule`);
      expect(hint?.sentence).not.toContain("let the device connect again");
    },
  );

  test("name what they are about", () => {
    const caCertificates = cas({ status: "INACTIVE" });
    const [hint] = findHints(createLocalStatus({ caCertificates }), []);
    expect(hint?.sentence).toContain(`--certificate-id ${ca?.certificateId} --new-status ACTIVE`);
  });
});
