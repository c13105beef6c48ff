import { createPrivateKey, generateKeyPairSync } from "node:crypto";
import { readFileSync } from "node:fs";
import { crc32, gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { archiveLimits } from "../../../src/formats/archive/archive-limits.ts";
import { writeSevenZip } from "../../../src/formats/archive/write-seven-zip.ts";
import type { ZipFileSpec } from "../../../src/formats/archive/write-zip.ts";
import { toPem } from "../../../src/formats/certificates/to-pem.ts";
import { MusterError } from "../../../src/rules/errors.ts";
import { makeDevices, makeSample } from "../support.ts";
import { makeArchive, readArchive, zip } from "./support.ts";

const fixture = (name: string) => readFileSync(new URL(`fixtures/${name}`, import.meta.url));
const [device] = await makeDevices(1);
const der = Buffer.from(device?.leaf ?? "");
const pem = toPem(der);
const good: ZipFileSpec = { name: "good.pem", content: pem };

const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
const keyPem = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
const keyDer = privateKey.export({ type: "sec1", format: "der" });

describe("an archive with a private key", () => {
  const csv = makeSample("csv", { count: 300, defects: ["private-key"] }).bytes;
  const keys: readonly (readonly [string, ZipFileSpec])[] = [
    ["in PEM", { name: "key.pem", content: keyPem }],
    ["in PEM beside its certificate", { name: "a.pem", content: pem + keyPem }],
    ["in DER", { name: "a.key", content: keyDer }],
    ["in gzip", { name: "a.pem", content: gzipSync(keyPem) }],
    ["in UTF-16", { name: "a.pem", content: Buffer.from(`\ufeff${keyPem}`, "utf16le") }],
    ["in base64", { name: "a.txt", content: Buffer.from(keyPem).toString("base64") }],
    ["in a document", { name: "notes.md", content: `The key is:\n${keyPem}` }],
    ["far in a table", { name: "lot.csv", content: csv }],
    ["far in a document", { name: "notes.md", content: `${"Hello\n".repeat(30_000)}${keyPem}` }],
    [
      "far in a file that is none of Muster's business",
      { name: "a.bin", content: Buffer.concat([Buffer.alloc(200_000, "\x01\xff"), keyDer]) },
    ],
    ["behind a certificate in DER", { name: "a.der", content: Buffer.concat([der, keyDer]) }],
    ["among what a Mac adds", { name: "__MACOSX/key.pem", content: keyPem }],
    ["at a path that leads out", { name: "../key.pem", content: keyPem }],
    [
      "under the name of a chip that is not asked for",
      { name: `${"0".repeat(20)}_E0E1.pem`, content: keyPem },
    ],
    ["in an archive inside", { name: "b.zip", content: zip({ name: "key.pem", content: keyPem }) }],
    [
      "in a 7z inside",
      { name: "b.7z", content: writeSevenZip([{ name: "k.pem", content: keyPem }]) },
    ],
  ];
  test.for(keys)("%s is refused whole, and says in which file", async ([, file]) => {
    const secret = keyPem.split("\n")[1] ?? "";
    const error = await readArchive(zip(good, file)).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: "PRIVATE_KEY_REFUSED" });
    expect((error as Error).message).toContain(`delivery: ${file.name}`);
    expect(JSON.stringify(error) + String(error)).not.toContain(secret);
    expect(createPrivateKey(keyPem).type).toBe("private");
  });

  test("in a key store is refused with advice", async () => {
    const store = Buffer.from("308203e7020103308203ad06092a864886f70d010701a08203", "hex");
    const file = { name: "a.p12", content: Buffer.concat([store, Buffer.alloc(970)]) };
    await expect(readArchive(zip(good, file))).rejects.toMatchObject({
      code: "PRIVATE_KEY_REFUSED",
      message: expect.stringContaining("openssl pkcs12") as string,
    });
  });

  test("or another secret is refused whole", async () => {
    const content = `id,cert,psk\n1,${pem.replaceAll("\n", "\\n")},0011\n`;
    await expect(readArchive(zip(good, { name: "a.csv", content }))).rejects.toMatchObject({
      code: "SECRET_REFUSED",
      message: expect.stringContaining("delivery: a.csv") as string,
    });
  });
});

