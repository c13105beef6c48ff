import { generateKeyPairSync } from "node:crypto";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { readAll } from "../support.ts";

const hex = (text: string) => Buffer.from(text, "hex");
const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
const keyDer = (type: "pkcs8" | "sec1") => privateKey.export({ type, format: "der" });
const ed25519 = generateKeyPairSync("ed25519").privateKey;
const utf32 = Buffer.concat(
  Array.from("\ufeffid,cert", (each) =>
    Buffer.of(each.charCodeAt(0) & 0xff, each.charCodeAt(0) >> 8, 0, 0),
  ),
);

/** What people send in place of a manifest, and what they are told it is. */
const files: readonly (readonly [
  name: string,
  file: string | Uint8Array,
  code: string,
  said: RegExp,
])[] = [
  ["an empty file", "", "MANIFEST_UNREADABLE", /is empty\.$/],
  ["a byte order mark alone", "\ufeff", "MANIFEST_UNREADABLE", /is empty\.$/],
  ["an empty file in gzip", gzipSync(""), "MANIFEST_UNREADABLE", /is empty\.$/],
  ["blanks", " \r\n\t\n", "MANIFEST_UNREADABLE", /nothing but blanks/],
  ["zeros", Buffer.alloc(500), "MANIFEST_UNREADABLE", /nothing but padding/],
  ["erased memory", Buffer.alloc(500, 0xff), "MANIFEST_UNREADABLE", /nothing but padding/],
  [
    "a web page",
    "\n<!DOCTYPE html>\n<html><title>Sign in</title></html>",
    "MANIFEST_UNREADABLE",
    /is a web page, .*fetch the manifest anew/,
  ],
  ["a web page with a comment", "<!-- x --><HTML></HTML>", "MANIFEST_UNREADABLE", /is a web page/],
  [
    "an answer of S3",
    '<?xml version="1.0"?>\n<Error><Code>AccessDenied</Code></Error>',
    "MANIFEST_UNREADABLE",
    /storage service/,
  ],
  ["XML", '<?xml version="1.0"?><certs/>', "MANIFEST_UNREADABLE", /is XML/],
  [
    "an e-mail",
    "From: a@b.c\r\nMIME-Version: 1.0\r\n\r\nTUlJ\r\n",
    "MANIFEST_UNREADABLE",
    /is an e-mail/,
  ],
  ["PDF", "%PDF-1.7\n%\xe2", "MANIFEST_UNREADABLE", /is a PDF/],
  [
    "an old workbook",
    hex("d0cf11e0a1b11ae10000"),
    "MANIFEST_UNREADABLE",
    /\.xls.*export it as CSV/,
  ],
  ["rich text", "{\\rtf1\\ansi}", "MANIFEST_UNREADABLE", /rich text/],
  ["a picture", hex("89504e470d0a1a0a00"), "MANIFEST_UNREADABLE", /is a picture/],
  ["bzip2", "BZh91AY&SY", "MANIFEST_UNREADABLE", /packed in a way .*gzip or ZIP/],
  ["xz", hex("fd377a585a000004"), "MANIFEST_UNREADABLE", /packed in a way/],
  ["UTF-32", utf32, "MANIFEST_UNREADABLE", /UTF-32, .*UTF-8/],
  [
    "a pointer of Git LFS",
    "version https://git-lfs.github.com/spec/v1\noid sha256:aa\n",
    "MANIFEST_UNREADABLE",
    /git lfs pull/,
  ],
  [
    "a printout of OpenSSL",
    "Certificate:\n    Data:\n        Version: 3 (0x2)\n",
    "MANIFEST_UNREADABLE",
    /without -noout/,
  ],
  ["SSH keys", "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIF8 x\n", "MANIFEST_UNREADABLE", /SSH keys/],
  [
    "a public key",
    publicKey.export({ type: "spki", format: "der" }),
    "MANIFEST_UNREADABLE",
    /is a public key/,
  ],
  ["bytes of no kind", hex("0102030405060708090a"), "MANIFEST_UNREADABLE", /is binary/],
  ["words in UTF-8", "Größe – ✓ ─\n", "MANIFEST_UNREADABLE", /^batch\.bin holds no certificates/],
  [
    "words",
    "hello\nworld\n",
    "MANIFEST_UNREADABLE",
    /no certificates in a format that Muster knows/,
  ],
  [
    "hashes",
    `${"ab".repeat(32)}\n${"CD:".repeat(31)}CD\n`,
    "MANIFEST_WITHOUT_CERTIFICATES",
    /lists hashes/,
  ],
  ["SHA-1 hashes", `${"ab".repeat(20)}\n`, "MANIFEST_WITHOUT_CERTIFICATES", /lists hashes/],
  [
    "PKCS#12",
    hex("308204a30201033082045f06092a864886f70d010701a0820450"),
    "PRIVATE_KEY_REFUSED",
    /PKCS#12 key store.*-nokeys/,
  ],
  [
    "PKCS#12 in BER",
    hex("308002010330800609 2a864886f70d010701a080".replace(" ", "")),
    "PRIVATE_KEY_REFUSED",
    /PKCS#12/,
  ],
  [
    "a Java key store",
    hex("feedfeed00000002000000010000000100"),
    "PRIVATE_KEY_REFUSED",
    /Java key store.*keytool/,
  ],
  ["a JCEKS key store", hex("cececece0000000200000001"), "PRIVATE_KEY_REFUSED", /Java key store/],
  ["a key in PKCS#8", keyDer("pkcs8"), "PRIVATE_KEY_REFUSED", /holds a private key/],
  ["a key in SEC1", keyDer("sec1"), "PRIVATE_KEY_REFUSED", /holds a private key/],
  [
    "a short key",
    ed25519.export({ type: "pkcs8", format: "der" }),
    "PRIVATE_KEY_REFUSED",
    /holds a private key/,
  ],
  [
    "a key of PuTTY",
    "PuTTY-User-Key-File-3: ssh-ed25519\n",
    "PRIVATE_KEY_REFUSED",
    /holds a private key/,
  ],
  [
    "a key of RFC 4716",
    "---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----\nP2\n",
    "PRIVATE_KEY_REFUSED",
    /holds a private key/,
  ],
];

describe("a file that is no manifest is told what it is", () => {
  test.for(files)("%s", async ([, file, code, said]) => {
    const refused = readAll(typeof file === "string" ? Buffer.from(file) : file, {
      source: "batch.bin",
    });
    await expect(refused).rejects.toMatchObject({ code, message: expect.stringMatching(said) });
    await expect(refused).rejects.toThrow(/^batch\.bin /);
  });
});
