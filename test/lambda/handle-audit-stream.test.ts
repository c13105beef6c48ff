import { marshall } from "@aws-sdk/util-dynamodb";
import type { Context, DynamoDBRecord } from "aws-lambda";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readStreamImage } from "../../src/aws/dynamodb/read-stream-image.ts";
import { createEventBridgeClient } from "../../src/aws/eventbridge/create-event-bridge-client.ts";
import { createPutEvents } from "../../src/aws/eventbridge/put-events.ts";
import { createHandleAuditStream, type SetAside } from "../../src/lambda/handle-audit-stream.ts";
import type { FleetEvent, PutEvents } from "../../src/rules/events/fleet-event.ts";
import { type BusAnswer, type EventBus, startEventBus } from "../support/event-bus.ts";

let bus: EventBus;
let putEvents: PutEvents;
let clock = 0;
beforeAll(async () => {
  bus = await startEventBus();
  const client = createEventBridgeClient({
    region: "eu-west-1",
    endpoint: bus.endpoint,
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    random: () => 0,
  });
  putEvents = createPutEvents({ client, bus: "muster-test", now: () => clock });
});
afterAll(() => bus.close());

const context = { getRemainingTimeInMillis: () => 20_000 } as Context;
const certificateId = (device: number) => device.toString(16).padStart(64, "0");

/** What the stream says of the record of a device's first or second decision. */
function toRecord(device: number, sequence: number, content: object = {}): DynamoDBRecord {
  const subject = `CERT#${certificateId(device)}`;
  const record = {
    subject,
    sequence,
    previousHash: "0".repeat(64),
    hash: "1".repeat(64),
    action: sequence === 1 ? "quarantined" : "revoked",
    actor: "muster:onboard",
    at: "2026-05-01T12:00:00.000Z",
    evidence: { findings: [{ code: "NOT_IN_LEDGER", detail: "CN=dev" }] },
    ...content,
  };
  const key = { pk: subject, sk: String(sequence).padStart(10, "0") };
  return {
    eventName: "INSERT",
    dynamodb: {
      SequenceNumber: String(device * 10 + sequence),
      Keys: marshall(key) as never,
      NewImage: marshall({ ...key, schema: 1, record }) as never,
    },
  };
}

/** Twelve devices, each quarantined and then revoked: more than two calls of events. */
const records = Array.from({ length: 12 }, (_, device) => [
  toRecord(device + 1, 1),
  toRecord(device + 1, 2),
]).flat();

function setup(
  put: PutEvents = putEvents,
  setAside: (record: SetAside) => Promise<void> = async () => {},
) {
  const aside: SetAside[] = [];
  const sent: FleetEvent[] = [];
  const stopped: string[] = [];
  const handle = createHandleAuditStream({
    stage: "test",
    readImage: readStreamImage,
    putEvents: put,
    setAside: async (record) => {
      await setAside(record);
      aside.push(record);
    },
    onSent: (event) => sent.push(event),
    onSetAside: () => {},
    onStopped: (code) => stopped.push(code),
  });
  return {
    aside,
    sent,
    stopped,
    handle: (Records: DynamoDBRecord[]) => handle({ Records }, context),
  };
}

/** Delivers as Lambda does: again from where it stopped, and all of it when the function died. */
async function deliver(all: readonly DynamoDBRecord[], invoke: ReturnType<typeof setup>["handle"]) {
  let left = [...all];
  for (let tries = 0; left.length > 0; tries += 1) {
    if (tries > 10) throw new Error("The stream does not go on.");
    const answer = await invoke(left).catch(() => undefined);
    const [first] = answer?.batchItemFailures ?? [];
    if (answer === undefined) continue;
    const place = left.findIndex(
      ({ dynamodb }) => dynamodb?.SequenceNumber === first?.itemIdentifier,
    );
    left = first === undefined ? [] : left.slice(place);
  }
}

/** What is left when a receiver drops what it had by subject and sequence; in the order it came. */
const received = () => [
  ...new Set(
    bus.taken.map(({ DetailType, Detail }) => {
      const { subject, sequence } = JSON.parse(Detail);
      return `${subject} ${sequence} ${DetailType}`;
    }),
  ),
];

const undisturbed = records.map(({ dynamodb }, index) => {
  const subject = dynamodb?.Keys?.["pk"]?.S ?? "";
  return `${subject} ${(index % 2) + 1} ${index % 2 === 0 ? "quarantined" : "revoked"}`;
});

