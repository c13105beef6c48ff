import { createReadStream } from "node:fs";
import { type ClientRequest, type IncomingMessage, request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import { text } from "node:stream/consumers";
import { checkEncrypted } from "./check-url.ts";

export interface PutFile {
  readonly file: string;
  readonly bytes: number;
  readonly url: string;
  /** To be sent as they are; the length among them. */
  readonly headers: Readonly<Record<string, string>>;
  readonly onProgress: (bytes: number) => void;
  readonly signal: AbortSignal;
}

export interface PutAnswer {
  readonly status: number;
  /** Of S3's error document, where the answer is one. */
  readonly code: string | undefined;
}

/** A connection on which nothing moves for so long is dead. */
const idleMs = 60_000;
const maxAnswerBytes = 64 * 1024;

/**
 * Sends a file by PUT, in constant memory: it is read as fast as the other end takes it.
 *
 * By `node:http`, as fetch sends streams without the length that S3 has signed.
 *
 * @returns the answer, which may come before all of the file was sent.
 * @throws what the network or the disk failed with.
 */
export async function putFile(put: PutFile): Promise<PutAnswer> {
  const { file, bytes, url, headers, onProgress, signal } = put;
  checkEncrypted(url);
  const open = new URL(url).protocol === "https:" ? requestHttps : requestHttp;
  const request = open(url, { method: "PUT", headers, signal, timeout: idleMs });
  request.on("timeout", () => request.destroy(new Error("nothing moved for a minute")));
  const answered = Promise.withResolvers<IncomingMessage>();
  request.once("response", answered.resolve);
  request.once("error", answered.reject);
  const source = createReadStream(file, { end: bytes - 1 });
  source.once("error", (error) => request.destroy(error));
  let read = 0;
  source.on("data", (chunk) => {
    read += chunk.length;
    onProgress(read);
  });
  source.once("end", () => {
    if (read < bytes) request.destroy(new Error(`${file} became shorter meanwhile`));
  });
  source.pipe(request);
  try {
    return await readAnswer(await answered.promise, request);
  } finally {
    source.destroy();
    request.destroy();
  }
}

async function readAnswer(response: IncomingMessage, request: ClientRequest): Promise<PutAnswer> {
  // Having answered, the other end may close while there is still something being sent.
  request.on("error", () => {});
  const { statusCode: status = 0 } = response;
  if (status >= 200 && status < 300) return { status, code: undefined };
  const body = await text(limit(response)).catch(() => "");
  return { status, code: /<Code>(\w+)<\/Code>/.exec(body)?.[1] };
}

async function* limit(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let bytes = 0;
  for await (const chunk of chunks) {
    bytes += chunk.length;
    yield chunk;
    if (bytes > maxAnswerBytes) return;
  }
}