describe("an archive beyond what is unpacked", () => {
  const limits = { ...archiveLimits, entries: 3, entryBytes: 5_000, unpackedBytes: 12_000 };
  const small = (name: string) => ({ name, content: "x".repeat(4_500), method: "store" as const });
  const cases: readonly (readonly [string, Buffer, string])[] = [
    ["of too many files", zip(good, good, good, good), "ARCHIVE_TOO_MANY_ENTRIES"],
    [
      "with a file too large",
      zip({ ...small("a.pem"), content: pem.repeat(20) }),
      "ARCHIVE_ENTRY_TOO_LARGE",
    ],
    ["too large in all", zip(small("a"), small("b"), small("c")), "ARCHIVE_TOO_LARGE"],
    [
      "with gzip in it that is too large",
      zip({ name: "a.gz", content: gzipSync("x".repeat(6_000)) }),
      "ARCHIVE_ENTRY_TOO_LARGE",
    ],
    [
      "too large in all, with the archives in it",
      zip(
        { name: "a.zip", content: zip(small("a.txt")) },
        { name: "b.zip", content: zip(small("b.txt")) },
      ),
      "ARCHIVE_TOO_LARGE",
    ],
  ];
  test.for(cases)("%s is refused", async ([, bytes, code]) => {
    await expect(readArchive(bytes, { limits })).rejects.toMatchObject({ code });
  });

  const content = "x".repeat(20_000);
  test.for([
    ["a 7z", writeSevenZip([{ name: "a.pem", content }])],
    [
      "a ZIP in a ZIP",
      zip({ name: "a.zip", content: zip({ name: "a", content, method: "store" }) }),
    ],
  ] as const)("that has to be held is refused: %s", async ([, bytes]) => {
    const held = { ...archiveLimits, heldBytes: 10_000 };
    await expect(readArchive(bytes, { limits: held })).rejects.toMatchObject({
      code: "ARCHIVE_TOO_LARGE",
    });
  });

  test("is refused by its depth", async () => {
    const inner = zip({ name: "b.zip", content: zip(good) });
    await expect(readArchive(zip({ name: "a.zip", content: inner }))).rejects.toMatchObject({
      code: "ARCHIVE_TOO_DEEP",
      message: "delivery: a.zip/b.zip is an archive in an archive in an archive.",
    });
  });
});

describe("a bomb", () => {
  const zeros = Buffer.alloc(64 * 1024 * 1024);
  const bomb = zip({ name: "0.pem", content: zeros });
  const lied = Buffer.from(bomb);
  // The directory says that the file is small; what comes out of it is counted all the same.
  const directory = lied.lastIndexOf(Buffer.from("PK\x01\x02"));
  lied.writeUInt32LE(1000, directory + 24);
  const bombs: readonly (readonly [string, Buffer, string])[] = [
    ["of zeros", bomb, "ARCHIVE_BOMB"],
    ["of zeros that says it is small", lied, "ARCHIVE_DAMAGED"],
    ["of gzip in ZIP", zip({ name: "0.gz", content: gzipSync(zeros) }), "ARCHIVE_BOMB"],
    [
      "in an archive inside",
      zip({ name: "0.zip", content: bomb, method: "store" }),
      "ARCHIVE_BOMB",
    ],
    [
      "of copies",
      zip({
        name: "a.zip",
        content: zip(
          ...Array.from({ length: 40 }, (_, at) => ({
            name: `${at}`,
            content: zeros.subarray(0, 1024 * 1024),
          })),
        ),
        method: "store",
      }),
      "ARCHIVE_BOMB",
    ],
    [
      "of quoted files, whose bytes overlap",
      overlap(200, zeros.subarray(0, 80_000)),
      "ARCHIVE_BOMB",
    ],
    [
      "in what is skipped of a 7z",
      zip({ name: "a_keys.txt", content: zeros }, good),
      "ARCHIVE_BOMB",
    ],
  ];
  test.for(bombs)("%s is refused before it goes off", async ([, bytes, code]) => {
    await expect(readArchive(bytes)).rejects.toMatchObject({ code });
  });

  /** Many entries of a directory that lead to the same file. */
  function overlap(count: number, content: Buffer): Buffer {
    const one = zip({ name: "0", content });
    const from = one.lastIndexOf(Buffer.from("PK\x01\x02"));
    const to = one.lastIndexOf(Buffer.from("PK\x05\x06"));
    const end = Buffer.from(one.subarray(to));
    end.writeUInt16LE(count, 8);
    end.writeUInt16LE(count, 10);
    end.writeUInt32LE(count * (to - from), 12);
    const entries = Array.from({ length: count }, () => one.subarray(from, to));
    return Buffer.concat([one.subarray(0, from), ...entries, end]);
  }
});

describe("a 7z that asks for memory", () => {
  /** Says of its dictionary that it is larger: 2 or 3, shifted by half of the property (xz's LZMA2). */
  function withDictionary(property: number): Buffer {
    const bytes = writeSevenZip([good], "lzma2");
    const header = bytes.subarray(32 + Number(bytes.readBigUInt64LE(12)));
    header[header.indexOf(Buffer.of(0x21, 0x21, 1, 0x18)) + 3] = property;
    bytes.writeUInt32LE(crc32(header), 28);
    bytes.writeUInt32LE(crc32(bytes.subarray(12, 32)), 8);
    return bytes;
  }

  test.for([
    ["16 MiB", 0x18],
    ["64 MiB", 0x1c],
  ] as const)("gets %s", async ([, property]) => {
    expect((await readArchive(withDictionary(property))).rows).toHaveLength(1);
  });

  test.for([
    ["256 MiB", 0x20],
    ["4 GiB", 0x28],
  ] as const)("is refused %s, and the next one is read", async ([, property]) => {
    await expect(readArchive(withDictionary(property))).rejects.toMatchObject({
      code: "ARCHIVE_UNSUPPORTED",
    });
    expect((await readArchive(writeSevenZip([good]))).rows).toHaveLength(1);
  });
});

