import { describe, expect, test } from "vitest";
import { errorCodes, MusterError, toErrorCode } from "../../src/rules/errors.ts";

describe("a refusal", () => {
  test("has its code, its message, and what belongs to it", () => {
    const cause = new Error("inner");
    const error = new MusterError("CA_INVALID", "No CA.", { cause, details: { field: "ca" } });
    expect(error).toMatchObject({
      name: "MusterError",
      code: "CA_INVALID",
      message: "No CA.",
      cause,
      details: { field: "ca" },
    });
  });
  test("has no details unless it is given some", () => {
    expect(new MusterError("CA_INVALID", "").details).toEqual({});
  });
});

describe("the code of an error", () => {
  const cases: readonly (readonly [what: string, error: unknown, code: string])[] = [
    ["a refusal", new MusterError("CA_CONFLICT", "x"), "CA_CONFLICT"],
    ["an error of others: its name, not its message", new TypeError("secret"), "TypeError"],
    ["what is no error", "secret", "Unknown"],
  ];
  test.for(cases)("of %s", ([, error, code]) => {
    expect(toErrorCode(error)).toBe(code);
  });
});

test.for(Object.entries(errorCodes))("%s says what it means and what to do", ([, code]) => {
  expect(code.meaning).toMatch(/^[A-Z].{20,}\.$/);
  expect(code.remedy).toMatch(/^[A-Z].{8,}\.$/);
});
