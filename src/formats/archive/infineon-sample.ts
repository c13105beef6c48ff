import { hash, randomBytes } from "node:crypto";
import { toPem } from "../certificates/to-pem.ts";
import { optigaProfile } from "../infineon/infineon-profile.ts";
import { toPemText } from "../sample/certificate-text.ts";
import { createRowMaker } from "../sample/make-row.ts";
import type { SampleFormat, SampleRow, SampleWriting } from "../sample/sample-format.ts";
import type { SampleKeyKind } from "../sample/sample-key.ts";
import { type SevenZipFile, writeSevenZip } from "./write-seven-zip.ts";
import { writeZip } from "./write-zip.ts";

/** All of it is in memory; a reel has 4,000 chips. */
const maxCount = 20_000;

const readme = [
  "Certificates and keys of the chips on one reel. Keys are encrypted; ask for the transport key",
  "where you need them. This is a sample: there are no such chips.",
  "",
].join("\r\n");

/** OPTIGA Trust M Express, as downloaded: archives in an archive, one of each data object. */
export const infineonSample: SampleFormat = {
  name: "infineon",
  title: "Infineon OPTIGA Trust M Express bundle: a 7z of 7z, one for each data object",
  ending: ".7z",
  profile: optigaProfile,
  maxCount,
  *write(rows, given) {
    yield writeSevenZip(makeBundle(rows, given));
  },
};

/** The same as somebody who has no 7-Zip gets it. */
export const infineonZipSample: SampleFormat = {
  ...infineonSample,
  name: "infineon-zip",
  title: "the same, packed anew as ZIP in ZIP",
  ending: ".zip",
  *write(rows, given) {
    yield* writeZip(makeBundle(rows, given, (files) => Buffer.concat([...writeZip(files)]), "zip"));
  },
};

/** Of Matter: no chip has a certificate in E0E0, and attestation certificates come with it. */
export const infineonMtrSample: SampleFormat = {
  ...infineonSample,
  name: "infineon-mtr",
  title: "Infineon OPTIGA Trust M MTR bundle: devices in E0E1, Matter attestation beside them",
  dataObject: "E0E1",
  *write(rows, given) {
    const { reel } = toNames(given);
    const chips = [...rows];
    const pack = (name: string, files: readonly SevenZipFile[]) => {
      return { name: `${reel}_${name}.7z`, content: writeSevenZip(files) };
    };
    const pai = { name: "keyOID=E0F0_PAI.pem", content: toPem(given.pki.ca.der) };
    const files = [
      pack("E0E1_Certs", toFiles(chips, "E0E1", given)),
      pack("E0E2_Certs", toFiles(toOtherRows(chips, given, "rsa"), "E0E2", given)),
      pack("keyOID=E0F0_DACs", toFiles(toOtherRows(chips, given, "ec"), "keyOID=E0F0_DAC", given)),
      pack("keyOID=E0F0_PAI", [pai]),
      { name: `${reel}_keys.txt`, content: "not to be read\r\n" },
    ];
    yield writeSevenZip(files);
  },
};

type Pack = (files: readonly SevenZipFile[]) => Buffer;

function makeBundle(
  rows: Iterable<SampleRow>,
  given: SampleWriting,
  pack: Pack = writeSevenZip,
  ending = "7z",
): readonly SevenZipFile[] {
  const { reel, guid } = toNames(given);
  const chips = [...rows];
  const archive = (name: string, files: readonly SevenZipFile[], packed = pack(files)) => {
    return { name: `${reel}_${guid}_${name}.${ending}`, content: packed };
  };
  const keys = [{ name: "PBS_keys.txt", content: randomBytes(chips.length * 64 + 64) }];
  return [
    { name: "README.txt", content: readme },
    archive("E0E0_Certs", toFiles(chips, "E0E0", given)),
    archive("E0E1_Certs", toFiles(toOtherRows(chips, given, "ec"), "E0E1", given)),
    archive("E0E2_Certs", toFiles(toOtherRows(chips, given, "rsa"), "E0E2", given)),
    archive("keys", keys, ending === "7z" ? writeSevenZip(keys, "encrypted") : pack(keys)),
  ];
}

/** Each data object has a key and a certificate of its own. */
function toOtherRows(
  chips: readonly SampleRow[],
  { pki, now }: SampleWriting,
  keys: SampleKeyKind,
): readonly SampleRow[] {
  const make = createRowMaker({ ...optigaProfile, keys }, pki, now);
  return chips.map((_, index) =>
    make({ index, defect: undefined, before: undefined, real: false }),
  );
}

function toFiles(
  rows: readonly SampleRow[],
  object: string,
  { defects }: SampleWriting,
): readonly SevenZipFile[] {
  return rows.map((row) => ({
    name: `${row.deviceId}_${object}.pem`,
    content: toPemText(row, defects).replaceAll("\n", "\r\n"),
  }));
}

/** Of the CA, so that all names of a bundle agree. */
function toNames({ pki }: SampleWriting): { readonly reel: string; readonly guid: string } {
  const digits = hash("sha256", pki.ca.der, "hex").toUpperCase();
  const guid = [digits.slice(16, 24), "0000", "4000", "8000", digits.slice(24, 36)].join("-");
  return { reel: digits.slice(0, 16), guid };
}
