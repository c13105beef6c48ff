import type { Hint, LocalStatus } from "./local-status.ts";

/** Says what is evidently missing for devices to get in, and what to do. Codes are stable. */
export function findHints(status: Omit<LocalStatus, "hints">): readonly Hint[] {
  return [...hintsOnCas(status), ...hintsOnQueue(status), ...hintsOnWork(status)];
}

function hintsOnCas({ caCertificates }: Pick<LocalStatus, "caCertificates">): readonly Hint[] {
  if (caCertificates.length === 0) {
    return [
      hint(
        "NO_CA_REGISTERED",
        "No CA is registered, so no unknown device can register by connecting. Register the CA that signs your devices' certificates: npm run muster -- ca register <ca.pem> --manufacturer <id>",
      ),
    ];
  }
  return caCertificates.flatMap(({ certificateId, subject, status, autoRegistrationStatus }) => {
    const update = `aws iot update-ca-certificate --certificate-id ${certificateId}`;
    const inactive = hint(
      "CA_INACTIVE",
      `${subject} is INACTIVE: unknown devices of it are refused. Switch it on: ${update} --new-status ACTIVE`,
    );
    const disabled = hint(
      "AUTO_REGISTRATION_DISABLED",
      `${subject} does not register devices at connect. Switch that on: ${update} --new-auto-registration-status ENABLE`,
    );
    return [
      ...(status === "INACTIVE" ? [inactive] : []),
      ...(autoRegistrationStatus === "DISABLE" ? [disabled] : []),
    ];
  });
}

/** Letters that are not what a function could not do. */
const causesOfLetters = {
  UNDELIVERED:
    "the queue of registrations could not be written to. Make room on the disk, and let the device connect again.",
  INVOCATION_FAILED:
    "a function that a topic rule calls failed three times. The causes are in its file of the folder log.",
  DROPPED:
    "a topic rule reached neither its targets nor its error action, or had too many messages waiting. The letter names the rule and what failed: correct the rule, or start what it sends to.",
} as const;

function hintsOnQueue({ queue, stateFolder }: Pick<LocalStatus, "queue" | "stateFolder">) {
  if (queue.dead === 0) return [];
  const codes = [...new Set(queue.deadLetters.map(({ error }) => error))];
  const isOfFunction = (code: string) => !Object.hasOwn(causesOfLetters, code);
  const causes = [
    ...Object.entries(causesOfLetters).flatMap(([code, cause]) =>
      codes.includes(code) ? [`${code}: ${cause}`] : [],
    ),
    ...(codes.some(isOfFunction)
      ? [
          `${codes.filter(isOfFunction).join(", ")}: the causes are in ${stateFolder}/log/onboard.log. When they are mended, let the device connect again: each connect of a waiting certificate makes a new event.`,
        ]
      : []),
  ];
  return [
    hint(
      "DEAD_LETTERS",
      `${plural(queue.dead, "message was", "messages were")} given up on. ${causes.join(" ")}`,
    ),
  ];
}

function plural(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}

function hintsOnWork(
  status: Pick<LocalStatus, "topicRules" | "quotas" | "logFailures">,
): readonly Hint[] {
  const { topicRules, quotas, logFailures } = status;
  const disabled = topicRules.filter(({ isDisabled }) => isDisabled);
  const throttled = Object.keys(quotas.throttled);
  return [
    ...disabled.map(({ name }) =>
      hint(
        "TOPIC_RULE_DISABLED",
        `Topic rule ${name} is disabled: its messages go nowhere. Switch it on: aws iot enable-topic-rule --rule-name ${name}`,
      ),
    ),
    ...(throttled.length > 0
      ? [
          hint(
            "THROTTLED",
            `Quotas refused calls or messages: ${throttled.join(", ")}. AWS would, too. Call less often, or lift the quotas here: npm start -- --quota-scale 10 (0: none)`,
          ),
        ]
      : []),
    ...(logFailures.count > 0
      ? [
          hint(
            "LOG_INCOMPLETE",
            `${logFailures.count} lines of the log of connections could not be written: ${logFailures.last ?? "unknown"}. Make room on the disk.`,
          ),
        ]
      : []),
  ];
}

function hint(code: string, sentence: string): Hint {
  return { code, sentence };
}
