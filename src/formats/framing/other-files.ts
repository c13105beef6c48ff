import { MusterError } from "../../rules/errors.ts";
import { toOtherKind } from "../certificates/other-kinds.ts";
import { refuseKey } from "../certificates/read-certificate.ts";
import type { ManifestHead } from "../manifest-format.ts";

const toCsv = "Open it where it was made, export it as CSV in UTF-8, and send that";
const unpack = "Unpack it and send what is in it";
const fetchAnew =
  "Look at it in a browser, sign in where it asks you to, and fetch the manifest anew";
const saveText = "Save what is in it as plain text, and send that";

/** Files that are told by their first bytes, in hex. */
const byStart: readonly (readonly [start: RegExp, what: string, advice: string])[] = [
  [/^d0cf11e0/, "an Office document of the older kind, such as .xls", toCsv],
  [/^7b5c727466/, "a document in rich text", saveText],
  [/^255044462d/, "a PDF document", "Ask for what it shows as a file: CSV, JSON or PEM"],
  [/^(?:89504e47|ffd8ff|47494638)/, "a picture", "Ask for the file that it shows"],
  [
    /^(?:52617221|425a6839|fd377a585a|28b52ffd|1f9d|04224d18)/,
    "packed in a way that Muster does not read",
    `${unpack}, or pack it with gzip or ZIP`,
  ],
  [/^(?:fffe0000|0000feff)/, "text in UTF-32", "Save it as UTF-8"],
];

/** Files of text that hold no certificates as they are; tried when no format knows them. */
const byText: readonly (readonly [text: RegExp, what: string, advice: string])[] = [
  [
    /^version https:\/\/git-lfs/,
    "what Git LFS leaves in place of a file",
    "Fetch the file with: git lfs pull",
  ],
  [
    /^\s*(?:<\?xml[^>]*>\s*)?<Error>/,
    "the answer of a storage service that something went wrong",
    "Read what it says, and fetch the manifest anew",
  ],
  [
    /^\s*(?:<!--[\s\S]{0,2000}?-->\s*|<\?xml[^>]*>\s*)*<(?:!doctype\s+html|html|head|body|meta|script)\b/i,
    "a web page",
    fetchAnew,
  ],
  [
    /^\s*<[?!a-z]/i,
    "XML",
    "No vendor's manifest is XML: ask for the certificates as PEM, CSV or JSON",
  ],
  [
    /^(?:[\w-]+: .*\r?\n(?:[ \t].*\r?\n)*){0,60}(?:MIME-Version|Content-Transfer-Encoding): /i,
    "an e-mail",
    "Save what is attached to it, and send that",
  ],
  [
    /^\s*Certificate:\s+Data:\s+Version:/,
    "what OpenSSL prints of a certificate, without the certificate itself",
    "Print it as PEM, without -noout",
  ],
  [
    /^(?:ssh-(?:rsa|ed25519)|ecdsa-sha2-\S+) AAAA/m,
    "a list of SSH keys",
    "Ask for the devices' X.509 certificates",
  ],
];

/** Refuses what is no manifest for certain. @throws MusterError MANIFEST_UNREADABLE, PRIVATE_KEY_REFUSED */
export function refuseOtherFile({ bytes }: ManifestHead, source: string): void {
  refuseKey(bytes, source);
  const hex = bytes.toString("hex", 0, 8);
  const known = byStart.find(([start]) => start.test(hex));
  if (known) throw unreadable(source, known[1], known[2]);
}

/** @returns why nothing can be read from a manifest that no format knows. */
export function explainUnknown(head: ManifestHead, source: string): MusterError {
  const { bytes, text } = head;
  if (bytes.length === 0) return plain(source, "is empty");
  if (/^\s*$/.test(text)) return plain(source, "holds nothing but blanks");
  if (isPadding(bytes)) {
    return plain(source, "holds nothing but padding: what it was read from is not written");
  }
  const other = toOtherKind(bytes);
  if (other) return unreadable(source, other.name, "Send the devices' certificates");
  if (isListOfHashes(head)) {
    const message = `${source} lists hashes and holds no certificates. Ask the manufacturer for the certificates themselves: Muster checks who issued them.`;
    return new MusterError("MANIFEST_WITHOUT_CERTIFICATES", message);
  }
  const known = byText.find(([pattern]) => pattern.test(text));
  if (known) return unreadable(source, known[1], known[2]);
  if (controls.test(text)) {
    return plain(source, "is binary, and holds no certificates in a format that Muster knows");
  }
  return plain(source, "holds no certificates in a format that Muster knows");
}

/** What no text has; bytes above 0x7F are letters in UTF-8, which the text here is not read as. */
const controls = /(?![\s\u0080-\u009f])\p{Cc}/u;

/** Memory that nobody wrote. */
function isPadding(bytes: Buffer): boolean {
  const [first] = bytes;
  return (first === 0x00 || first === 0xff) && bytes.every((byte) => byte === first);
}

/** SHA-1 and SHA-256 in hex, as certificates are named by them. */
const hash = /^(?:0x)?(?:[0-9a-f]{40}|[0-9a-f]{64})$/i;

function isListOfHashes({ text, complete }: ManifestHead): boolean {
  const lines = text.split(/[\r\n]+/).map((line) => line.replaceAll(/[\s:"',;-]/g, ""));
  const whole = (complete ? lines : lines.slice(0, -1)).filter((line) => line !== "");
  return whole.length > 0 && whole.every((line) => hash.test(line));
}

function unreadable(source: string, what: string, advice: string): MusterError {
  return new MusterError("MANIFEST_UNREADABLE", `${source} is ${what}, not a manifest. ${advice}.`);
}

function plain(source: string, what: string): MusterError {
  return new MusterError("MANIFEST_UNREADABLE", `${source} ${what}.`);
}
