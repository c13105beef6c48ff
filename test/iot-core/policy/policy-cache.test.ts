import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createPolicyCache } from "../../../src/iot-core/policy/policy-cache.ts";

function setup(delayMs: number) {
  let at = 0;
  let attached: boolean | undefined = false;
  let asked = 0;
  const cache = createPolicyCache(
    {
      isAttached: () => {
        asked += 1;
        return attached === true;
      },
      exclusiveThingOf: (certificateId) => (attached ? `thing of ${certificateId}` : undefined),
      effectivePolicies: (certificateId, thingName) => [
        { policyName: "p", document: `${certificateId} ${thingName} ${attached}` },
      ],
      findThing: (thingName) => ({ thingName, attributes: { attached: String(attached) } }),
    },
    { delayMs, now: () => new Date(at) },
  );
  return {
    cache,
    documents: (certificateId: string, thingName?: string) =>
      cache.effectivePolicies(certificateId, thingName).map(({ document }) => document),
    asked: () => asked,
    attach: (value: boolean) => {
      attached = value;
    },
    pass: (ms: number) => {
      at += ms;
    },
  };
}

describe("createPolicyCache", () => {
  test("without a delay asks every time", () => {
    const { cache, attach, asked } = setup(0);
    expect(cache.isAttached("lamp", "c")).toBe(false);
    attach(true);
    expect(cache.isAttached("lamp", "c")).toBe(true);
    expect(asked()).toBe(2);
  });

  test("with a delay shows a change that much later at the latest, of all it is asked", () => {
    const { cache, documents, attach, pass } = setup(1000);
    const ask = () => [
      cache.isAttached("lamp", "c"),
      cache.exclusiveThingOf("c"),
      documents("c", "lamp"),
      cache.findThing("lamp")?.attributes["attached"],
    ];
    const before = [false, undefined, ["c lamp false"], "false"];
    expect(ask()).toEqual(before);
    attach(true);
    pass(999);
    expect(ask()).toEqual(before);
    pass(1);
    expect(ask()).toEqual([true, "thing of c", ["c lamp true"], "true"]);
  });

  test("who was not asked about before sees a change at once", () => {
    const { documents, attach } = setup(1000);
    expect(documents("c", "lamp")).toEqual(["c lamp false"]);
    attach(true);
    expect(documents("c", "lamp2")).toEqual(["c lamp2 true"]);
    expect(documents("c")).toEqual(["c undefined true"]);
    expect(documents("c", "lamp")).toEqual(["c lamp false"]);
  });

  test("remembers a bounded number, the latest", () => {
    const { cache, asked } = setup(1_000_000);
    for (let index = 0; index <= 10_000; index += 1) cache.isAttached(`thing-${index}`, "c");
    expect(asked()).toBe(10_001);
    cache.isAttached("thing-10000", "c");
    expect(asked()).toBe(10_001);
    cache.isAttached("thing-0", "c");
    expect(asked()).toBe(10_002);
  });

  test("an answer is never older than the delay", () => {
    const steps = fc.array(
      fc.record({ wait: fc.integer({ min: 0, max: 500 }), attached: fc.boolean() }),
      { maxLength: 50 },
    );
    fc.assert(
      fc.property(steps, fc.integer({ min: 0, max: 1000 }), (run, delayMs) => {
        const { cache, attach, pass } = setup(delayMs);
        let elapsed = 0;
        const history: { at: number; attached: boolean }[] = [{ at: 0, attached: false }];
        for (const { wait, attached } of run) {
          pass(wait);
          elapsed += wait;
          const oldest = elapsed - delayMs;
          const shown = history.filter(
            ({ at }, index) => at >= oldest || (history[index + 1]?.at ?? Infinity) >= oldest,
          );
          expect(shown.map((entry) => entry.attached)).toContain(cache.isAttached("lamp", "c"));
          attach(attached);
          history.push({ at: elapsed, attached });
        }
      }),
    );
  });
});
