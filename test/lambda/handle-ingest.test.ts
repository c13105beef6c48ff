import type { Context } from "aws-lambda";
import { describe, expect, test } from "vitest";
import { createHandleIngest } from "../../src/lambda/handle-ingest.ts";
import { MusterError, toErrorCode } from "../../src/rules/errors.ts";

function setup(work: (message: unknown) => Promise<void> = async () => {}, remainingMs = 30_000) {
  const worked: unknown[] = [];
  const stalled: unknown[] = [];
  const postponed: unknown[] = [];
  const failed: { readonly code: string; readonly last: boolean }[] = [];
  const handle = createHandleIngest({
    handleBatchMessage: async (message) => {
      worked.push(message);
      await work(message);
    },
    noteStalled: async (message, error) => {
      stalled.push([message, error === undefined ? "before" : toErrorCode(error)]);
      throw new Error("nor can that be written");
    },
    postponeMessage: async (receiptHandle, seconds) => {
      postponed.push([receiptHandle, seconds]);
      throw new Error("the queue is away");
    },
    maxReceiveCount: 5,
    onFailed: ({ code, last }) => failed.push({ code, last }),
  });
  const context = { getRemainingTimeInMillis: () => remainingMs } as Context;
  const receive = async (body: string, receiveCount = 1) => {
    const record = {
      messageId: "m",
      receiptHandle: "r",
      body,
      attributes: { ApproximateReceiveCount: String(receiveCount) },
    };
    return handle({ Records: [record] } as never, context);
  };
  return { receive, worked, stalled, postponed, failed };
}

const done = { batchItemFailures: [] };
const comesAgain = { batchItemFailures: [{ itemIdentifier: "m" }] };
const fail = async () => {
  throw new MusterError("STATE_CHANGED", "x");
};

describe("a message of the ingest queue", () => {
  test("is worked on as it came", async () => {
    const { receive, worked, failed } = setup();
    expect(await receive('{"step":"finish","batch":"b"}')).toEqual(done);
    expect(worked).toEqual([{ step: "finish", batch: "b" }]);
    expect(failed).toEqual([]);
  });

  test("that is no JSON is given to the worker, who refuses it", async () => {
    const { receive, worked } = setup();
    await receive("no json");
    expect(worked).toEqual(["no json"]);
  });

  test.for([
    [1, 10],
    [2, 30],
    [3, 90],
    [4, 270],
  ] as const)("that failed the %d. time comes again after %d s", async ([count, seconds]) => {
    const { receive, postponed, stalled, failed } = setup(fail);
    expect(await receive("{}", count)).toEqual(comesAgain);
    expect(postponed).toEqual([["r", seconds]]);
    expect(failed).toEqual([{ code: "STATE_CHANGED", last: false }]);
    expect(stalled).toEqual([]);
  });

  test("that is tried for the last time is noted before, in case that the worker is killed", async () => {
    const { receive, stalled } = setup(() => {
      expect(stalled).toEqual([[{}, "before"]]);
      return Promise.resolve();
    });
    expect(await receive("{}", 5)).toEqual(done);
    expect(stalled).toHaveLength(1);
  });

  test("that failed the last time is noted with its batch", async () => {
    const { receive, postponed, stalled, failed } = setup(fail);
    expect(await receive("{}", 5)).toEqual(comesAgain);
    expect(failed).toEqual([{ code: "STATE_CHANGED", last: true }]);
    expect(stalled).toEqual([
      [{}, "before"],
      [{}, "STATE_CHANGED"],
    ]);
    expect(postponed).toEqual([]);
  });

  test("that there is no time left for fails as such", async () => {
    const { receive, failed } = setup(() => new Promise(() => {}), 3_000);
    expect(await receive("{}")).toEqual(comesAgain);
    expect(failed).toEqual([{ code: "DEADLINE_EXCEEDED", last: false }]);
  });
});
