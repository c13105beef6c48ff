import type { LoggedConnection } from "../logged-connection.ts";
import type { Hint, LocalStatus } from "./local-status.ts";

/**
 * Says what is evidently missing for devices to get in, and what to do. Codes are stable.
 *
 * @param recent the last connections, of which some things show only.
 */
export function findHints(
  status: Omit<LocalStatus, "hints">,
  recent: readonly Pick<LoggedConnection, "outcome">[],
): readonly Hint[] {
  return [
    ...hintsOnCas(status, recent),
    ...hintsOnCertificates(status),
    ...hintsOnQueue(status),
    ...hintsOnIngest(status),
    ...hintsOnWork(status),
  ];
}

function hintsOnCas(
  { caCertificates }: Pick<LocalStatus, "caCertificates">,
  recent: readonly Pick<LoggedConnection, "outcome">[],
): readonly Hint[] {
  if (caCertificates.length === 0) {
    return [
      hint(
        "NO_CA_REGISTERED",
        "No CA is registered, so no unknown device can register by connecting. Register the CA that signs your devices' certificates: npm run muster -- ca register <ca.pem> --manufacturer <id>",
      ),
    ];
  }
  // Many a CA is meant to be so; only a device that was refused for it shows that one is not.
  const wasRefused = recent.some(({ outcome }) => outcome === "AUTO_REGISTRATION_DISABLED");
  return caCertificates.flatMap(({ certificateId, subject, status, autoRegistrationStatus }) => {
    const update = `aws iot update-ca-certificate --certificate-id ${certificateId}`;
    const inactive = hint(
      "CA_INACTIVE",
      `${subject} is INACTIVE: unknown devices of it are refused. Switch it on: ${update} --new-status ACTIVE`,
    );
    const disabled = hint(
      "AUTO_REGISTRATION_DISABLED",
      `${subject} does not register devices at connect, for which a device was refused lately. If it should, switch that on: ${update} --new-auto-registration-status ENABLE`,
    );
    return [
      ...(status === "INACTIVE" ? [inactive] : []),
      ...(autoRegistrationStatus === "DISABLE" && wasRefused ? [disabled] : []),
    ];
  });
}

/** Muster activates or parks each that an event tells of, but those of CAs that it does not know. */
function hintsOnCertificates({
  certificates,
  queue,
}: Pick<LocalStatus, "certificates" | "queue">): readonly Hint[] {
  const { PENDING_ACTIVATION: pending = 0 } = certificates;
  if (pending === 0 || queue.waiting + queue.inWork > 0) return [];
  return [
    hint(
      "CERTIFICATES_PENDING",
      `${plural(pending, "certificate waits", "certificates wait")} in PENDING_ACTIVATION, and no event is on its way. Muster leaves alone what is of CAs that it does not know: compare npm run muster -- ca list with aws iot list-ca-certificates. Register the CA with npm run muster -- ca register, and let the device connect again; or activate by hand: aws iot update-certificate --certificate-id <id> --new-status ACTIVE`,
    ),
  ];
}

/** The rule of the local cloud itself; all others are the user's own. */
const registrationsRule = "muster_local_registrations";
const maxNamedLetters = 3;

type Queue = LocalStatus["queue"];
type Letter = Queue["deadLetters"][number];

function hintsOnQueue({
  queue,
  stateFolder,
}: Pick<LocalStatus, "queue" | "stateFolder">): readonly Hint[] {
  if (queue.dead === 0) return [];
  const of = (kind: ReturnType<typeof toKind>) =>
    queue.deadLetters.filter((letter) => toKind(letter) === kind);
  const causes = [
    ...toCause(
      of("undelivered"),
      () =>
        "the queue of registrations could not be written to. Make room on the disk, and let the device connect again.",
    ),
    ...toCause(
      of("rule"),
      (letters) =>
        `${nameLetters(letters)}. Correct the rule, or start what it sends to; the messages do not come again.`,
    ),
    ...toCause(
      of("function"),
      (letters) =>
        `a function that a topic rule calls failed three times: ${nameLetters(letters)}. More is in its file in ${stateFolder}/log.`,
    ),
    ...toCause(
      of("registration"),
      () =>
        `the causes are in ${stateFolder}/log/onboard.log. When they are mended, let the device connect again: each connect of a waiting certificate makes a new event.`,
    ),
  ];
  return [
    hint(
      "DEAD_LETTERS",
      `${plural(queue.dead, "message was", "messages were")} given up on. ${causes.join(" ")}`,
    ),
  ];
}

/** A batch that stands still says nothing of it itself. */
function hintsOnIngest({
  ingest,
  stateFolder,
}: Pick<LocalStatus, "ingest" | "stateFolder">): readonly Hint[] {
  if (ingest.dead === 0) return [];
  const batches = [...new Set(ingest.deadLetters.flatMap(({ batch }) => batch ?? []))];
  const more = batches.length - maxNamedLetters;
  const named = `${batches.slice(0, maxNamedLetters).join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
  const which = batches.length === 0 ? "" : `, of ${named}`;
  return [
    hint(
      "INGEST_DEAD_LETTERS",
      `${plural(ingest.dead, "message of work on batches was", "messages of work on batches were")} given up on${which}: such a batch goes no further. The causes are in ${stateFolder}/log/ingest.log. When they are mended, push the manifest again; what it brought already is known then, and stays as it is.`,
    ),
  ];
}

function toKind({ error, ruleName = registrationsRule }: Letter) {
  if (error === "INVOCATION_FAILED") return "function";
  if (error === "DROPPED") return "rule";
  if (error !== "UNDELIVERED") return "registration";
  return ruleName === registrationsRule ? "undelivered" : "rule";
}

function toCause(
  letters: readonly Letter[],
  toSentence: (letters: readonly Letter[]) => string,
): readonly string[] {
  if (letters.length === 0) return [];
  return [`${[...new Set(letters.map(({ error }) => error))].join(", ")}: ${toSentence(letters)}`];
}

/** What the letters say of themselves, each once. */
function nameLetters(letters: readonly Letter[]): string {
  const named = letters.map(({ ruleName, topic, cause }) => {
    const where = [
      ...(ruleName === undefined ? [] : [`rule ${ruleName}`]),
      ...(topic === undefined ? [] : [`on ${topic}`]),
    ].join(" ");
    return [where, cause?.replace(/\.$/, "") ?? ""].filter((part) => part !== "").join(", ");
  });
  const different = [...new Set(named)].filter((name) => name !== "");
  if (different.length === 0) return "the letter does not say of what rule";
  const more = different.length - maxNamedLetters;
  return `${different.slice(0, maxNamedLetters).join("; ")}${more > 0 ? `; and ${more} more` : ""}`;
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
            `${plural(logFailures.count, "line", "lines")} of the log of connections could not be written: ${logFailures.last ?? "unknown"}. Make room on the disk.`,
          ),
        ]
      : []),
  ];
}

function hint(code: string, sentence: string): Hint {
  return { code, sentence };
}
