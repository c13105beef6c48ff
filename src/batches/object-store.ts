/**
 * Where manifests and reports lie: S3, or a folder of the local cloud. Keys are made by Muster and
 * begin with the manufacturer's id, so that rights can be given by prefix.
 */
export interface ObjectStore {
  /**
   * Grants one PUT of exactly these bytes. The store refuses other lengths, other hashes and a
   * second object under the same key.
   *
   * @param sha256 lower-case hex.
   */
  createUpload(upload: UploadGrant): Promise<UploadTarget>;
  /** undefined when there is no such object. Strongly consistent. */
  describe(key: string): Promise<ObjectDescription | undefined>;
  /**
   * Streams an object or a part of it.
   *
   * @throws MusterError OBJECT_MISSING
   */
  read(key: string, range?: ByteRange): Promise<AsyncIterable<Uint8Array>>;
  /** Writes or replaces a whole object; it is there when the promise resolves. */
  write(key: string, chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<void>;
  /** Grants one download for a short while. */
  createDownload(download: DownloadGrant): Promise<string>;
  /** Succeeds when there is none. */
  delete(key: string): Promise<void>;
}

export interface UploadGrant {
  readonly key: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly expiresAt: Date;
}

export interface UploadTarget {
  readonly method: "PUT";
  readonly url: string;
  /** To be sent as they are. */
  readonly headers: Readonly<Record<string, string>>;
}

export interface ObjectDescription {
  readonly bytes: number;
  /** Lower-case hex; undefined where the store did not check one. */
  readonly sha256: string | undefined;
}

export interface ByteRange {
  readonly offset: number;
  readonly length: number;
}

export interface DownloadGrant {
  readonly key: string;
  readonly fileName: string;
  readonly contentType: string;
  readonly expiresAt: Date;
}
