import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { gunzip } from "../../src/formats/framing/gunzip.ts";
import { makeSample, readAll, toLines } from "./support.ts";

describe("a manifest in gzip", () => {
  test.for(["csv", "pem-chain", "microchip", "der", "azure-dps"])(
    "is read as what is inside: %s",
    async (name) => {
      const { bytes, options } = makeSample(name);
      const plain = await readAll(bytes, options);
      const packed = gzipSync(bytes);
      const { survey, rows } = await readAll(packed, {
        ...options,
        partRecords: 1,
        chunkSizes: [100],
      });
      expect(rows).toEqual(plain.rows);
      expect(survey).toMatchObject({
        format: plain.survey.format,
        records: plain.survey.records,
        bytes: packed.length,
        wrapping: ["gzip"],
        parts: [{ offset: 0, length: packed.length, firstRecord: 1 }],
      });
    },
  );

  test("may be in UTF-16 inside", async () => {
    const text = makeSample("csv").bytes.toString("latin1");
    const { survey, rows } = await readAll(gzipSync(Buffer.from(`\ufeff${text}`, "utf16le")));
    expect(survey.wrapping).toEqual(["gzip", "utf-16le"]);
    expect(toLines(rows)).toEqual([1, 2, 3, 4].map((at) => `${at}: sensor-000000${at}`));
  });

  test("with a private key inside is refused", async () => {
    const { bytes } = makeSample("csv", { defects: ["private-key"] });
    await expect(readAll(gzipSync(bytes))).rejects.toMatchObject({ code: "PRIVATE_KEY_REFUSED" });
  });

  test("that is damaged, cut short, or nested is refused", async () => {
    const packed = gzipSync(makeSample("csv", { count: 40 }).bytes);
    const damaged = Buffer.from(packed).fill(0xff, 3000, 3010);
    const nested = gzipSync(gzipSync(packed));
    for (const input of [packed.subarray(0, -20), damaged, nested, packed.subarray(0, 4)]) {
      await expect(readAll(input)).rejects.toMatchObject({ code: "MANIFEST_UNREADABLE" });
    }
  });

  test("that is a bomb is refused before it is unpacked", async () => {
    const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024, "a,b\n"));
    const unpack = async () => {
      let bytes = 0;
      for await (const chunk of gunzip([bomb], "bomb.gz")) {
        bytes += chunk.length;
        expect(bytes).toBeLessThan(16 * 1024 * 1024);
      }
    };
    await expect(unpack()).rejects.toMatchObject({
      code: "MANIFEST_UNREADABLE",
      message: "bomb.gz unpacks to more than 100 times its size, which no manifest does.",
    });
  });

  test("gives back errors of whoever reads the file", async () => {
    async function* broken() {
      yield gzipSync("a").subarray(0, 5);
      throw new RangeError("The disk is gone.");
    }
    const unpack = async () => {
      for await (const chunk of gunzip(broken(), "x")) expect(chunk).toBeDefined();
    };
    await expect(unpack()).rejects.toThrow("The disk is gone.");
  });
});
