import { createCipheriv, createHash } from "node:crypto";
import { request } from "node:http";
import { Readable } from "node:stream";
import { buffer, text } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";

const blockBytes = 256 * 1024;

/** Bytes that look random, the same for a seed; what is cut out or swapped shows. */
export function* createContent(bytes: number, seed = 0): Generator<Buffer> {
  const cipher = createCipheriv("aes-128-ctr", Buffer.alloc(16, 1), Buffer.alloc(16, seed));
  const zeros = Buffer.alloc(blockBytes);
  for (let left = bytes; left > 0; left -= blockBytes) {
    yield cipher.update(zeros.subarray(0, Math.min(left, blockBytes)));
  }
}

export async function digest(chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>) {
  const hash = createHash("sha256");
  for await (const chunk of chunks) hash.update(chunk);
  return hash.digest("hex");
}

export const collect: (chunks: AsyncIterable<Uint8Array>) => Promise<Buffer> = buffer;

export interface Answer {
  readonly status: number;
  readonly text: string;
}

/** Sends headers and bytes as they are given, whether they fit together or not. */
export async function send(
  { method, url, headers }: { method: string; url: string; headers: Record<string, string> },
  body: Iterable<Uint8Array>,
): Promise<Answer> {
  const answer = Promise.withResolvers<Answer>();
  const sent = request(url, { method, headers }, (response) => {
    text(response).then(
      (said) => answer.resolve({ status: response.statusCode ?? 0, text: said }),
      answer.reject,
    );
  });
  sent.on("error", answer.reject);
  // Who refuses need not read.
  pipeline(Readable.from(body), sent).catch(() => {});
  return answer.promise;
}

/** Says that `content-length` bytes come, sends some of them, and is gone. */
export async function sendCut(
  { method, url, headers }: { method: string; url: string; headers: Record<string, string> },
  body: Uint8Array,
): Promise<void> {
  const sent = request(url, { method, headers });
  const closed = Promise.withResolvers<void>();
  sent.on("error", () => {}).on("close", () => closed.resolve());
  await new Promise<void>((resolve) => {
    sent.write(body, () => resolve());
  });
  sent.destroy();
  await closed.promise;
}
