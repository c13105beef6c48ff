import { statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readOrCreateObjectSecret } from "../../src/local/object-secret.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

test("a folder's secret is its own, stays, and only the owner may read it", () => {
  const [one, other] = [temporaryFolder(), temporaryFolder()];
  const secret = readOrCreateObjectSecret(one);
  expect(secret).toMatch(/^[0-9a-f]{64}$/);
  expect(readOrCreateObjectSecret(one)).toBe(secret);
  expect(readOrCreateObjectSecret(other)).not.toBe(secret);
  expect(statSync(join(one, "object-secret")).mode & 0o777).toBe(0o600);
});

test.for(["", "short", "z".repeat(64)])("a damaged one is made anew: %j", (text) => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "object-secret"), text);
  expect(readOrCreateObjectSecret(folder)).toMatch(/^[0-9a-f]{64}$/);
});