describe("an archive that cannot be read", () => {
  const whole = zip(good, { name: "b.pem", content: pem.repeat(3) });
  const bundle = makeArchive("infineon");
  const flipped = (bytes: Buffer, at: number) => {
    const copy = Buffer.from(bytes);
    copy[at] = (copy[at] ?? 0) ^ 0xff;
    return copy;
  };
  const cases: readonly (readonly [string, Buffer, string, string])[] = [
    ["cut short", whole.subarray(0, -30), "ARCHIVE_DAMAGED", "delivery is damaged or cut short."],
    [
      "with a damaged file",
      flipped(whole, 100),
      "ARCHIVE_DAMAGED",
      "delivery: good.pem is damaged or cut short.",
    ],
    [
      "with a damaged header",
      flipped(whole, 0 + whole.indexOf("PK\x03\x04", 10)),
      "ARCHIVE_DAMAGED",
      "delivery: b.pem is damaged or cut short.",
    ],
    [
      "a 7z cut short",
      bundle.subarray(0, -30),
      "ARCHIVE_DAMAGED",
      "delivery is damaged or cut short.",
    ],
    [
      "a 7z with a damaged header",
      flipped(bundle, bundle.length - 40),
      "ARCHIVE_DAMAGED",
      "delivery is damaged or cut short.",
    ],
    [
      "that is encrypted",
      fixture("encrypted.zip"),
      "ARCHIVE_ENCRYPTED",
      "delivery: ca.crt is encrypted.",
    ],
    [
      "a 7z that is encrypted",
      fixture("encrypted.7z"),
      "ARCHIVE_ENCRYPTED",
      "delivery: ca.crt is encrypted.",
    ],
    [
      "a 7z with an encrypted header",
      fixture("header-encrypted.7z"),
      "ARCHIVE_ENCRYPTED",
      "delivery is encrypted.",
    ],
    [
      "packed by another method",
      fixture("bzip2.zip"),
      "ARCHIVE_UNSUPPORTED",
      "delivery: ca.crt is packed by method 12, not by deflate.",
    ],
    ["that has no files", zip(), "MANIFEST_UNREADABLE", "delivery is an archive without files."],
    [
      "without certificates",
      zip({ name: "a.txt", content: "x" }),
      "MANIFEST_UNREADABLE",
      "delivery holds no certificates in its files; not read: 1 of 1, holds no certificates.",
    ],
    [
      "of one damaged certificate",
      zip({ name: "a.pem", content: "x" }),
      "MANIFEST_UNREADABLE",
      "delivery: a.pem holds no certificates in a format that Muster knows.",
    ],
  ];
  test.for(cases)("%s says so, and which file it is", async ([, bytes, code, message]) => {
    await expect(readArchive(bytes)).rejects.toMatchObject({ code, message });
  });

  test("names the damaged file of an archive inside", async () => {
    const inner = flipped(zip(good), 100);
    const bytes = zip({ name: "reel.zip", content: inner, method: "store" });
    await expect(readArchive(bytes)).rejects.toMatchObject({
      code: "ARCHIVE_DAMAGED",
      message: "delivery: reel.zip: good.pem is damaged or cut short.",
    });
  });

  test("hands on what went wrong with the store that it lies in", async () => {
    const ranges = {
      bytes: whole.length,
      read: async () => {
        throw new RangeError("The disk is gone.");
      },
    };
    await expect(readArchive(whole, { ranges })).rejects.toThrow("The disk is gone.");
  });

  const inputs = [whole, makeArchive("zip"), makeArchive("infineon-zip", { count: 2 })];
  const sevens = [fixture("infineon.7z"), fixture("lzma.7z"), bundle];
  const mutation = fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    cut: fc.nat(30),
    bytes: fc.uint8Array({ maxLength: 6 }),
  });
  test.for([
    ["ZIP", inputs, 120],
    ["7z", sevens, 40],
  ] as const)(
    "gives rows or coded refusals, whatever is changed in it: %s",
    async ([, bases, numRuns]) => {
      const given = fc.tuple(
        fc.constantFrom(...bases),
        fc.array(mutation, { minLength: 1, maxLength: 4 }),
      );
      await fc.assert(
        fc.asyncProperty(given, async ([base, mutations]) => {
          const bytes = mutations.reduce((input, { at, cut, bytes: added }) => {
            const from = Math.floor(at * input.length);
            return Buffer.concat([input.subarray(0, from), added, input.subarray(from + cut)]);
          }, base);
          try {
            await readArchive(bytes);
          } catch (error) {
            const isRefusal = error instanceof MusterError || isNoArchive(error);
            if (!isRefusal) throw error;
          }
        }),
        { numRuns },
      );
    },
  );

  function isNoArchive(error: unknown): boolean {
    return error instanceof Error && error.message === "It is no archive.";
  }
});
