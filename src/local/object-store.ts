import type { ObjectStore } from "../batches/object-store.ts";
import { createObjectFiles } from "./object-store-files.ts";
import { type ObjectGrant, signGrant } from "./object-store-grants.ts";
import { handleObjectRequest, objectPath, type RequestHandler } from "./object-store-requests.ts";

export interface FileObjectStoreOptions {
  /** Its own; made when it is not there. Several stores may share it. */
  readonly folder: string;
  /** Where `handle` is served, without a path; nothing is served there by this. */
  readonly baseUrl: string;
  /** At least 32 bytes of randomness; the same for all stores of the folder. */
  readonly secret: string;
  /** Hears of uploads that came, as a queue does that a bucket notifies; what it throws changes nothing. */
  readonly onUpload?: (notification: object) => Promise<void>;
  readonly now: () => Date;
}

export interface FileObjectStore extends ObjectStore {
  /** Serves what was granted by any store of that secret; false of requests that are not its own. */
  readonly handle: RequestHandler;
}

/**
 * Builds the object store of the local cloud on a folder. As with S3, uploads and downloads are
 * granted to whoever has the URL.
 */
export function createFileObjectStore(options: FileObjectStoreOptions): FileObjectStore {
  const { folder, baseUrl, secret, onUpload, now } = options;
  const files = createObjectFiles(folder);
  const toUrl = (grant: ObjectGrant) =>
    new URL(`${objectPath}${signGrant(grant, secret)}`, baseUrl).href;
  return {
    createUpload: async ({ expiresAt, ...upload }) => ({
      method: "PUT",
      url: toUrl({ act: "upload", ...upload, expiresAt: expiresAt.getTime() }),
      headers: {
        "content-length": String(upload.bytes),
        "x-amz-checksum-sha256": Buffer.from(upload.sha256, "hex").toString("base64"),
        "if-none-match": "*",
      },
    }),
    describe: files.describe,
    read: files.read,
    write: files.replace,
    createDownload: async ({ expiresAt, ...download }) =>
      toUrl({ act: "download", ...download, expiresAt: expiresAt.getTime() }),
    delete: files.remove,
    handle: handleObjectRequest({ files, secret, now, ...(onUpload && { onUpload }) }),
  };
}