describe("the audit stream", () => {
  test("comes out as events, ten a call, in its order", async () => {
    bus.expect();
    const { handle, sent } = setup();
    expect(await handle(records)).toEqual({ batchItemFailures: [] });
    expect(bus.calls).toEqual([10, 10, 4]);
    expect(received()).toEqual(undisturbed);
    expect(sent).toHaveLength(24);
    expect(bus.taken[1]).toMatchObject({
      EventBusName: "muster-test",
      Source: "muster",
      DetailType: "revoked",
      Time: Date.parse("2026-05-01T12:00:00.000Z") / 1000,
    });
    expect(JSON.parse(bus.taken[1]?.Detail ?? "")).toEqual({
      version: 1,
      stage: "test",
      subject: `CERT#${certificateId(1)}`,
      sequence: 2,
      at: "2026-05-01T12:00:00.000Z",
      actor: "muster:onboard",
      certificateId: certificateId(1),
    });
  });

  test("calls nobody for records that nobody is told of", async () => {
    bus.expect();
    const removed: DynamoDBRecord = { ...toRecord(1, 1), eventName: "REMOVE" };
    await setup().handle([toRecord(1, 1, { action: "held" }), removed]);
    expect(bus.calls).toEqual([]);
  });

  const passing: BusAnswer = { entries: [undefined, "ThrottlingException", undefined] };
  const failing = { status: 500, type: "InternalException" } as const;
  const disturbances: readonly (readonly [what: string, answers: readonly BusAnswer[]])[] = [
    ["an entry is throttled, and is put again", [passing]],
    [
      "an entry fails inside as often as it is put",
      [
        { entries: [undefined, "InternalFailure"] },
        ...Array(4).fill({ entries: ["InternalFailure"] }),
      ],
    ],
    [
      "one of the second call fails as often as it is put",
      [{ entries: [] }, ...Array(5).fill({ entries: ["InternalFailure"] })],
    ],
    ["the bus fails, and is called again", [failing, failing]],
    ["calls are throttled", Array(8).fill({ status: 400, type: "ThrottlingException" })],
    ["the answer to the first call is lost", ["lost"]],
    ["the answer to the last call is lost", [{ entries: [] }, { entries: [] }, "lost"]],
    ["the bus is denied for a time", Array(3).fill({ status: 400, type: "AccessDeniedException" })],
  ];
  test.for(disturbances)(
    "%s: a receiver has every event, none twice by its sequence",
    async ([, answers]) => {
      bus.expect(...answers);
      const { handle, aside } = setup();
      await deliver(records, handle);
      expect(received().toSorted()).toEqual(undisturbed.toSorted());
      expect(aside).toEqual([]);
    },
  );

  test.for([
    [1, "before"],
    [1, "after"],
    [2, "before"],
    [2, "after"],
    [3, "before"],
    [3, "after"],
  ] as const)(
    "a function that is killed at call %d, %s it took effect, loses nothing",
    async ([at, when]) => {
      bus.expect();
      let calls = 0;
      const killed = Promise.withResolvers<never>();
      const dies: PutEvents = async (events, signal) => {
        calls += 1;
        if (calls !== at) return putEvents(events, signal);
        if (when === "after") await putEvents(events, signal);
        killed.reject(new Error("killed"));
        return new Promise(() => {});
      };
      const { handle } = setup(dies);
      await deliver(records, (left) =>
        calls < at ? Promise.race([handle(left), killed.promise]) : handle(left),
      );
      expect(received()).toEqual(undisturbed);
    },
  );

  test("stops at the record whose event failed, and says so", async () => {
    bus.expect(
      { entries: [undefined, undefined, "InternalFailure"] },
      // Only what was not taken is put again.
      ...Array(4).fill({ entries: ["InternalFailure"] }),
    );
    const { handle, stopped } = setup();
    expect(await handle(records)).toEqual({ batchItemFailures: [{ itemIdentifier: "21" }] });
    expect(stopped).toEqual(["InternalFailure"]);
  });

  test("stops while the bus is not there, which would take events and drop them", async () => {
    bus.expect();
    clock += 60_000;
    bus.setThere(false);
    const { handle, stopped } = setup();
    const nothing = await handle(records).finally(() => bus.setThere(true));
    expect(nothing).toEqual({ batchItemFailures: [{ itemIdentifier: "11" }] });
    expect(stopped).toEqual(["ResourceNotFoundException"]);
    expect(bus.calls).toEqual([]);
    expect(await handle(records)).toEqual({ batchItemFailures: [] });
    expect(received()).toEqual(undisturbed);
  });
});

describe("a record that no event can be made of", () => {
  const damaged = toRecord(5, 1, { evidence: {} });
  const unreadable: DynamoDBRecord = {
    ...damaged,
    dynamodb: { ...damaged.dynamodb, NewImage: { pk: { S: "CERT#x" } } },
  };
  const key = { subject: `CERT#${certificateId(5)}`, sequence: "0000000001" };
  const code = "STORED_ITEM_UNREADABLE";

  test.for([
    ["lacks what such a record holds", damaged],
    ["is no audit record", unreadable],
  ] as const)("as it %s is set aside, and holds up no other", async ([, poison]) => {
    bus.expect();
    const { handle, aside } = setup();
    const batch = [toRecord(4, 1), poison, toRecord(6, 1)];
    expect(await handle(batch)).toEqual({ batchItemFailures: [] });
    expect(aside).toEqual([{ ...key, code }]);
    expect(received()).toHaveLength(2);
  });

  test("as the bus refuses it for good is set aside with the bus's code", async () => {
    bus.expect({ entries: [undefined, "MalformedDetail"] });
    const { handle, aside } = setup();
    await handle([toRecord(4, 1), toRecord(5, 1), toRecord(6, 1)]);
    expect(aside).toEqual([{ ...key, code: "MalformedDetail" }]);
    expect(received()).toHaveLength(2);
  });

  test("is come back to while the queue for it fails", async () => {
    bus.expect();
    const { handle, stopped } = setup(putEvents, () => Promise.reject(new Error("no queue")));
    const answer = await handle([toRecord(4, 1), damaged, toRecord(6, 1)]);
    expect(answer.batchItemFailures).toEqual([{ itemIdentifier: "51" }]);
    expect(stopped).toEqual(["Error"]);
  });

  test("is told of although it is larger than any event may be", async () => {
    bus.expect();
    const detail = "x".repeat(300_000);
    const large = toRecord(7, 1, { evidence: { findings: [{ code: "HELD", detail }] } });
    expect(await setup().handle([large])).toEqual({ batchItemFailures: [] });
    expect(bus.taken[0]?.Detail.length).toBeLessThan(1_000);
  });
});
