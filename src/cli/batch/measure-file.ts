import { createHash } from "node:crypto";
import { basename } from "node:path";
import { createKeyScan } from "../../formats/certificates/scan-for-keys.ts";
import { MusterError } from "../../rules/errors.ts";
import { createByteProgress } from "../progress.ts";
import { openFile } from "../read-files.ts";

export interface MeasuredFile {
  readonly path: string;
  /** Without its folder, which is nobody's business. */
  readonly fileName: string;
  readonly bytes: number;
  /** Lower-case hex. */
  readonly sha256: string;
}

/**
 * Reads a file once, in constant memory, for what an upload announces. A private key in it is found
 * here already, so that it does not leave the machine.
 *
 * @throws MusterError FILE_UNREADABLE, PRIVATE_KEY_REFUSED, USAGE_INVALID
 */
export async function measureFile(
  path: string,
  { show, signal }: { readonly show: boolean; readonly signal: AbortSignal },
): Promise<MeasuredFile> {
  if (path === "-") {
    throw new MusterError(
      "USAGE_INVALID",
      "A manifest is not read from standard input: its size and SHA-256 are announced first. Give a file.",
    );
  }
  const file = openFile(path);
  if (file.bytes === 0) {
    throw new MusterError("FILE_UNREADABLE", `${path}: it is empty.`, { details: { file: path } });
  }
  const progress = createByteProgress("Reading", file.bytes, show);
  const scan = createKeyScan();
  const hash = createHash("sha256");
  let bytes = 0;
  try {
    for await (const chunk of file.read() as AsyncIterable<Buffer>) {
      signal.throwIfAborted();
      if (scan.sees(chunk)) throw privateKey(path);
      hash.update(chunk);
      bytes += chunk.length;
      progress.update(bytes);
    }
  } finally {
    progress.clear();
  }
  return { path, fileName: basename(path), bytes, sha256: hash.digest("hex") };
}

function privateKey(path: string): MusterError {
  return new MusterError(
    "PRIVATE_KEY_REFUSED",
    `${path} holds a private key. Nothing of it was sent. Push the certificates alone.`,
    { details: { file: path } },
  );
}
