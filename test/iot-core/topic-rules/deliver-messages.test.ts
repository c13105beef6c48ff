import { describe, expect, test } from "vitest";
import { createRule, createTargets, startEngine, toFunction, toQueue } from "./support.ts";

const base64 = (text: string) => Buffer.from(text).toString("base64");

const arriving = [
  ["text to a queue as it is", toQueue("q"), "on", "on"],
  ["JSON to a queue as it is", toQueue("q", false), '{ "a": 1 }', '{ "a": 1 }'],
  ["text to a queue in base64", toQueue("q", true), "on", base64("on")],
  ["JSON to a function", toFunction("f"), '{"a":1}', { a: 1 }],
  ["JSON that is no object to a function", toFunction("f"), "[1]", [1]],
] as const;

const notArriving = [
  ["bytes to a queue", toQueue("q"), Buffer.from([0xff]), "SqsAction", "useBase64"],
  ["a control character to a queue", toQueue("q"), "\u0001", "SqsAction", "useBase64"],
  ["nothing to a queue", toQueue("q"), "", "SqsAction", "useBase64"],
  ["text to a function", toFunction("f"), "on", "LambdaAction", "no JSON"],
] as const;

describe("a message that matches a rule", () => {
  test.for(arriving)("is sent: %s", async ([, action, payload, expected]) => {
    const engine = startEngine({ rules: [createRule({ actions: [action] })] });
    engine.publish("dt/a", payload);
    expect(await engine.until(1)).toEqual([[expect.any(String), expected]]);
  });

  test.for(notArriving)("cannot be sent: %s", async ([, action, payload, failedAction, why]) => {
    const engine = startEngine({
      rules: [createRule({ actions: [action], errorAction: toQueue("errors") })],
    });
    engine.publish("dt/a", payload);
    const [[, body] = []] = await engine.until(1);
    expect(JSON.parse(String(body))).toMatchObject({
      base64OriginalPayload: Buffer.from(payload).toString("base64"),
      failures: [{ failedAction, errorMessage: expect.stringContaining(why) }],
    });
  });

  test("is sent by every action of every rule that it matches, and of no other", async () => {
    const engine = startEngine({
      rules: [
        createRule({ ruleName: "one", actions: [toQueue("a"), toFunction("b")] }),
        createRule({
          ruleName: "two",
          sql: "SELECT *, clientid() AS who FROM 'dt/+'",
          actions: [toQueue("c")],
        }),
        createRule({ ruleName: "off", ruleDisabled: true, actions: [toQueue("d")] }),
        createRule({
          ruleName: "elsewhere",
          sql: "SELECT * FROM 'other'",
          actions: [toQueue("e")],
        }),
        createRule({ ruleName: "nothing", actions: [] }),
      ],
    });
    engine.publish("dt/x", "{}", "lamp");
    const arrivals = await engine.until(3);
    expect(new Map(arrivals)).toEqual(
      new Map<string, unknown>([
        ["a", "{}"],
        ["b", {}],
        ["c", '{"who":"lamp"}'],
      ]),
    );
    await expect.poll(() => engine.registry.tables.ruleDeliveries.countByRule()).toEqual(new Map());
  });

  test("is sent as the rule was when it came", async () => {
    const engine = startEngine({ rules: [createRule({ actions: [toQueue("then")] })] });
    engine.registry.transaction(() => {
      engine.publish("dt/x");
      engine.registry.tables.topicRules.put(createRule({ actions: [toQueue("now")] }));
    });
    engine.publish("dt/x");
    expect((await engine.until(2)).map(([target]) => target)).toEqual(["then", "now"]);
  });

  test("is not heard of when the transaction it belongs to comes to nothing", async () => {
    const engine = startEngine({ rules: [createRule()] });
    expect(() =>
      engine.registry.transaction(() => {
        engine.publish("dt/x", '"undone"');
        throw new Error("undone");
      }),
    ).toThrow("undone");
    engine.publish("dt/x", '"done"');
    expect(await engine.until(1)).toEqual([["inbox", '"done"']]);
  });

  test("is not evaluated beyond the quota", () => {
    const engine = startEngine({ rules: [createRule()], quotaScale: 0.0001 });
    expect([1, 2, 3, 4].map(() => engine.publish("dt/x"))).toContain(false);
    expect(engine.quotas.throttled()).toEqual({ RuleEvaluation: expect.any(Number) });
  });
});

