import * as z from "zod";
import { loggedConnection } from "../logged-connection.ts";

const count = z.int().nonnegative();

const queue = z.object({
  /** To be received now. */
  waiting: count,
  /** Sent with a delay that is not over. */
  delayed: count,
  inWork: count,
  dead: count,
  /** The latest ten, newest first. */
  deadLetters: z.array(
    z.object({
      messageId: z.string(),
      /** Code of the last failure. */
      error: z.string(),
      receiveCount: count,
      at: z.iso.datetime(),
      /** What it was about, where it says so. */
      certificateId: z.string().optional(),
      batch: z.string().optional(),
      /** What was to be done with that batch. */
      step: z.string().optional(),
      /** Of the topic rule whose message it is, where one is named. */
      ruleName: z.string().optional(),
      /** Of that message. */
      topic: z.string().optional(),
      /** What failed, where it says so. */
      cause: z.string().optional(),
    }),
  ),
});

/** What the local cloud tells of itself, and `muster local status --json` prints. */
export const localStatus = z.object({
  version: z.literal(1),
  pid: z.int(),
  startedAt: z.iso.datetime(),
  accountId: z.string(),
  region: z.string(),
  endpoints: z.object({
    mqtt: z.object({ host: z.string(), port: z.int(), serverName: z.string() }),
    iot: z.url(),
    dynamodb: z.url(),
    /** Of the HTTP API. */
    api: z.url(),
  }),
  /** Absolute. */
  stateFolder: z.string(),
  /** What lies in it, by name. */
  files: z.array(z.object({ name: z.string(), bytes: count })),
  serverCa: z.string(),
  quotas: z.object({
    /** Of AWS's defaults; 0 for none. */
    scale: z.number(),
    /** How often each refused since the start; only those that did. */
    throttled: z.record(z.string(), count),
  }),
  propagationDelaySeconds: z.number(),
  /** In the order of their registration. */
  caCertificates: z.array(
    z.object({
      certificateId: z.string(),
      subject: z.string(),
      status: z.enum(["ACTIVE", "INACTIVE"]),
      autoRegistrationStatus: z.enum(["ENABLE", "DISABLE"]),
      certificateMode: z.enum(["DEFAULT", "SNI_ONLY"]),
    }),
  ),
  /** How many have each status. */
  certificates: z.record(z.string(), count),
  things: count,
  policies: count,
  /** `undelivered`: messages whose actions have not succeeded yet. */
  topicRules: z.array(z.object({ name: z.string(), isDisabled: z.boolean(), undelivered: count })),
  /** Of registrations. */
  queue,
  /** Of work on batches. */
  ingest: queue,
  /** Connected now, the newest first. */
  connections: z.array(
    z.object({
      clientId: z.string(),
      thingName: z.string().optional(),
      certificateId: z.string(),
      mqttVersion: z.string(),
      tlsVersion: z.string().optional(),
      since: z.iso.datetime(),
    }),
  ),
  /** The last five, newest last. */
  attempts: z.array(loggedConnection),
  /** Lines that could not be written to the log since the start. */
  logFailures: z.object({ count, last: z.string().optional() }),
  hints: z.array(z.object({ code: z.string(), sentence: z.string() })),
});

export type LocalStatus = z.output<typeof localStatus>;
export type Hint = LocalStatus["hints"][number];
