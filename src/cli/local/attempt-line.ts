import type { LoggedConnection } from "../../local/logged-connection.ts";
import { colors } from "../output.ts";
import { cutToWidth, toPrintable, widthOf, wrapWhole } from "../terminal-text.ts";
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
const below = " ".repeat(6);
const plain = (text: string) => text;

/**
 * What was decided on a connection: one line where it fits or where no terminal reads, else the
 * sentence in lines of its own below. The sentence is never cut; a device's own names may be.
 */
export function toAttemptLines(
  entry: LoggedConnection,
  { columns, count = 1 }: LineOptions,
): readonly string[] {
  const [leaf] = entry.chain;
  const head = [
    ...segment(toLocalTime(entry.at), colors.dim),
    ...segment(count > 1 ? `${entry.outcome} ×${count}` : entry.outcome, paintOf(entry.outcome)),
    ...segment(entry.clientId, colors.bold),
    ...segment(leaf && toShortId(leaf.certificateId), plain),
    ...segment(leaf?.subject, plain),
  ];
  const whole = [...head, ...segment(entry.sentence, colors.dim)];
  if (columns === undefined || widthOfAll(whole) <= columns) return [gap + join(whole)];
  const lines = flow(head, columns).map((line, index) => (index === 0 ? gap : below) + join(line));
  return [...lines, ...toLinesBelow(entry.sentence, columns)];
}

/** Text in dim lines below one that it belongs to. */
export function toLinesBelow(text: string, columns: number): readonly string[] {
  return wrapWhole(toPrintable(text), columns - below.length).map(
    (line) => below + colors.dim(line),
  );
}

/** All that came, in lines below those; uncut, as whoever asks wants to copy from it. */
export function toAttemptDetails(entry: LoggedConnection): readonly string[] {
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
  return segments.map(({ text, paint }) => paint(text)).join(gap);
}

/** Columns of a line, with the gap that it begins with. */
function widthOfAll(segments: readonly Segment[]): number {
  return segments.reduce((sum, { text }) => sum + gap.length + widthOf(text), 0);
}

/** Puts what does not fit into further lines; what fits in none is cut. */
function flow(segments: readonly Segment[], columns: number): readonly (readonly Segment[])[] {
  const lines: Segment[][] = [];
  for (const { text, paint } of segments) {
    const shown = { text: cutToWidth(text, columns - below.length), paint };
    const last = lines.at(-1);
    const indent = lines.length === 1 ? 0 : below.length - gap.length;
    if (last && indent + widthOfAll([...last, shown]) <= columns) last.push(shown);
    else lines.push([shown]);
  }
  return lines;
}
