import {
  closeSync,
  createReadStream,
  fstatSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  statSync,
} from "node:fs";
import { basename, extname, join } from "node:path";
import { Readable } from "node:stream";
import { isCa } from "../formats/certificates/read-certificate.ts";
import { maxFileBytes, readCertificates } from "../formats/certificates/read-certificates.ts";
import { separateChains } from "../formats/certificates/separate-chains.ts";
import { MusterError } from "../rules/errors.ts";

/**
 * Reads a file whole; what no reader would take is not read, lest a slip of the hand fill the memory.
 *
 * @throws MusterError FILE_UNREADABLE, INPUT_TOO_LARGE
 */
export function readFile(path: string): Buffer {
  return attempt(path, () => {
    const { size } = statSync(path);
    if (size > maxFileBytes) {
      throw new MusterError("INPUT_TOO_LARGE", `${path} has more than 16 MiB; split it.`);
    }
    return readFileSync(path);
  });
}

/**
 * Reads a file that has to hold exactly one certificate, beside CAs that may come with it.
 *
 * @throws MusterError FILE_UNREADABLE, CERTIFICATE_UNREADABLE, PRIVATE_KEY_REFUSED
 */
export function readOneCertificate(path: string): Uint8Array {
  const { certificates } = readCertificates(readFile(path), path);
  const { leaves, others } = separateChains(certificates);
  const [only, ...more] = leaves.length > 0 ? leaves : others;
  if (only && more.length === 0) return only.der;
  const found = leaves.length > 0 ? `${leaves.length} of devices` : `${others.length} of CAs`;
  throw new MusterError(
    "CERTIFICATE_UNREADABLE",
    `${path} has to hold one certificate; it holds ${only ? found : "none that can be read"}.`,
    { details: { file: path } },
  );
}

/**
 * Reads a file of CA certificates, as many as there are: an issuer often comes with its root.
 *
 * @returns DER, each once; at least one.
 * @throws MusterError FILE_UNREADABLE, CERTIFICATE_UNREADABLE, CA_INVALID, PRIVATE_KEY_REFUSED
 */
export function readCaCertificates(path: string): readonly Uint8Array[] {
  const details = { file: path };
  const { certificates, problems } = readCertificates(readFile(path), path);
  const [problem] = problems;
  if (problem) {
    const { record, code, message } = problem;
    const where = `${path}, certificate ${record}`;
    throw new MusterError(code, `${where} cannot be read: ${message}`, { details });
  }
  const other = certificates.find((each) => !isCa(each));
  if (other) {
    throw new MusterError(
      "CA_INVALID",
      `${path} has to hold CA certificates only; ${other.facts.subject} is none.`,
      { details },
    );
  }
  return separateChains(certificates).others.map(({ der }) => der);
}

/** A file that is read in pieces, as often as needed. */
export interface OpenFile {
  readonly bytes: number;
  readonly read: (range?: { readonly offset: number; readonly length: number }) => Readable;
}

/** @throws MusterError FILE_UNREADABLE */
export function openFile(path: string): OpenFile {
  return attempt(path, () => {
    const file = openSync(path, "r");
    const { size } = fstatSync(file);
    // Of a folder this fails, as reading it later would.
    readSync(file, Buffer.alloc(1));
    closeSync(file);
    return {
      bytes: size,
      read: (range) => {
        const { offset = 0, length = size } = range ?? {};
        if (length === 0) return Readable.from([]);
        return createReadStream(path, { start: offset, end: offset + length - 1 });
      },
    };
  });
}

export interface InputFile {
  readonly source: string;
  readonly path: string;
  /** In a folder each file is named for its device. */
  readonly deviceId?: string;
}

export interface Inputs {
  readonly files: readonly InputFile[];
  /** What else is in a folder: its folders, and files that are none of certificates. */
  readonly ignored: readonly string[];
}

const certificateFile = /\.(?:pem|crt|cer|der)$/i;

/** Lists what is to be imported: a file, or the files of a folder. @throws MusterError FILE_UNREADABLE */
export function listInputs(path: string): Inputs {
  return attempt(path, () => {
    if (!statSync(path).isDirectory()) {
      return { files: [{ source: basename(path), path }], ignored: [] };
    }
    const entries = readdirSync(path, { withFileTypes: true })
      .map((entry) => ({ name: entry.name, isFolder: entry.isDirectory() }))
      .sort((one, other) => (one.name < other.name ? -1 : 1));
    const read = entries.filter(
      ({ name, isFolder }) =>
        !isFolder && (certificateFile.test(name) || isTextWithPem(join(path, name))),
    );
    const isRead = new Set(read);
    return {
      files: read.map(({ name }) => ({
        source: name,
        path: join(path, name),
        deviceId: basename(name, extname(name)),
      })),
      ignored: entries
        .filter((entry) => !isRead.has(entry))
        .map(({ name, isFolder }) => (isFolder ? `${name}/` : name)),
    };
  });
}

/** Beside certificates lie delivery notes, which are text as well. */
function isTextWithPem(path: string): boolean {
  if (!/\.txt$/i.test(path) || statSync(path).size > maxFileBytes) return false;
  return readFileSync(path, "latin1").includes("-----BEGIN ");
}

function attempt<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof Error && "syscall" in error)) throw error;
    const code = "code" in error ? String(error.code) : "";
    const why = reasons[code] ?? `it cannot be read (${code})`;
    throw new MusterError("FILE_UNREADABLE", `${path}: ${why}.`, {
      cause: error,
      details: { file: path },
    });
  }
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file",
  EACCES: "you may not read it",
  EISDIR: "it is a folder, not a file",
};
