import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  PutObjectCommand,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import type { Bucket } from "./bucket.ts";

/**
 * A part has at least 5 MiB and an object 10,000 parts at most, so the largest is 78 GiB.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html
 */
const partBytes = 8 * 1024 * 1024;

/** Writes an object of unknown length with one part of it in memory; it is there whole or not at all. */
export async function writeObject(
  bucket: Bucket,
  key: string,
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): Promise<void> {
  const parts = cutParts(chunks);
  const { value = new Uint8Array() } = await parts.next();
  if (value.byteLength === partBytes) await writeParts(bucket, key, value, parts);
  else await writeWhole(bucket, key, value);
}

async function writeWhole({ client, bucket }: Bucket, key: string, body: Uint8Array) {
  await client.send(
    new PutObjectCommand({ Bucket: bucket, Key: key, Body: body, ChecksumAlgorithm: "SHA256" }),
  );
}

async function writeParts(
  { client, bucket }: Bucket,
  key: string,
  first: Uint8Array,
  rest: AsyncIterable<Uint8Array>,
): Promise<void> {
  const at = { Bucket: bucket, Key: key };
  const { UploadId } = await client.send(new CreateMultipartUploadCommand(at));
  const upload = { ...at, UploadId };
  const done: { readonly PartNumber: number; readonly ETag: string | undefined }[] = [];
  const add = async (body: Uint8Array) => {
    const part = { ...upload, PartNumber: done.length + 1 };
    const { ETag } = await client.send(new UploadPartCommand({ ...part, Body: body }));
    done.push({ PartNumber: part.PartNumber, ETag });
  };
  try {
    await add(first);
    for await (const body of rest) await add(body);
    await client.send(
      new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts: done } }),
    );
  } catch (error) {
    // What that leaves behind is for the bucket's lifecycle rule.
    await client.send(new AbortMultipartUploadCommand(upload)).catch(() => {});
    throw error;
  }
}

/** Parts of the same length, but the last. Each is of the same memory: it is good until the next. */
async function* cutParts(
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): AsyncGenerator<Uint8Array, undefined> {
  let part: Buffer | undefined;
  let filled = 0;
  for await (const chunk of chunks) {
    part ??= Buffer.allocUnsafeSlow(partBytes);
    for (let from = 0; from < chunk.byteLength; ) {
      const piece = chunk.subarray(from, from + partBytes - filled);
      part.set(piece, filled);
      filled += piece.byteLength;
      from += piece.byteLength;
      if (filled < partBytes) continue;
      yield part;
      filled = 0;
    }
  }
  if (part && filled > 0) yield part.subarray(0, filled);
}
