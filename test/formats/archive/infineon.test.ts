import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { readInfineonName } from "../../../src/formats/archive/infineon-names.ts";
import {
  type SevenZipFile,
  type SevenZipMethod,
  writeSevenZip,
} from "../../../src/formats/archive/write-seven-zip.ts";
import { toPem } from "../../../src/formats/certificates/to-pem.ts";
import { makeDevices, recordsOf } from "../support.ts";
import { makeArchive, readArchive, toPlaces, zip } from "./support.ts";

const fixture = (name: string) => readFileSync(new URL(`fixtures/${name}`, import.meta.url));
const pems = (await makeDevices(4)).map(({ leaf }) => toPem(Buffer.from(leaf)));
const chipIds = pems.map((_, index) => `7A0F3556AFF6${String(index).padStart(8, "0")}`);
const files = (object: string): readonly SevenZipFile[] =>
  pems.map((content, index) => ({ name: `${chipIds[index]}_${object}.pem`, content }));

describe("an Infineon bundle", () => {
  const bundles = [
    ["as downloaded", makeArchive("infineon")],
    ["packed anew as ZIP", makeArchive("infineon-zip")],
    ["as 7-Zip writes it", fixture("infineon.7z")],
  ] as const;
  test.for(bundles)("%s gives each chip once, by the id in its file's name", async ([, bytes]) => {
    const { rows, contents, survey } = await readArchive(bytes);
    expect(survey.format).toBe("infineon");
    const count = rows.length;
    expect(recordsOf(rows).map(({ deviceId, idSource }) => [deviceId, idSource])).toEqual(
      Array.from({ length: count }, (_, index) => [
        `7A0F3556AFF6${String(index).padStart(8, "0")}`,
        "file name",
      ]),
    );
    expect(contents).toMatchObject({
      vendor: "infineon",
      dataObject: "E0E0",
      dataObjects: { E0E0: count, E0E1: count, E0E2: count },
      used: { pem: count },
      ignored: {
        document: { files: 1, names: ["README.txt"] },
        "other-data-object": { files: 2 * count },
        keys: { files: 1 },
      },
    });
    expect(contents.archives).toHaveLength(3);
  });

  test("gives the data object that is asked for", async () => {
    const ids = await Promise.all(
      (["E0E0", "E0E1", "E0E2"] as const).map(async (dataObject) => {
        const { rows } = await readArchive(fixture("infineon.7z"), { dataObject });
        expect(rows.every(({ entry }) => entry?.endsWith(`_${dataObject}.pem`))).toBe(true);
        return recordsOf(rows).map(({ facts }) => facts.certificateId);
      }),
    );
    expect(new Set(ids.flat()).size).toBe(18);
  });

  test("without the data object asked for is refused, and those that are there are named", async () => {
    await expect(
      readArchive(makeArchive("infineon"), { dataObject: "E0E3" }),
    ).rejects.toMatchObject({
      code: "DATA_OBJECT_MISSING",
      message:
        "delivery has no certificates of data object E0E3; it has those of E0E0, E0E1, E0E2.",
      details: { dataObjects: ["E0E0", "E0E1", "E0E2"] },
    });
  });

  test("of Matter devices gives them, and their attestation certificates to nobody", async () => {
    const bytes = makeArchive("infineon-mtr");
    await expect(readArchive(bytes)).rejects.toMatchObject({
      code: "DATA_OBJECT_MISSING",
      details: { dataObjects: ["E0E1", "E0E2"] },
    });
    const { rows, contents } = await readArchive(bytes, { dataObject: "E0E1" });
    expect(rows).toHaveLength(4);
    expect(contents.dataObjects).toEqual({ E0E1: 4, E0E2: 4 });
    expect(contents.ignored).toMatchObject({ matter: { files: 5 }, keys: { files: 1 } });
  });

  const alone: readonly (readonly [string, Buffer])[] = [
    ["a 7z", writeSevenZip(files("E0E0"))],
    ["a ZIP", zip(...files("E0E0"))],
    ["a ZIP with a folder", zip(...files("E0E0").map((f) => ({ ...f, name: `reel/${f.name}` })))],
  ];
  test.for(alone)("may be one of its archives by itself, as %s", async ([, bytes]) => {
    const { rows, survey } = await readArchive(bytes);
    expect(survey.format).toBe("infineon");
    expect(recordsOf(rows).map(({ deviceId }) => deviceId)).toEqual(chipIds);
    await expect(readArchive(bytes, { dataObject: "E0E2" })).rejects.toMatchObject({
      code: "DATA_OBJECT_MISSING",
    });
  });

  test("may have the files of all data objects side by side", async () => {
    const { rows, contents } = await readArchive(
      zip(...files("E0E0"), ...files("E0E1"), ...files("E0E2")),
    );
    expect(rows).toHaveLength(4);
    expect(contents.dataObjects).toEqual({ E0E0: 4, E0E1: 4, E0E2: 4 });
  });

  const keys =
    "-----BEGIN PRIVATE KEY-----\nMIGHAgEAMBMGByqGSM49AgEGCCqGSM49\n-----END PRIVATE KEY-----";
  const keyFiles = ["PBS_keys.txt", "auto_keys.txt", "9D1F_keys.txt", "9D1F_keys.7z"];
  test.for(keyFiles)("has its keys left unread: %s", async (name) => {
    // Were it read, the archive would be refused.
    const first = { name, content: keys };
    for (const bytes of [
      writeSevenZip([first, ...files("E0E0"), { ...first, name: `a/${name}` }]),
      zip(first, ...files("E0E0")),
    ]) {
      const { rows, contents } = await readArchive(bytes);
      expect(rows).toHaveLength(4);
      expect(contents.ignored.keys?.names[0]).toBe(name);
    }
  });

  test("is what a data object is asked of, and nothing else", async () => {
    const [pem = ""] = pems;
    const other = { code: "DATA_OBJECT_MISSING" };
    const options = { dataObject: "E0E0" } as const;
    await expect(readArchive(zip({ name: "a.pem", content: pem }), options)).rejects.toMatchObject(
      other,
    );
    await expect(readArchive(Buffer.from(pem), options)).rejects.toMatchObject(other);
  });
});

