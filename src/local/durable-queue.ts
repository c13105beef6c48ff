import { createHash, randomUUID } from "node:crypto";
import { dirname } from "node:path";
import { DatabaseSync, type SQLOutputValue } from "node:sqlite";
import type { SQSRecord } from "aws-lambda";
import { MusterError } from "../rules/errors.ts";
import { sqliteCodeOf, sqliteCodes } from "./sqlite-code.ts";
import { toResetCommand } from "./state-command.ts";
import { isUnwritable } from "./state-unwritable.ts";

export interface QueueOptions {
  /** Path of a SQLite file, or `:memory:`. */
  readonly file: string;
  readonly region: string;
  readonly arn: string;
  readonly visibilityTimeoutMs: number;
  /** After so many deliveries a message goes to the dead letters. */
  readonly maxReceiveCount: number;
  readonly now: () => Date;
}

/** A message that was given up on. */
interface DeadLetter {
  readonly messageId: string;
  readonly body: string;
  readonly receiveCount: number;
  /** Code of the last failure. */
  readonly error: string;
  readonly at: string;
}

interface QueueCounts {
  /** To be received now. */
  readonly waiting: number;
  /** Sent with a delay that is not over. */
  readonly delayed: number;
  /** Received, and neither removed nor due again. */
  readonly inWork: number;
  readonly dead: number;
}

/**
 * A durable queue with those of SQS's rules that functions depend on: at least once, in no order to
 * rely on, invisible while somebody works on it, given up on after so many deliveries.
 *
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/standard-queues.html
 */
export interface DurableQueue {
  /**
   * @param delayMs how long nobody receives it.
   * @returns its id.
   */
  send(body: string, delayMs?: number): string;
  /**
   * Puts in what was given up on elsewhere.
   *
   * @param error code of its failure.
   */
  addDeadLetter(body: string, error: string): void;
  /**
   * Each is invisible until it is removed or its time is out.
   *
   * @param most ten unless given.
   */
  receive(most?: number): readonly SQSRecord[];
  remove(receiptHandle: string): void;
  /** Notes why a delivery came to nothing; the message comes again when its time is out. */
  fail(receiptHandle: string, error: string): void;
  /**
   * Has a message that is in work come again then, and not when its time is out.
   *
   * @returns false when nobody has it by that receipt.
   */
  changeVisibility(receiptHandle: string, delayMs: number): boolean;
  /** When there will be something to receive; undefined when the queue is empty. */
  nextAt(): Date | undefined;
  /** The latest of them, oldest first. A thousand are kept. */
  deadLetters(latest?: number): readonly DeadLetter[];
  counts(): QueueCounts;
  readonly close: () => void;
}

const batchSize = 10;
/** SQS drops them by age instead, after fourteen days at most. */
const maxDeadLetters = 1_000;

const schema = `
  CREATE TABLE IF NOT EXISTS message (
    id TEXT PRIMARY KEY,
    body TEXT NOT NULL,
    sentAt INTEGER NOT NULL,
    visibleAt INTEGER NOT NULL,
    firstReceivedAt INTEGER,
    receiveCount INTEGER NOT NULL DEFAULT 0,
    receipt TEXT UNIQUE,
    error TEXT NOT NULL DEFAULT 'TIMED_OUT',
    deadAt INTEGER
  ) STRICT;
  CREATE INDEX IF NOT EXISTS due ON message (visibleAt) WHERE deadAt IS NULL;
  CREATE INDEX IF NOT EXISTS dead ON message (deadAt) WHERE deadAt IS NOT NULL;
`;

/**
 * Opens or creates the queue, and locks its file for this process alone.
 *
 * @throws MusterError STATE_IN_USE, STATE_DAMAGED
 */
