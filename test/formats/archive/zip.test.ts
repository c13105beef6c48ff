import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { writeSevenZip } from "../../../src/formats/archive/write-seven-zip.ts";
import { writeZip } from "../../../src/formats/archive/write-zip.ts";
import { toPem } from "../../../src/formats/certificates/to-pem.ts";
import { makeDevices, makeSample, readAll, recordsOf, toLines } from "../support.ts";
import { makeArchive, readArchive, toPlaces, zip } from "./support.ts";

const devices = await makeDevices(6);
const pems = devices.map(({ leaf }) => toPem(Buffer.from(leaf)));
const [pem = "", other = ""] = pems;
const der = Buffer.from(devices[0]?.leaf ?? "");

describe("a ZIP of certificate files", () => {
  test("gives each device the id that its file is named for, and the CA that lies beside it", async () => {
    const { rows, contents, survey } = await readArchive(makeArchive("zip", { count: 5 }));
    expect(survey).toMatchObject({ format: "archive", wrapping: ["zip"], records: 6 });
    expect(toPlaces(rows)).toEqual([
      "certificates/sensor-0000001.pem: sensor-0000001",
      "certificates/sensor-0000002.crt: sensor-0000002",
      "certificates/sensor-0000003.pem: sensor-0000003",
      "certificates/sensor-0000004.crt: sensor-0000004",
      "certificates/sensor-0000005.pem: sensor-0000005",
    ]);
    for (const row of recordsOf(rows)) {
      expect(row).toMatchObject({ idSource: "file name", verified: "chain" });
      expect(row.chain).toHaveLength(1);
    }
    expect(contents).toMatchObject({
      entries: 7,
      used: { pem: 4, der: 2 },
      ignored: { system: { files: 1, names: ["__MACOSX/._ca.crt"] } },
    });
  });

  const names = [
    ["lot/0001.pem", "0001"],
    ["0001.pem.crt", "0001"],
    ["sensor.a.cer", "sensor.a"],
    ["0001", "0001"],
    ["lot\\0001.der", "0001"],
    ["0001/cert.pem", "0001"],
    ["0001/device-certificate.crt", "0001"],
    ["cert.pem", undefined],
    [`${"x".repeat(200)}.pem`, undefined],
    ["a\u202eb.pem", undefined],
  ] as const;
  test.for(names)("takes from the name %j the id %j", async ([name, id]) => {
    const { rows } = await readArchive(zip({ name, content: pem }));
    expect(recordsOf(rows).map(({ deviceId }) => deviceId)).toEqual([id]);
  });

  test("takes no id for a file of several devices, and counts its records", async () => {
    const bytes = zip(
      { name: "lot.pem", content: pems.slice(0, 3).join("") },
      { name: "more.pem", content: Array.from({ length: 4 }, () => pems.join("")).join("") },
    );
    const { rows } = await readArchive(bytes);
    expect(toPlaces(rows).slice(0, 5)).toEqual([
      "lot.pem: (no id)",
      "lot.pem: (no id)",
      "lot.pem: (no id)",
      "more.pem 1: (no id)",
      "more.pem 2: (no id)",
    ]);
    expect(rows).toHaveLength(27);
  });

  const spellings = [
    ["DER under .pem", { name: "a.pem", content: der }],
    ["PEM under .der", { name: "a.der", content: pem }],
    ["base64 of DER", { name: "a.cer", content: der.toString("base64") }],
    ["UTF-16", { name: "a.crt", content: Buffer.from(`\ufeff${pem}`, "utf16le") }],
    ["gzip", { name: "a.pem", content: gzipSync(pem) }],
    ["no ending", { name: "a", content: pem }],
    ["a text file", { name: "a.txt", content: `Delivery note\n${pem}` }],
    ["stored", { name: "a.pem", content: pem, method: "store" }],
    ["sizes that follow", { name: "a.pem", content: pem, withDescriptor: true }],
  ] as const;
  test.for(spellings)("reads what is in it: %s", async ([, file]) => {
    const { rows } = await readArchive(zip(file));
    expect(recordsOf(rows).map(({ facts }) => facts.certificateId)).toEqual([
      devices[0]?.facts.certificateId,
    ]);
  });

  test("may be written as those of more than 4 GiB are", async () => {
    const bytes = Buffer.concat([...writeZip([{ name: "a.pem", content: pem }], { zip64: true })]);
    expect(toPlaces((await readArchive(bytes)).rows)).toEqual(["a.pem: a"]);
  });

  test("leaves alone what is no certificate, and says why", async () => {
    const { rows, contents } = await readArchive(
      zip(
        { name: "a.pem", content: pem },
        { name: "../../etc/b.pem", content: pem },
        { name: "/b.pem", content: pem },
        { name: "C:/b.pem", content: pem },
        { name: "folder/", content: "" },
        { name: "__MACOSX/a.pem", content: pem },
        { name: "._a.pem", content: pem },
        { name: ".DS_Store", content: "x" },
        { name: "empty.pem", content: "" },
        { name: "README.md", content: "Hello" },
      ),
    );
    expect(toPlaces(rows)).toEqual(["a.pem: a"]);
    const counts = Object.entries(contents.ignored).map(([reason, { files }]) => [reason, files]);
    expect(Object.fromEntries(counts)).toEqual({
      "leads-out": 3,
      system: 3,
      empty: 1,
      document: 1,
    });
  });

  test("reports a file that should be a certificate and is none, and takes the others", async () => {
    const { rows, contents } = await readArchive(
      zip({ name: "a.pem", content: pem }, { name: "b.pem", content: "hello" }),
    );
    expect(toPlaces(rows)).toEqual(["a.pem: a", "b.pem: ENTRY_UNREADABLE"]);
    expect(rows[1]).toMatchObject({
      message: "b.pem holds no certificates in a format that Muster knows.",
    });
    expect(contents.unreadable).toBe(1);
  });

  test("reports what is wrong with a certificate under the name of its file", async () => {
    const damaged = pem.replace(/\n.{20}/, "\n");
    const { rows } = await readArchive(
      zip({ name: "a.pem", content: damaged }, { name: "b.pem", content: other }),
    );
    expect(toPlaces(rows)).toEqual(["a.pem: CERTIFICATE_UNREADABLE", "b.pem: b"]);
  });
});