describe("the name of a file in a bundle", () => {
  const names = [
    [
      "C33D7CB2F0D401000001_E0E0.pem",
      { is: "chip", chipId: "C33D7CB2F0D401000001", dataObject: "E0E0" },
    ],
    [
      "c33d7cb2f0d401000001_e0e3.PEM",
      { is: "chip", chipId: "C33D7CB2F0D401000001", dataObject: "E0E3" },
    ],
    ["C33D7CB2F0D4010000_E0E0.pem", undefined],
    ["C33D7CB2F0D401000001_E0F0.pem", undefined],
    ["9D1F_0A-1_E0E2_Certs.7z", { is: "data-object", dataObject: "E0E2" }],
    ["9D1F_E0E1_Certs.zip", { is: "data-object", dataObject: "E0E1" }],
    ["9D1F_keyOID=E0F0_DACs.7z", { is: "matter", isArchive: true }],
    ["9D1F_keyOID=E0F0_PAI.7z", { is: "matter", isArchive: true }],
    ["C33D7CB2F0D401000001_keyOID=E0F0_DAC.pem", { is: "matter", isArchive: false }],
    ["keyOID=E0F0_PAI.pem", { is: "matter", isArchive: false }],
    ["9D1F_0A-1_keys.7z", { is: "keys" }],
    ["keys.txt", { is: "keys" }],
    ["monkeys.txt", undefined],
    ["README.txt", undefined],
  ] as const;
  test.for(names)("%s says what it is", ([name, known]) => {
    expect(readInfineonName(name)).toEqual(known);
  });
});

describe("a 7z", () => {
  test.for(["lzma", "ppmd", "bzip2", "deflate", "copy", "not-solid"])(
    "of 7-Zip is read, packed by %s",
    async (name) => {
      const { rows } = await readArchive(fixture(`${name}.7z`));
      expect(toPlaces(rows).toSorted()).toEqual(
        [1, 2, 3, 4, 5, 6].map((at) => {
          return `lot/sensor-000000${at}.${at % 2 === 0 ? "crt" : "pem"}: sensor-000000${at}`;
        }),
      );
      expect(recordsOf(rows).every(({ verified }) => verified === "chain")).toBe(true);
    },
  );

  test.for<SevenZipMethod>(["copy", "lzma2", "lzma2-bcj"])(
    "of Muster's own is read: %s",
    async (method) => {
      const long = { name: "lot.pem", content: pems.join("").repeat(30) };
      const { rows } = await readArchive(writeSevenZip([...files("E0E0"), long], method));
      expect(rows).toHaveLength(4 + 120);
    },
  );

  test("of Muster's own is read whatever is in it, and not filtered where that would change it", async () => {
    const program = { name: "a.bin", content: Buffer.alloc(5_000, Buffer.of(0xe8, 1, 2, 3, 0)) };
    const { rows } = await readArchive(writeSevenZip([program, ...files("E0E0")]));
    expect(rows.filter(({ kind }) => kind === "record")).toHaveLength(4);
    expect(() => writeSevenZip([program], "lzma2-bcj")).toThrow(RangeError);
  });

  test("that is cut short anywhere is damaged, and not an archive without files", async () => {
    const whole = writeSevenZip(files("E0E0"));
    const lengths = [12, 40, whole.length >> 1, whole.length - 8, whole.length - 1];
    for (const length of lengths) {
      const cut = whole.subarray(0, length);
      const inner = [{ name: "a.7z", content: cut }, ...files("E0E0")];
      for (const bytes of [cut, writeSevenZip(inner)]) {
        await expect(readArchive(bytes)).rejects.toMatchObject({ code: "ARCHIVE_DAMAGED" });
      }
    }
  });

  test("gives no id by a name of which characters are lost", async () => {
    const [content = ""] = pems;
    const { rows } = await readArchive(writeSevenZip([{ name: "Gerät/ß1.pem", content }]));
    expect(toPlaces(rows)).toEqual(["Ger?t/?1.pem: (no id)"]);
  });
});

describe("a ZIP of Info-ZIP", () => {
  test("is read, its folders passed over and its links not followed", async () => {
    const { rows, contents } = await readArchive(fixture("info-zip.zip"));
    expect(recordsOf(rows)).toHaveLength(6);
    expect(contents.ignored).toEqual({ link: { files: 1, names: ["link.pem"] } });
  });

  test("may have been streamed", async () => {
    expect((await readArchive(fixture("streamed.zip"))).rows).toHaveLength(6);
  });
});
