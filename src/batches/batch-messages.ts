import * as z from "zod/mini";
import { MusterError } from "../rules/errors.ts";
import { toBatchOfManifest } from "./batch-keys.ts";

const batch = z.string();
const part = z.int().check(z.positive());
const count = z.int().check(z.nonnegative());

const messageShape = z.discriminatedUnion("step", [
  /** The manifest may be there. */
  z.object({ step: z.literal("inspect"), batch }),
  /** The manifest should be there by now. */
  z.object({ step: z.literal("expire"), batch }),
  z.object({ step: z.literal("check"), batch, part }),
  z.object({ step: z.literal("gather"), batch }),
  z.object({
    step: z.literal("land"),
    batch,
    part,
    /** Of the look at a part that another worker was at: counts from 1. */
    again: z.exactOptional(part),
    /** How far that worker was. */
    seen: z.exactOptional(z.string()),
  }),
  z.object({ step: z.literal("finish"), batch }),
  z.object({ step: z.literal("heal"), batch, cursor: z.exactOptional(z.string()) }),
  z.object({
    step: z.literal("preregister"),
    batch,
    /** Each message sends the next. */
    number: count,
    cursor: z.exactOptional(z.string()),
    /** Of the pages before. */
    counts: z.exactOptional(z.object({ registered: count, refused: count, failed: count })),
    /** How often some of the page could not be settled. */
    tries: z.exactOptional(count),
    /** How often the entries were walked to the end, and some were not listed yet. */
    pass: z.exactOptional(count),
  }),
  z.object({
    step: z.literal("settle"),
    batch,
    cursor: z.exactOptional(z.string()),
    /** Those left over of a page. */
    certificates: z.exactOptional(z.array(z.string())),
    /** The later of two, which was sent before the recall or release itself. */
    again: z.exactOptional(z.boolean()),
  }),
]);

/** Work to be done on a batch. Each may come twice, late, and in any order. */
export type BatchMessage = z.infer<typeof messageShape>;

/** What S3 says of objects that were made. https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html */
const uploadShape = z.object({
  Records: z.array(z.object({ s3: z.object({ object: z.object({ key: z.string() }) }) })),
});
const testShape = z.object({ Event: z.literal("s3:TestEvent") });

/**
 * Reads a message of the ingest queue: Muster's own, or S3's about uploads.
 *
 * @throws MusterError EVENT_INVALID
 */
export function parseBatchMessages(message: unknown): readonly BatchMessage[] {
  const own = z.safeParse(messageShape, message);
  if (own.success) return [own.data];
  const uploads = z.safeParse(uploadShape, message);
  if (uploads.success) return uploads.data.Records.flatMap(({ s3 }) => toInspect(s3.object.key));
  if (z.safeParse(testShape, message).success) return [];
  throw new MusterError("EVENT_INVALID", "The message is no work on a batch and no event of S3.");
}

function toInspect(encodedKey: string): readonly BatchMessage[] {
  const named = toBatchOfManifest(decodeKey(encodedKey));
  return named === undefined ? [] : [{ step: "inspect", batch: named }];
}

/** A key that is not encoded well is none that Muster made. */
function decodeKey(encodedKey: string): string {
  try {
    return decodeURIComponent(encodedKey.replaceAll("+", " "));
  } catch {
    return "";
  }
}
