import { createHash } from "node:crypto";
import { basename } from "node:path";
import type { ByteRange } from "../../formats/archive/byte-source.ts";
import type { DataObject } from "../../formats/archive/infineon-names.ts";
import { isPrivateKey } from "../../formats/certificates/private-keys.ts";
import { refuseKeyStore } from "../../formats/certificates/read-certificate.ts";
import { createKeyScan } from "../../formats/certificates/scan-for-keys.ts";
import { toWrapping } from "../../formats/framing/to-wrapping.ts";
import { MusterError } from "../../rules/errors.ts";
import { createByteProgress } from "../progress.ts";
import { type OpenFile, openFile } from "../read-files.ts";

export interface MeasuredFile {
  readonly path: string;
  /** Without its folder, which is nobody's business. */
  readonly fileName: string;
  readonly bytes: number;
  /** Lower-case hex. */
  readonly sha256: string;
}

export interface MeasureOptions {
  readonly show: boolean;
  readonly signal: AbortSignal;
  readonly dataObject?: DataObject;
}

/**
 * Reads a file in constant memory, for what an upload announces. A private key in it is found here
 * already, also in gzip and archives, so that it does not leave the machine.
 *
 * @throws MusterError FILE_UNREADABLE, MANIFEST_UNREADABLE, PRIVATE_KEY_REFUSED, USAGE_INVALID, and
 *   what is wrong with an archive
 */
export async function measureFile(
  path: string,
  { show, ...options }: MeasureOptions,
): Promise<MeasuredFile> {
  if (path === "-") {
    throw new MusterError(
      "USAGE_INVALID",
      "A manifest is not read from standard input: its size and SHA-256 are announced first. Give a file.",
    );
  }
  const { signal } = options;
  const file = openFile(path);
  if (file.bytes === 0) {
    throw new MusterError("MANIFEST_UNREADABLE", `${path} is empty.`, { details: { file: path } });
  }
  const progress = createByteProgress("Reading", file.bytes, show);
  const scan = createKeyScan();
  const hash = createHash("sha256");
  let bytes = 0;
  let isWrapped = false;
  try {
    for await (const chunk of file.read() as AsyncIterable<Buffer>) {
      signal.throwIfAborted();
      if (bytes === 0) {
        isWrapped = toWrapping(chunk) !== undefined;
        refuseKeyStore(chunk, path);
      }
      if (scan.sees(chunk) || isKeyAlone(chunk, file)) throw privateKey(path);
      hash.update(chunk);
      bytes += chunk.length;
      progress.update(bytes);
    }
    if (isWrapped && (await hasKeyInside(file, path, options))) throw privateKey(path);
  } finally {
    progress.clear();
  }
  return { path, fileName: basename(path), bytes, sha256: hash.digest("hex") };
}

const maxKeyBytes = 16 * 1024;

/** Whether a file is a private key in DER, which the scan of texts does not see. */
function isKeyAlone(chunk: Buffer, file: OpenFile): boolean {
  return chunk.length === file.bytes && chunk.length <= maxKeyBytes && isPrivateKey(chunk);
}

async function hasKeyInside(
  file: OpenFile,
  path: string,
  { signal, dataObject }: Pick<MeasureOptions, "signal" | "dataObject">,
): Promise<boolean> {
  const { unwrapHead } = await import("../../formats/survey-manifest.ts");
  const { unwrap } = await import("../../formats/framing/unwrap.ts");
  // Opened when it is read from, which a ZIP is not.
  const open = async function* () {
    yield* file.read() as AsyncIterable<Buffer>;
  };
  const { wrapping } = await unwrapHead(open, path);
  const ranges = {
    bytes: file.bytes,
    read: async (range: ByteRange) => file.read(range) as AsyncIterable<Buffer>,
  };
  const reading = { source: path, ranges, ...(dataObject && { dataObject }) };
  const scan = createKeyScan();
  for await (const chunk of unwrap(open(), wrapping, reading)) {
    signal.throwIfAborted();
    if (scan.sees(chunk)) return true;
  }
  return false;
}

function privateKey(path: string): MusterError {
  return new MusterError(
    "PRIVATE_KEY_REFUSED",
    `${path} holds a private key. Nothing of it was sent. Push the certificates alone.`,
    { details: { file: path } },
  );
}
