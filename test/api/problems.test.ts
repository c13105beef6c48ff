import { describe, expect, test } from "vitest";
import { problemStatuses } from "../../src/api/problems/problem-table.ts";
import { requestInvalid, toPointer, toProblem } from "../../src/api/problems/to-problem.ts";
import { problemSchema } from "../../src/api/schemas/common.ts";
import { errorCodes, MusterError, type MusterErrorCode } from "../../src/rules/errors.ts";

const codes = Object.keys(problemStatuses) as MusterErrorCode[];
const expected = codes.filter((code) => problemStatuses[code] !== "internal");
const internal = codes.filter((code) => problemStatuses[code] === "internal");
const secret = "10.0.0.7: password";

describe("problem documents (RFC 9457)", () => {
  test.for(expected)("%s has its status, code, sentence and remedy", (code) => {
    const problem = toProblem(new MusterError(code, "What is wrong.", { cause: secret }), "r-1");
    expect(problem).toEqual({
      type: `urn:muster:error:${code}`,
      title: errorCodes[code].meaning,
      status: problemStatuses[code],
      code,
      detail: "What is wrong.",
      remedy: errorCodes[code].remedy,
      requestId: "r-1",
    });
    expect(problemSchema.parse(problem)).toEqual(problem);
    expect(problem.status).toBeGreaterThanOrEqual(400);
  });

  const bare = { type: "about:blank", title: "Internal Server Error", status: 500, requestId: "r" };
  test.for(internal)("%s shows nothing of itself", (code) => {
    expect(toProblem(new MusterError(code, secret, { details: { field: "x" } }), "r")).toEqual(
      bare,
    );
  });
  test.for([
    new Error(secret),
    new TypeError(secret),
    secret,
    undefined,
    { code: "TOKEN_UNKNOWN" },
  ])("%s shows nothing of itself", (error) => {
    expect(toProblem(error, "r")).toEqual(bare);
  });

  test("name every field that is wrong, by JSON pointer or parameter", () => {
    const errors = [
      { detail: "Too small.", pointer: "#/bytes" },
      { detail: "No such parameter.", parameter: "x", in: "query" },
    ] as const;
    expect(toProblem(requestInvalid(errors), "r")).toMatchObject({
      detail: "#/bytes: Too small. (and 1 more)",
      errors,
    });
  });

  test("name the fields of a profile by their path", () => {
    const problems = [
      { path: "thing.name", message: "is missing" },
      { path: "", message: "is no profile" },
    ];
    const error = new MusterError("PROFILE_INVALID", "No.", { details: { problems } });
    expect(toProblem(error, "r").errors).toEqual([
      { detail: "is missing", pointer: "#/thing/name" },
      { detail: "is no profile", pointer: "#" },
    ]);
  });

  test("name the field that a use case names", () => {
    const error = new MusterError("CA_INVALID", "No.", { details: { field: "certificate" } });
    expect(toProblem(error, "r").errors).toEqual([{ detail: "No.", pointer: "#/certificate" }]);
    const several = new MusterError("REQUEST_INVALID", "No.", { details: { fields: ["a", "b"] } });
    expect(toProblem(several, "r").errors).toEqual([
      { detail: "No.", pointer: "#/a" },
      { detail: "No.", pointer: "#/b" },
    ]);
  });

  test.for([
    [[], "#"],
    [["a", 0], "#/a/0"],
    [["a/b~c", "ü %"], "#/a~1b~0c/%C3%BC%20%25"],
  ] as const)("point to %j as %s", ([path, pointer]) => {
    expect(toPointer(path)).toBe(pointer);
  });
});
