import type { IncomingMessage } from "node:http";
import { GetObjectCommand, NoSuchKey, S3ServiceException } from "@aws-sdk/client-s3";
import type { ByteRange } from "../../batches/object-store.ts";
import { MusterError } from "../../rules/errors.ts";
import { backOff } from "../dynamodb/back-off.ts";
import type { Bucket } from "./bucket.ts";

/** In a row, each without a byte. */
const maxFailures = 5;

/**
 * Begins to read an object, or what there is of a range of it.
 *
 * S3 ends connections that are read from slowly; reading goes on then where it stopped, as long as
 * the object is the same.
 *
 * @throws MusterError OBJECT_MISSING
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
 */
export async function readObject(
  bucket: Bucket,
  key: string,
  range?: ByteRange,
): Promise<AsyncIterable<Uint8Array>> {
  // A range of no bytes cannot be asked for; one byte tells whether the object is there.
  const asked = range && { ...range, length: Math.max(range.length, 1) };
  const first = await begin(bucket, key, asked);
  if (first === undefined) return empty();
  if (range?.length === 0 || first.bytes === 0) {
    first.body.destroy();
    return empty();
  }
  return continueReading(bucket, key, range?.offset ?? 0, first);
}

interface Begun {
  readonly body: AsyncIterable<Uint8Array> & { destroy(): void };
  readonly bytes: number;
  readonly etag: string | undefined;
}

/** @returns undefined when the object ends before the range begins. */
async function begin(
  { client, bucket }: Bucket,
  key: string,
  range: ByteRange | undefined,
  etag?: string,
): Promise<Begun | undefined> {
  const command = new GetObjectCommand({
    Bucket: bucket,
    Key: key,
    ...(range && { Range: `bytes=${range.offset}-${range.offset + range.length - 1}` }),
    ...(etag !== undefined && { IfMatch: etag }),
  });
  try {
    const { Body, ContentLength, ETag } = await client.send(command);
    if (Body === undefined || ContentLength === undefined) {
      throw new Error("GetObject answered without a body");
    }
    return { body: Body as IncomingMessage, bytes: ContentLength, etag: ETag };
  } catch (error) {
    if (error instanceof S3ServiceException && error.name === "InvalidRange") return undefined;
    if (!(error instanceof NoSuchKey)) throw error;
    throw new MusterError("OBJECT_MISSING", `There is no object ${key}.`, { cause: error });
  }
}

async function* continueReading(bucket: Bucket, key: string, offset: number, first: Begun) {
  const end = offset + first.bytes;
  let at = offset;
  let failures = 0;
  let current = first;
  for (;;) {
    let cause: unknown;
    try {
      for await (const chunk of current.body) {
        at += chunk.byteLength;
        failures = 0;
        yield chunk;
      }
    } catch (error) {
      cause = error;
    }
    if (at >= end) return;
    failures += 1;
    if (failures > maxFailures) throw new Error(`${key} cannot be read to its end`, { cause });
    await backOff(failures);
    const next = await begin(bucket, key, { offset: at, length: end - at }, first.etag);
    if (next === undefined) throw new Error(`${key} became shorter while it was read`);
    current = next;
  }
}

async function* empty(): AsyncGenerator<Uint8Array> {}