describe("an action that fails", () => {
  test("is tried again, a bounded number of times, and then told to the error action", async () => {
    const engine = startEngine({
      rules: [
        createRule({
          actions: [toQueue("broken"), toQueue("inbox"), toFunction("broken-too")],
          errorAction: toFunction("errors"),
        }),
      ],
    });
    engine.publish("dt/x", '{"a":1}', "lamp");
    const [, [target, message] = []] = await engine.until(2);
    expect(target).toBe("errors");
    expect(message).toEqual({
      ruleName: "all",
      topic: "dt/x",
      cloudwatchTraceId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      clientId: "lamp",
      base64OriginalPayload: base64('{"a":1}'),
      failures: [
        {
          failedAction: "SqsAction",
          failedResource: expect.stringMatching(/\/broken$/),
          errorMessage: "broken is broken",
        },
        {
          failedAction: "LambdaAction",
          failedResource: expect.stringMatching(/:broken-too$/),
          errorMessage: "broken-too is broken",
        },
      ],
    });
    const tries = Object.groupBy(engine.attempts, (name) => name);
    expect(tries).toMatchObject({
      broken: { length: 3 },
      "broken-too": { length: 3 },
      inbox: { length: 1 },
    });
    expect(engine.dropped).toEqual([]);
  });

  test("is reported when there is no error action", async () => {
    const engine = startEngine({ rules: [createRule({ actions: [toQueue("broken")] })] });
    engine.publish("dt/x");
    await engine.isDropped;
    expect(engine.dropped).toMatchObject([
      { ruleName: "all", topic: "dt/x", failures: [{ failedAction: "SqsAction" }] },
    ]);
    await expect.poll(() => engine.registry.tables.ruleDeliveries.countByRule()).toEqual(new Map());
  });

  test("is reported when the error action fails as well", async () => {
    const engine = startEngine({
      rules: [createRule({ actions: [toQueue("broken")], errorAction: toFunction("broken-too") })],
    });
    engine.publish("dt/x");
    await engine.isDropped;
    expect(engine.dropped).toMatchObject([
      { failures: [{ failedAction: "SqsAction" }, { failedAction: "LambdaAction" }] },
    ]);
    expect(engine.attempts).toHaveLength(6);
  });

  test("by never ending holds up no other rule", async () => {
    const { targets, ...rest } = createTargets();
    const hanging = { ...targets, invokeFunction: () => new Promise<never>(() => {}) };
    const engine = startEngine({
      ...rest,
      targets: hanging,
      rules: [
        createRule({ ruleName: "hangs", sql: "SELECT * FROM 'dt/f'", actions: [toFunction("f")] }),
        createRule({ sql: "SELECT * FROM 'dt/q'" }),
      ],
    });
    for (let count = 0; count < 100; count += 1) engine.publish("dt/f");
    engine.publish("dt/q");
    expect(await engine.until(1)).toEqual([["inbox", "{}"]]);
  });
});

test("many messages arrive, each once, when nothing fails", async () => {
  const engine = startEngine({ rules: [createRule()] });
  const sent = Array.from({ length: 500 }, (_, index) => String(index));
  for (const payload of sent) engine.publish("dt/x", payload);
  const arrivals = await engine.until(sent.length);
  expect(arrivals).toHaveLength(sent.length);
  expect(new Set(arrivals.map(([, body]) => body))).toEqual(new Set(sent));
});

test("a state that cannot be written is a failure, not a loop", async () => {
  const engine = startEngine({ rules: [createRule()] });
  engine.publish("dt/x");
  engine.closeState();
  await expect(engine.failed).rejects.toMatchObject({ code: "ERR_INVALID_STATE" });
  expect(engine.attempts).toHaveLength(1);
});

describe("a message that nothing could be done for", () => {
  test("is kept until somebody was told of it", async () => {
    const engine = startEngine({
      rules: [createRule({ actions: [toQueue("broken")] })],
      onDropped: () => {
        throw new Error("nobody listens");
      },
    });
    engine.publish("dt/a");
    await expect(engine.failed).rejects.toThrow("nobody listens");
    expect(engine.registry.tables.ruleDeliveries.countByRule()).toEqual(new Map([["all", 1]]));
  });

  test("is dropped, and told of, where too many of the rule wait already", () => {
    const never: Promise<void> = new Promise(() => {});
    const engine = startEngine({
      rules: [createRule(), createRule({ ruleName: "other", sql: "SELECT * FROM 'other'" })],
      targets: { sendToQueue: () => never, invokeFunction: () => never },
      maximumWaiting: 2,
    });
    for (const topic of ["dt/1", "dt/2", "dt/3", "other"]) engine.publish(topic);
    expect(engine.dropped).toMatchObject([
      { ruleName: "all", topic: "dt/3", failures: [{ failedAction: "SqsAction" }] },
    ]);
    expect(engine.registry.tables.ruleDeliveries.countByRule()).toEqual(
      new Map([
        ["all", 2],
        ["other", 1],
      ]),
    );
  });
});