export function openDurableQueue(options: QueueOptions): DurableQueue {
  const { file, visibilityTimeoutMs, maxReceiveCount, now } = options;
  const database = openDatabase(file);
  // Nobody else has the file, so nobody works on what was being worked on.
  database
    .prepare(
      "UPDATE message SET visibleAt = 0, receipt = NULL WHERE deadAt IS NULL AND receipt IS NOT NULL",
    )
    .run();
  const bury = database.prepare(
    "UPDATE message SET deadAt = :at, receipt = NULL WHERE deadAt IS NULL AND visibleAt <= :at AND receiveCount >= :max",
  );
  const find = database.prepare(
    "SELECT id FROM message WHERE deadAt IS NULL AND visibleAt <= :at ORDER BY visibleAt, sentAt LIMIT :max",
  );
  const take = database.prepare(
    "UPDATE message SET receipt = :receipt, visibleAt = :until, receiveCount = receiveCount + 1, firstReceivedAt = coalesce(firstReceivedAt, :at) WHERE id = :id RETURNING *",
  );
  const insert = database.prepare(
    "INSERT INTO message (id, body, sentAt, visibleAt) VALUES (:id, :body, :at, :at + :delayMs)",
  );
  const insertDead = database.prepare(
    "INSERT INTO message (id, body, sentAt, visibleAt, error, deadAt) VALUES (:id, :body, :at, :at, :error, :at)",
  );
  const remove = database.prepare("DELETE FROM message WHERE receipt = :receipt");
  const fail = database.prepare("UPDATE message SET error = :error WHERE receipt = :receipt");
  const postpone = database.prepare(
    "UPDATE message SET visibleAt = :at WHERE receipt = :receipt AND deadAt IS NULL",
  );
  const next = database.prepare("SELECT min(visibleAt) AS at FROM message WHERE deadAt IS NULL");
  const latestDead = "FROM message WHERE deadAt IS NOT NULL ORDER BY deadAt DESC, rowid DESC";
  const dead = database.prepare(`SELECT * ${latestDead} LIMIT :latest`);
  const forget = database.prepare(
    `DELETE FROM message WHERE rowid IN (SELECT rowid ${latestDead} LIMIT -1 OFFSET ${maxDeadLetters})`,
  );
  const count = database.prepare(`
    SELECT
      count(*) FILTER (WHERE deadAt IS NULL AND visibleAt <= :at) AS waiting,
      count(*) FILTER (WHERE deadAt IS NULL AND receipt IS NULL AND visibleAt > :at) AS delayed,
      count(*) FILTER (WHERE deadAt IS NULL AND receipt IS NOT NULL AND visibleAt > :at) AS inWork,
      count(*) FILTER (WHERE deadAt IS NOT NULL) AS dead
    FROM message`);
  return {
    send: (body, delayMs = 0) => {
      const id = randomUUID();
      insert.run({ id, body, at: now().getTime(), delayMs });
      return id;
    },
    addDeadLetter: (body, error) => {
      insertDead.run({ id: randomUUID(), body, error, at: now().getTime() });
      forget.run();
    },
    receive: (most = batchSize) => {
      const at = now().getTime();
      const until = at + visibilityTimeoutMs;
      if (bury.run({ at, max: maxReceiveCount }).changes > 0) forget.run();
      return find.all({ at, max: most }).flatMap(({ id }) => {
        const row = take.get({ id: id ?? null, at, until, receipt: randomUUID() });
        return row ? [toRecord(row, options)] : [];
      });
    },
    remove: (receipt) => {
      remove.run({ receipt });
    },
    fail: (receipt, error) => {
      fail.run({ receipt, error });
    },
    changeVisibility: (receipt, ms) =>
      postpone.run({ receipt, at: now().getTime() + ms }).changes > 0,
    nextAt: () => {
      const at = next.get()?.["at"];
      return at === null || at === undefined ? undefined : new Date(Number(at));
    },
    deadLetters: (latest = maxDeadLetters) => dead.all({ latest }).reverse().map(toDeadLetter),
    counts: () => {
      const row = count.get({ at: now().getTime() });
      const read = (name: keyof QueueCounts) => Number(row?.[name] ?? 0);
      return {
        waiting: read("waiting"),
        delayed: read("delayed"),
        inWork: read("inWork"),
        dead: read("dead"),
      };
    },
    close: () => database.close(),
  };
}

function toRecord(
  row: Record<string, SQLOutputValue>,
  { region, arn }: Pick<QueueOptions, "region" | "arn">,
): SQSRecord {
  const body = String(row["body"]);
  return {
    messageId: String(row["id"]),
    receiptHandle: String(row["receipt"]),
    body,
    attributes: {
      ApproximateReceiveCount: String(row["receiveCount"]),
      SentTimestamp: String(row["sentAt"]),
      SenderId: "local",
      ApproximateFirstReceiveTimestamp: String(row["firstReceivedAt"]),
    },
    messageAttributes: {},
    md5OfBody: createHash("md5").update(body).digest("hex"),
    eventSource: "aws:sqs",
    eventSourceARN: arn,
    awsRegion: region,
  };
}

function toDeadLetter(row: Record<string, SQLOutputValue>): DeadLetter {
  return {
    messageId: String(row["id"]),
    body: String(row["body"]),
    receiveCount: Number(row["receiveCount"]),
    error: String(row["error"]),
    at: new Date(Number(row["deadAt"])).toISOString(),
  };
}

function openDatabase(file: string): DatabaseSync {
  const database = new DatabaseSync(file);
  try {
    database.exec("PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL");
    // With a write-ahead log NORMAL survives the death of the process, though not of the machine.
    database.exec("PRAGMA synchronous = NORMAL; BEGIN EXCLUSIVE");
    database.exec(schema);
    database.exec("COMMIT");
    return database;
  } catch (error) {
    database.close();
    throw toStateError(error, file);
  }
}

function toStateError(error: unknown, file: string): unknown {
  if (isUnwritable(error)) return error;
  if (sqliteCodeOf(error) === sqliteCodes.busy) {
    return new MusterError(
      "STATE_IN_USE",
      `Another local cloud is running in ${dirname(file)}. Stop that one, or give this one a folder of its own with --state <folder>.`,
      { cause: error, details: { file } },
    );
  }
  return new MusterError(
    "STATE_DAMAGED",
    `${file} is no database, or a damaged one. Move it away, or start over with: ${toResetCommand(dirname(file))}`,
    { cause: error, details: { file } },
  );
}
