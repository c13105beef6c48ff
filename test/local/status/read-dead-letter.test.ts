import { describe, expect, test } from "vitest";
import { readDeadLetter } from "../../../src/local/status/read-dead-letter.ts";

const failure = {
  failedAction: "SqsAction",
  failedResource: "http://127.0.0.1:9324/q",
  errorMessage: "connection refused",
};

describe("what a dead letter says of itself", () => {
  test.for([
    ["an event's", { certificateId: "c1" }, { certificateId: "c1" }],
    [
      "a rule's",
      { ruleName: "mine", topic: "dt/1", failures: [failure, failure] },
      { ruleName: "mine", topic: "dt/1", cause: "http://127.0.0.1:9324/q: connection refused" },
    ],
    ["fields of other types", { certificateId: 1, ruleName: null, failures: "none" }, {}],
  ] as const)("%s", ([, body, said]) => {
    expect(readDeadLetter(JSON.stringify(body))).toEqual(said);
  });

  test.for(["", "no JSON", "[]", "null", '"text"'])("of %j is nothing", (body) => {
    expect(readDeadLetter(body)).toEqual({});
  });

  test("is bounded", () => {
    const body = { failures: [{ errorMessage: "x".repeat(10_000) }] };
    expect(readDeadLetter(JSON.stringify(body)).cause?.length).toBeLessThan(1_000);
  });
});
