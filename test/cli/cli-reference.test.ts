import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { toCliReference } from "../../scripts/cli-reference.ts";

test("docs/reference/cli.md is what the commands' help says (else: node scripts/cli-reference.ts)", () => {
  const file = new URL("../../docs/reference/cli.md", import.meta.url);
  expect(readFileSync(file, "utf8")).toBe(toCliReference());
});
