import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { describe, expect, test } from "vitest";
import { createRuleTargets } from "../../src/local/rule-targets.ts";

const queueUrl = "https://sqs.local-1.amazonaws.com/000000000000/inbox";
const origin = { ruleName: "own", topic: "dt/lamp" };
const functionArn = "arn:aws:lambda:local-1:000000000000:function:work";

function setup(work: (event: unknown, attempt: number) => Promise<unknown> = async () => {}) {
  const received: string[] = [];
  const events: unknown[] = [];
  const givenUpOn: unknown[] = [];
  const targets = createRuleTargets({
    queues: new Map([[queueUrl, (body) => void received.push(body)]]),
    functions: Promise.resolve(
      new Map([[functionArn, (event: unknown) => work(event, events.push(event))]]),
    ),
    onFailedInvocation: (account) => givenUpOn.push(JSON.parse(account)),
    retryDelaysMs: [1, 1],
  });
  return { ...targets, received, events, givenUpOn };
}

const fail = (name: string) => async () => {
  throw Object.assign(new Error("it broke"), { name });
};

describe("the targets of topic rules", () => {
  test("a queue of the local cloud is given the body", async () => {
    const { sendToQueue, received } = setup();
    await sendToQueue(queueUrl, "hello");
    expect(received).toEqual(["hello"]);
  });

  test("a queue that is neither the local cloud's nor on this machine is refused", async () => {
    const { sendToQueue, received } = setup();
    const other = `${queueUrl}-other`;
    await expect(sendToQueue(other, "hello")).rejects.toMatchObject({ code: "ENDPOINT_NOT_LOCAL" });
    expect(received).toEqual([]);
  });

  test("a queue on this machine that does not answer is told with the cause", async () => {
    const closed = createServer();
    await once(closed.listen(0, "127.0.0.1"), "listening");
    const { port } = closed.address() as AddressInfo;
    await once(closed.close(), "close");
    const url = `http://127.0.0.1:${port}/queue/mine`;
    await expect(setup().sendToQueue(url, "hello")).rejects.toThrow(
      `${url} was not reached: connect ECONNREFUSED`,
    );
  });

  test.for([functionArn, `${functionArn}:$LATEST`, `${functionArn}:live`])(
    "a function is called once as %s",
    async (arn) => {
      const { invokeFunction, events } = setup();
      await invokeFunction(arn, { a: 1 }, origin);
      expect(events).toEqual([{ a: 1 }]);
    },
  );

  test("a function that is not known is refused by name", async () => {
    const { invokeFunction } = setup();
    await expect(invokeFunction(`${functionArn}-other`, {}, origin)).rejects.toThrow(
      "function:work-other",
    );
  });

  test("a function that fails is called twice more", async () => {
    const { invokeFunction, events, givenUpOn } = setup(async (_, attempt) => {
      if (attempt < 3) throw new Error("not yet");
    });
    await invokeFunction(functionArn, { a: 1 }, origin);
    expect(events).toHaveLength(3);
    expect(givenUpOn).toEqual([]);
  });

  test("a function that goes on failing is given up on, with an account of it", async () => {
    const { invokeFunction, events, givenUpOn } = setup(fail("FunctionTimedOut"));
    await invokeFunction(functionArn, { a: 1 }, origin);
    expect(events).toHaveLength(3);
    expect(givenUpOn).toMatchObject([
      {
        ...origin,
        failures: [
          {
            failedAction: "LambdaAction",
            failedResource: functionArn,
            errorMessage: "FunctionTimedOut: it broke",
          },
        ],
        requestContext: { functionArn, condition: "RetriesExhausted", approximateInvokeCount: 3 },
        requestPayload: { a: 1 },
        responsePayload: { errorType: "FunctionTimedOut", errorMessage: "it broke" },
      },
    ]);
  });

  test("nothing is given up on because the local cloud stops", async () => {
    const { invokeFunction, events, givenUpOn } = setup(fail("FunctionClosed"));
    await expect(invokeFunction(functionArn, {}, origin)).rejects.toThrow("it broke");
    expect(events).toHaveLength(1);
    expect(givenUpOn).toEqual([]);
  });
});
