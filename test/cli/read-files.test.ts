import { mkdirSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { listInputs, readFile } from "../../src/cli/read-files.ts";
import { maxFileBytes } from "../../src/formats/certificates/read-certificates.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

test("a file is read up to the size that certificates are read in, and refused above it", () => {
  const file = join(temporaryFolder(), "devices.pem");
  writeFileSync(file, "");
  truncateSync(file, maxFileBytes);
  expect(readFile(file)).toHaveLength(maxFileBytes);
  truncateSync(file, maxFileBytes + 1);
  expect(() => readFile(file)).toThrow(
    expect.objectContaining({
      code: "INPUT_TOO_LARGE",
      message: `${file} has more than 16 MiB; split it.`,
    }),
  );
});

test("of a folder, files of certificates are read, and all else is listed", () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "older.pem"));
  const files = {
    "a.pem": "",
    "b.DER": "",
    "c.txt": "SN 3\n-----BEGIN CERTIFICATE-----",
    "note.txt": "forty devices",
    "device.key": "-----BEGIN EC PRIVATE KEY-----",
  };
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  const { files: read, ignored } = listInputs(folder);
  expect(read.map(({ source, deviceId }) => [source, deviceId])).toEqual([
    ["a.pem", "a"],
    ["b.DER", "b"],
    ["c.txt", "c"],
  ]);
  expect(ignored).toEqual(["device.key", "note.txt", "older.pem/"]);
});
