import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  NotFound,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { toContentDisposition } from "../../batches/content-disposition.ts";
import type {
  DownloadGrant,
  ObjectDescription,
  ObjectStore,
  UploadGrant,
  UploadTarget,
} from "../../batches/object-store.ts";
import type { Bucket } from "./bucket.ts";
import { readObject } from "./read-object.ts";
import { writeObject } from "./write-object.ts";

export interface S3ObjectStoreOptions extends Bucket {
  readonly now: () => Date;
}

/**
 * Builds the object store on a bucket of S3.
 *
 * It needs `s3:GetObject`, `s3:PutObject`, `s3:AbortMultipartUpload` and `s3:DeleteObject` on the
 * objects, and `s3:ListBucket` on the bucket: without that S3 answers 403 of an object that is not
 * there. What is granted to others is granted with the rights of who signs, and ends with its
 * credentials if these are temporary. The bucket must not keep versions, or what is deleted stays.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html
 */
export function createS3ObjectStore({ client, bucket, now }: S3ObjectStoreOptions): ObjectStore {
  const at = (key: string) => ({ Bucket: bucket, Key: key });
  return {
    createUpload: (upload) => createUpload({ client, bucket, now }, upload),
    describe: async (key) => {
      try {
        const command = new HeadObjectCommand({ ...at(key), ChecksumMode: "ENABLED" });
        return toDescription(await client.send(command));
      } catch (error) {
        if (error instanceof NotFound) return undefined;
        throw error;
      }
    },
    read: (key, range) => readObject({ client, bucket }, key, range),
    write: (key, chunks) => writeObject({ client, bucket }, key, chunks),
    createDownload: (download) => createDownload({ client, bucket, now }, download),
    delete: async (key) => {
      await client.send(new DeleteObjectCommand(at(key)));
    },
  };
}

/**
 * The headers are signed, not moved into the URL: S3 takes no notice of a checksum in there, and a
 * PUT without one of them fails.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
 */
async function createUpload(
  { client, bucket, now }: S3ObjectStoreOptions,
  { key, bytes, sha256, expiresAt }: UploadGrant,
): Promise<UploadTarget> {
  const checksum = Buffer.from(sha256, "hex").toString("base64");
  const command = new PutObjectCommand({
    Bucket: bucket,
    Key: key,
    ContentLength: bytes,
    ChecksumSHA256: checksum,
    IfNoneMatch: "*",
  });
  const url = await getSignedUrl(client, command, {
    ...toSigningTime(expiresAt, now()),
    unhoistableHeaders: new Set(["x-amz-checksum-sha256"]),
  });
  return {
    method: "PUT",
    url,
    headers: {
      "content-length": String(bytes),
      "x-amz-checksum-sha256": checksum,
      "if-none-match": "*",
    },
  };
}

function createDownload(
  { client, bucket, now }: S3ObjectStoreOptions,
  { key, fileName, contentType, expiresAt }: DownloadGrant,
): Promise<string> {
  const command = new GetObjectCommand({
    Bucket: bucket,
    Key: key,
    ResponseContentDisposition: toContentDisposition(fileName),
    ResponseContentType: contentType,
    ResponseCacheControl: "private, no-store",
  });
  return getSignedUrl(client, command, toSigningTime(expiresAt, now()));
}

/** S3 counts whole seconds from the second of signing. */
function toSigningTime(expiresAt: Date, now: Date) {
  const seconds = Math.floor(expiresAt.getTime() / 1000) - Math.floor(now.getTime() / 1000);
  return { signingDate: now, expiresIn: Math.max(seconds, 1) };
}

function toDescription({
  ContentLength = 0,
  ChecksumSHA256,
}: {
  readonly ContentLength?: number | undefined;
  readonly ChecksumSHA256?: string | undefined;
}): ObjectDescription {
  // That of an object in parts is a hash of their hashes, and ends with how many there are.
  const checksum = ChecksumSHA256?.includes("-") ? undefined : ChecksumSHA256;
  return {
    bytes: ContentLength,
    sha256: checksum === undefined ? undefined : Buffer.from(checksum, "base64").toString("hex"),
  };
}
