import { truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readFile } from "../../src/cli/read-files.ts";
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
