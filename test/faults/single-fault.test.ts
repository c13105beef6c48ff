import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Leaf } from "../../src/local/sample-pki.ts";
import { type Fault, toKilling } from "../support/faults.ts";
import { createWorld, redeliveryMs, type World } from "../support/world.ts";

/** Every call that admitting and parking make, in the order of an undisturbed run. */
const admitCalls = [
  "GetItem#1",
  "Query#1",
  "BatchGetItem#1",
  "TransactWriteItems#1",
  "DescribeCertificate#1",
  "CreateThing#1",
  "AttachPolicy#1",
  "AttachThingPrincipal#1",
  "AddThingToThingGroup#1",
  "UpdateCertificate#1",
  "TransactWriteItems#2",
];
const parkCalls = [
  "GetItem#1",
  "Query#1",
  "DescribeCertificate#1",
  "Query#2",
  "Query#3",
  "TransactWriteItems#1",
  "UpdateCertificate#1",
  "TransactWriteItems#2",
  "Query#4",
];

const faults: Readonly<Record<string, Fault>> = {
  "fails before it takes effect": { kind: "error-before" },
  "fails after it took effect": { kind: "error-after" },
  "never returns and takes no effect": { kind: "hang-before" },
  "never returns after it took effect": { kind: "hang-after" },
  "is throttled three times": { kind: "throttled", times: 3 },
  "is throttled ten times": { kind: "throttled", times: 10 },
  "is throttled until the time is over": { kind: "throttled", times: 1_000 },
};

interface Path {
  readonly name: string;
  readonly calls: readonly string[];
  readonly prepare: (world: World) => Promise<Leaf>;
}

const paths: readonly Path[] = [
  {
    name: "admitting",
    calls: admitCalls,
    prepare: async (world) => {
      const leaf = await world.device();
      await world.land(leaf);
      return leaf;
    },
  },
  { name: "parking a stranger", calls: parkCalls, prepare: (world) => world.device() },
  {
    name: "parking a revoked device",
    calls: [
      "GetItem#1",
      "Query#1",
      "BatchGetItem#1",
      "DescribeCertificate#1",
      "TransactWriteItems#1",
      "UpdateCertificate#1",
      "TransactWriteItems#2",
      "Query#2",
    ],
    prepare: async (world) => {
      const leaf = await world.device();
      await world.land(leaf);
      await world.operator.changeStanding({
        certificateId: leaf.certificateId,
        act: "revoke",
        reason: "stolen",
        signal: AbortSignal.timeout(5_000),
      });
      return leaf;
    },
  },
];

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());

/** One delivery to a function that is killed when it hangs. */
async function deliver(event: unknown, at?: string, given?: Fault) {
  const killed = Promise.withResolvers<"killed">();
  const fault = given && toKilling(given, () => killed.resolve("killed"));
  const plan = { calls: [] as string[], faults: at && fault ? { [at]: [fault] } : {} };
  const { onboardDevice } = world.onboarding(plan);
  const signal = AbortSignal.timeout(10_000);
  const run = onboardDevice(event, signal).then(
    (result) => result.outcome,
    () => "failed" as const,
  );
  const result = await Promise.race([run, killed.promise]);
  return { result, calls: plan.calls };
}

/** What every disturbed run has to end as. */
async function runUndisturbed(prepare: Path["prepare"]) {
  const leaf = await prepare(world);
  const { result } = await deliver(world.connect(leaf));
  return { result, whole: await world.outcome(leaf) };
}

describe.for(paths)("$name", ({ calls, prepare }) => {
  let undisturbed: Awaited<ReturnType<typeof runUndisturbed>>;
  beforeAll(async () => {
    undisturbed = await runUndisturbed(prepare);
  });

  test("makes the calls that are disturbed below, and no others", async () => {
    const leaf = await prepare(world);
    const { calls: made } = await deliver(world.connect(leaf));
    expect(made.toSorted()).toEqual(calls.toSorted());
  });

  describe.for(Object.entries(faults))("when a call %s", ([, fault]) => {
    test.for(calls)("%s, the next delivery ends as the undisturbed run", async (call) => {
      const { result, whole } = undisturbed;
      const disturbed = await prepare(world);
      const event = world.connect(disturbed);

      const first = await deliver(event, call, fault);
      // Nothing incomplete is ever reported as success.
      if (first.result === result) expect(await world.outcome(disturbed)).toEqual(whole);
      else expect(["failed", "killed"]).toContain(first.result);

      world.advance(redeliveryMs);
      const second = await deliver(event);
      expect([result, "settled-before"]).toContain(second.result);
      expect(await world.outcome(disturbed)).toEqual(whole);
    });
  });
});