describe("a ZIP of manifests", () => {
  test.for(["csv", "microchip", "ndjson", "espressif", "azure-dps", "nrf-cloud"])(
    "gives the records of the one in it: %s",
    async (name) => {
      const { bytes, options } = makeSample(name, { count: 12 });
      const plain = await readAll(bytes, options);
      const { rows, contents } = await readArchive(
        zip({ name: "a/m.dat", content: bytes }),
        options,
      );
      expect(toLines(rows)).toEqual(toLines(plain.rows));
      expect(
        recordsOf(rows).map(({ leaf, chain, attributes, verified }) => ({
          leaf,
          chain,
          attributes,
          verified,
        })),
      ).toEqual(
        recordsOf(plain.rows).map(({ leaf, chain, attributes, verified }) => ({
          leaf,
          chain,
          attributes,
          verified,
        })),
      );
      expect(rows[3]).toMatchObject({ entry: "a/m.dat", entryRecord: 4 });
      expect(contents.used).toEqual({ [name === "espressif" ? "csv" : name]: 1 });
    },
  );

  test("gives those of several, of any formats, and counts on from one to the next", async () => {
    const csv = makeSample("csv", { count: 2 }).bytes;
    const json = makeSample("ndjson", { count: 2 }).bytes;
    const { rows } = await readArchive(
      zip({ name: "a.csv", content: csv }, { name: "b.json", content: json }),
    );
    expect(rows.map(({ record, entry, entryRecord }) => [record, entry, entryRecord])).toEqual([
      [1, "a.csv", 1],
      [2, "a.csv", 2],
      [3, "b.json", 1],
      [4, "b.json", 2],
    ]);
  });

  test("is read with the columns that were told", async () => {
    const table = `Zertifikat,Nummer\n${der.toString("base64")},0007\n`;
    const mapping = { cert: "Zertifikat", id: "Nummer" };
    const file = { name: "a.csv", content: table };
    const { rows } = await readArchive(zip({ name: "b.pem", content: other }, file), { mapping });
    expect(toPlaces(rows)).toEqual(["b.pem: b", "a.csv 1: 0007"]);
    await expect(
      readArchive(zip({ name: "b.pem", content: other }), { mapping }),
    ).rejects.toMatchObject({
      code: "MAPPING_INVALID",
      message: "delivery has no file with columns to map. Leave out the mapping.",
    });
  });

  test("may be in gzip, or in one more archive", async () => {
    const inner = zip({ name: "a.pem", content: pem });
    const packed = gzipSync(zip({ name: "inner.zip", content: inner }));
    const { survey, rows } = await readAll(packed);
    expect(survey.wrapping).toEqual(["gzip", "zip"]);
    expect(toPlaces(rows)).toEqual(["inner.zip/a.pem: a"]);
    const seven = writeSevenZip([{ name: "b.zip", content: inner }]);
    expect(toPlaces((await readArchive(seven)).rows)).toEqual(["b.zip/a.pem: a"]);
  });

  test("that is a spreadsheet is refused with advice", async () => {
    const sheet = zip(
      { name: "[Content_Types].xml", content: "<Types/>" },
      { name: "xl/workbook.xml", content: "<workbook/>" },
    );
    await expect(readArchive(sheet)).rejects.toMatchObject({
      code: "MANIFEST_UNREADABLE",
      message: expect.stringContaining("spreadsheet") as string,
    });
  });
});

describe("what is written is read", () => {
  const file = fc.record({
    device: fc.nat(devices.length - 1),
    isDer: fc.boolean(),
    method: fc.constantFrom("store" as const, "deflate" as const),
    withDescriptor: fc.boolean(),
    folder: fc.constantFrom("", "a/", "ä ö/b/"),
  });

  test("of any files, packed in any way", async () => {
    const files = fc.array(file, { minLength: 1, maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(files, fc.boolean(), async (made, zip64) => {
        const specs = made.map(({ device, isDer, folder, ...how }, index) => ({
          ...how,
          name: `${folder}id-${index}.pem`,
          content: isDer ? Buffer.from(devices[device]?.leaf ?? "") : (pems[device] ?? ""),
        }));
        const { rows } = await readArchive(Buffer.concat([...writeZip(specs, { zip64 })]));
        expect(
          recordsOf(rows).map(({ deviceId, facts, entry }) => [
            entry,
            deviceId,
            facts.certificateId,
          ]),
        ).toEqual(
          made.map(({ device, folder }, index) => [
            `${folder}id-${index}.pem`,
            `id-${index}`,
            devices[device]?.facts.certificateId,
          ]),
        );
      }),
      { numRuns: 15 },
    );
  });
});
