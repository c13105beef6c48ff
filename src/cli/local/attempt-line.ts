import type { LoggedConnection } from "../../local/logged-connection.ts";
import { colors } from "../output.ts";
import { cutToWidth, toPrintable, widthOf } from "../terminal-text.ts";
import { ordinaryEnds } from "./ordinary-ends.ts";

export interface LineOptions {
  /** Of the terminal; undefined where none reads. */
  readonly columns: number | undefined;
  /** How often it came in a row. */
  readonly count?: number;
}

interface Segment {
  readonly text: string;
  readonly paint: (text: string) => string;
}

const shortIdLength = 8;
const gap = "  ";
const plain = (text: string) => text;

/** One line on what was decided on a connection; the sentence is cut before what comes before it. */
export function toAttemptLine(entry: LoggedConnection, options: LineOptions): string {
  const { columns, count = 1 } = options;
  const [leaf] = entry.chain;
  const subject = segment(leaf?.subject, plain);
  const sentence = segment(entry.sentence, colors.dim);
  const head = [
    ...segment(toLocalTime(entry.at), colors.dim),
    ...segment(count > 1 ? `${entry.outcome} ×${count}` : entry.outcome, paintOf(entry.outcome)),
    ...segment(entry.clientId, colors.bold),
    ...segment(leaf && toShortId(leaf.certificateId), plain),
  ];
  const whole = [...head, ...subject, ...sentence];
  if (columns === undefined || widthOfAll(whole) <= columns) return join(whole);
  return join(cut([...head, ...sentence], columns));
}

/**
 * All that came, in lines below that one; uncut, as whoever asks wants to copy from it.
 *
 * @param columns of the terminal, which cut the sentence; undefined where none reads.
 */
export function toAttemptDetails(entry: LoggedConnection, columns?: number): readonly string[] {
  const { serverName, tlsVersion, cipher, alpn } = entry;
  const source = [entry.remoteAddress, entry.remotePort].filter((part) => part !== undefined);
  const tls = [tlsVersion, cipher, serverName && `SNI ${serverName}`, alpn && `ALPN ${alpn}`];
  const [leaf, ...issuers] = entry.chain.map((sent) => `${sent.certificateId}  ${sent.subject}`);
  const rows: readonly (readonly [string, string])[] = [
    ["from", source.join(":")],
    ["TLS", tls.filter(Boolean).join(", ") || "no handshake"],
    ["sent", leaf ?? "no certificate"],
    ...issuers.map((issuer) => ["", issuer] as const),
    ["MQTT", toMqttText(entry)],
    ...(columns === undefined ? [] : [["why", entry.sentence] as const]),
  ];
  return rows.map(([name, value]) =>
    colors.dim(`${" ".repeat(12)}${name.padEnd(4)}${gap}${toPrintable(value)}`),
  );
}

export function toShortId(certificateId: string): string {
  return certificateId.slice(0, shortIdLength);
}

/** In the time zone of whoever reads; with the day when it is not today. */
export function toLocalTime(at: string, now = new Date()): string {
  const date = new Date(at);
  const time = date.toLocaleTimeString("sv");
  return date.toDateString() === now.toDateString()
    ? time
    : `${date.toLocaleDateString("sv")} ${time}`;
}

function toMqttText(entry: LoggedConnection): string {
  const {
    mqttVersion,
    clientId,
    keepAliveSeconds,
    isCleanSession,
    sessionExpirySeconds: expiry,
  } = entry;
  if (mqttVersion === undefined && clientId === undefined) return "no CONNECT";
  const session = isCleanSession ? "clean session" : "persistent session";
  return [
    mqttVersion,
    clientId !== undefined && `client id ${JSON.stringify(clientId)}`,
    keepAliveSeconds !== undefined && `keep alive ${keepAliveSeconds} s`,
    isCleanSession !== undefined && session,
    expiry !== undefined && `kept for ${expiry} s`,
  ]
    .filter(Boolean)
    .join(", ");
}

function paintOf(outcome: string): (text: string) => string {
  if (outcome === "ACCEPTED") return colors.green;
  if (outcome === "REGISTERED") return colors.cyan;
  if (outcome === "SERVER_ERROR") return colors.red;
  return ordinaryEnds.has(outcome) ? colors.dim : colors.yellow;
}

function segment(text: string | undefined, paint: Segment["paint"]): readonly Segment[] {
  return text === undefined || text === "" ? [] : [{ text: toPrintable(text), paint }];
}

function join(segments: readonly Segment[]): string {
  return gap + segments.map(({ text, paint }) => paint(text)).join(gap);
}

function widthOfAll(segments: readonly Segment[]): number {
  return segments.reduce((sum, { text }) => sum + gap.length + widthOf(text), 0);
}

function cut(segments: readonly Segment[], columns: number): readonly Segment[] {
  let left = columns;
  return segments.flatMap(({ text, paint }) => {
    left -= gap.length;
    const shown = cutToWidth(text, left);
    left -= widthOf(shown);
    return shown === "" ? [] : [{ text: shown, paint }];
  });
}
