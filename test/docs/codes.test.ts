import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { reasons } from "../../src/rules/decision/reason-codes.ts";
import { errorCodes } from "../../src/rules/errors.ts";

/** Documented before anything finds it, so that nobody else takes the name. */
const reserved = ["CERTIFICATE_REVOKED_BY_ISSUER"];

const sources = readdirSync("src", { recursive: true, encoding: "utf8" })
  // The stand-in's codes are its own.
  .filter((file) => file.endsWith(".ts") && !file.startsWith("iot-core"))
  .map((file) => readFileSync(join("src", file), "utf8"))
  .join("\n");

function listUnproduced(codes: object, toProducer: (code: string) => RegExp): readonly string[] {
  return Object.keys(codes).filter((code) => !toProducer(code).test(sources));
}

test("every error code is thrown, or told of a record, somewhere", () => {
  const producer = (code: string) => RegExp(`MusterError\\(\\s*"${code}"|code: "${code}"`);
  const unproduced = listUnproduced(errorCodes, producer);
  expect(unproduced).toEqual([]);
});

test("every reason code is found somewhere, but those reserved", () => {
  const unproduced = listUnproduced(reasons, (code) => RegExp(`code: "${code}"`));
  expect(unproduced).toEqual(reserved);
});
