import type { LocalStatus } from "../../local/status/local-status.ts";
import { colors, columnsThere, plural, toFields, toTable } from "../output.ts";
import { toPrintable, wrap } from "../terminal-text.ts";
import { toAttemptLines, toLinesBelow, toLocalTime, toShortId } from "./attempt-line.ts";

const maxRows = 20;
const hintColumns = 100;
const letterColumns = 100;

type DeadLetter = LocalStatus["queue"]["deadLetters"][number];

/** @param columns of the terminal; undefined where none reads. */
export function toStatusText(status: LocalStatus, columns: number | undefined): string {
  return [
    toHead(status),
    section("CAs", toCas(status)),
    section("Registry", toRegistry(status)),
    section("Topic rules", toRules(status)),
    section("Queue of registrations", toQueue(status.queue, columns)),
    section("Queue of work on batches", toQueue(status.ingest, columns)),
    section(`Connected: ${status.connections.length}`, toConnections(status)),
    section(
      "Last connections",
      status.attempts.flatMap((entry) => toAttemptLines(entry, { columns })).join("\n"),
    ),
    section("What to do", toHints(status, columns)),
  ]
    .filter((block) => block !== undefined)
    .join("\n\n");
}

function toHead(status: LocalStatus): string {
  const { endpoints, quotas, propagationDelaySeconds, files } = status;
  const { mqtt, iot, dynamodb, api } = endpoints;
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  const scale = quotas.scale === 0 ? "none" : `AWS's defaults times ${quotas.scale}`;
  const throttled = Object.entries(quotas.throttled).map(([name, times]) => `${name} ${times}`);
  return [
    `${colors.bold("The local cloud is up")} since ${toLocalTime(status.startedAt)}, process ${status.pid}`,
    toFields({
      devices: `mqtts://${mqtt.serverName}:${mqtt.port}`,
      "server CA": status.serverCa,
      "HTTP API": api,
      "IoT API": iot,
      database: dynamodb,
      state: `${status.stateFolder}  ${toSize(bytes)}`,
      quotas: scale,
      throttled: throttled.length > 0 ? colors.yellow(throttled.join(", ")) : undefined,
      propagation: propagationDelaySeconds === 0 ? "at once" : `after ${propagationDelaySeconds} s`,
    }),
  ].join("\n");
}

function toCas({ caCertificates }: LocalStatus): string | undefined {
  if (caCertificates.length === 0) return undefined;
  return indentTable(
    ["subject", "id", "status", "registers at connect", "mode"],
    caCertificates.map((ca) => [
      toPrintable(ca.subject),
      toShortId(ca.certificateId),
      markUnless(ca.status, "ACTIVE"),
      markUnless(ca.autoRegistrationStatus, "ENABLE"),
      ca.certificateMode,
    ]),
  );
}

function toRegistry({ certificates, things, policies }: LocalStatus): string {
  const statuses = Object.entries(certificates).filter(([, count]) => count > 0);
  return toFields({
    certificates: statuses.map(([status, count]) => `${count} ${status}`).join(", ") || "none",
    things: String(things),
    policies: String(policies),
  });
}

function toRules({ topicRules }: LocalStatus): string | undefined {
  if (topicRules.length === 0) return undefined;
  return indentTable(
    ["name", "is", "undelivered"],
    topicRules.map(({ name, isDisabled, undelivered }) => [
      name,
      markUnless(isDisabled ? "disabled" : "enabled", "enabled"),
      markUnless(String(undelivered), "0"),
    ]),
  );
}

function toQueue(queue: LocalStatus["queue"], columns = letterColumns): string {
  const fields = toFields({
    waiting: String(queue.waiting),
    delayed: queue.delayed > 0 ? String(queue.delayed) : undefined,
    "in work": String(queue.inWork),
    "dead letters": markUnless(String(queue.dead), "0"),
  });
  if (queue.deadLetters.length === 0) return fields;
  const letters = queue.deadLetters.flatMap((letter) => toLetterLines(letter, columns));
  return [fields, "", ...letters].join("\n");
}

function toLetterLines(letter: DeadLetter, columns: number): readonly string[] {
  const {
    at,
    receiveCount,
    error,
    certificateId = "",
    batch,
    step,
    ruleName,
    topic,
    cause,
  } = letter;
  const head = [
    colors.dim(toLocalTime(at)),
    receiveCount === 0 ? "" : plural(receiveCount, "try", "tries"),
    colors.yellow(error),
    toShortId(certificateId),
    ...(step === undefined ? [] : [step]),
    ...(batch === undefined ? [] : [batch]),
  ];
  const rule = ruleName === undefined ? [] : [`rule ${ruleName}`];
  const about = [...rule, ...(topic === undefined ? [] : [`topic ${topic}`])].join(", ");
  return [
    `  ${head.filter((part) => part !== "").join("  ")}`,
    ...[about, cause ?? ""].flatMap((text) => (text === "" ? [] : toLinesBelow(text, columns))),
  ];
}

function toConnections({ connections }: LocalStatus): string | undefined {
  if (connections.length === 0) return undefined;
  const rows = connections
    .slice(0, maxRows)
    .map(({ clientId, thingName = "-", certificateId, mqttVersion, tlsVersion = "-", since }) => [
      toPrintable(clientId),
      thingName,
      toShortId(certificateId),
      mqttVersion,
      tlsVersion,
      toLocalTime(since),
    ]);
  const more = connections.length - rows.length;
  const table = indentTable(["client id", "thing", "certificate", "MQTT", "TLS", "since"], rows);
  return more > 0 ? `${table}\n  … and ${more} more: --json has them all` : table;
}

function toHints({ hints }: LocalStatus, columns = hintColumns): string | undefined {
  const width = Math.min(columns, hintColumns) - 4;
  return hints
    .map(({ sentence }) => {
      const [first = "", ...rest] = wrap(toPrintable(sentence), width);
      return [`  ${colors.yellow("!")} ${first}`, ...rest.map((line) => `    ${line}`)].join("\n");
    })
    .join("\n");
}

function section(title: string, text: string | undefined): string | undefined {
  return text ? `${colors.bold(title)}\n${text}` : undefined;
}

function indentTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return toTable(head, rows, columnsThere() - 2)
    .split("\n")
    .map((line) => `  ${line}`)
    .join("\n");
}

function markUnless(text: string, usual: string): string {
  return text === usual ? text : colors.yellow(text);
}

function toSize(bytes: number): string {
  return bytes < 1_000_000
    ? `${Math.ceil(bytes / 1_000)} kB`
    : `${(bytes / 1_000_000).toFixed(1)} MB`;
}
