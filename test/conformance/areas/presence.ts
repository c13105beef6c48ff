import { type Area, pages } from "../conformance-case.ts";
import { equal, includes, matches, present } from "../expect.ts";
import { checkNoMessage } from "../subject/mqtt-session.ts";
import type { Subject } from "../subject/subject.ts";

const source = pages.lifeCycleEvents;

async function setup(subject: Subject, ...kinds: readonly string[]) {
  const device = await subject.device();
  const clientId = subject.name("client");
  const topicOf = (kind: string) => `$aws/events/${kind}/${clientId}`;
  const events = await subject.watch(...kinds.map(topicOf));
  const next = async (kind: string) => (await events.message(topicOf(kind))).json();
  return { device, clientId, events, next };
}

const connected = "presence/connected";
const disconnected = "presence/disconnected";
const failed = "presence/connect_failed";

export const presence: Area = {
  name: "presence",
  cases: [
    {
      id: "presence/connected/members",
      title: "The connected event has exactly AWS's members",
      source,
      confidence: "doc",
      run: async (subject) => {
        const { device, clientId, next } = await setup(subject, connected);
        await subject.connect(device, { clientId });
        const event = await next(connected);
        equal(Object.keys(event).toSorted(), [
          "clientId",
          "eventType",
          "ipAddress",
          "principalIdentifier",
          "sessionIdentifier",
          "timestamp",
          "versionNumber",
        ]);
        includes(event, { clientId, eventType: "connected", principalIdentifier: device.id });
        equal(typeof event["timestamp"], "number", "type of timestamp");
        equal(typeof event["versionNumber"], "number", "type of versionNumber");
        matches(event["sessionIdentifier"], /^[0-9a-f-]{36}$/);
        matches(event["ipAddress"], /^[0-9a-f.:]+$/);
      },
    },
    {
      id: "presence/disconnected/client",
      title: "The disconnected event after DISCONNECT says that the client did it",
      source,
      confidence: "doc",
      run: async (subject) => {
        const { device, clientId, next } = await setup(subject, connected, disconnected);
        const session = await subject.connect(device, { clientId });
        const first = await next(connected);
        await session.disconnect();
        includes(await next(disconnected), {
          clientId,
          eventType: "disconnected",
          principalIdentifier: device.id,
          clientInitiatedDisconnect: true,
          disconnectReason: "CLIENT_INITIATED_DISCONNECT",
          sessionIdentifier: first["sessionIdentifier"],
          versionNumber: first["versionNumber"],
        });
      },
    },
    {
      id: "presence/disconnected/lost",
      title: "The disconnected event after a broken connection says CONNECTION_LOST",
      source,
      confidence: "doc",
      run: async (subject) => {
        const { device, clientId, next } = await setup(subject, disconnected);
        const session = await subject.connect(device, { clientId });
        session.close();
        includes(await next(disconnected), {
          clientInitiatedDisconnect: false,
          disconnectReason: "CONNECTION_LOST",
        });
      },
    },
    {
      id: "presence/version-number/grows",
      title: "The version number of a later connection is higher",
      source,
      confidence: "doc",
      run: async (subject) => {
        const { device, clientId, next } = await setup(subject, connected);
        const session = await subject.connect(device, { clientId });
        const first = Number((await next(connected))["versionNumber"]);
        await session.disconnect();
        await subject.connect(device, { clientId });
        const second = Number((await next(connected))["versionNumber"]);
        equal(second > first, true, `${second} after ${first}`);
      },
    },
    {
      id: "presence/connect_failed/will",
      title: "A connect whose will the policy denies makes a connect_failed event",
      source,
      confidence: "doc",
      run: async (subject) => {
        const { clientId, next } = await setup(subject, failed);
        const device = await subject.deviceThatMay({ Action: "iot:Connect", Resource: "*" });
        const will = { topic: subject.name("will"), payload: Buffer.from("gone"), qos: 1 as const };
        await subject.attempt(device, { clientId, packet: { will } });
        includes(await next(failed), { connectFailureReason: "AUTHORIZATION_FAILED" });
      },
    },
    {
      id: "presence/connect_failed/denied",
      title: "A connect that the policy denies makes a connect_failed event",
      source,
      confidence: "doc",
      run: async (subject) => {
        const { clientId, next } = await setup(subject, failed);
        const device = await subject.device({ bare: true });
        await subject.attempt(device, { clientId });
        const event = await next(failed);
        includes(event, {
          clientId,
          eventType: "connect_failed",
          principalIdentifier: device.id,
          connectFailureReason: "AUTHORIZATION_FAILED",
        });
        present(event["ipAddress"], "ipAddress");
      },
    },
    {
      id: "presence/connect_failed/not-while-pending",
      title: "A first connect makes no connect_failed event",
      source: "AWS_FACTS section 1.4",
      confidence: "inferred",
      run: async (subject) => {
        const { clientId, events } = await setup(subject, failed, connected);
        const device = await subject.issue({ issuer: await subject.registerCa() });
        await subject.attempt(device, { clientId });
        await subject.settle();
        checkNoMessage(events);
      },
    },
    {
      id: "presence/client-id/wildcard",
      title: "A client id with # or + makes no presence events",
      source,
      confidence: "doc",
      run: async (subject) => {
        const events = await subject.watch("$aws/events/presence/+/#");
        const clientId = `${subject.name("client")}+x`;
        const session = await subject.connect(await subject.device(), { clientId });
        await session.disconnect();
        await subject.settle();
        const own = events.waiting.filter(
          (packet) => packet.cmd === "publish" && packet.payload.toString().includes(clientId),
        );
        equal(own.length, 0, "events");
      },
    },
    {
      id: "presence/subscriptions/subscribed",
      title: "A subscription makes an event that names its topics",
      source,
      confidence: "doc",
      run: async (subject) => {
        const kind = "subscriptions/subscribed";
        const { device, clientId, next } = await setup(subject, kind);
        const session = await subject.connect(device, { clientId });
        const topic = `${subject.name("topic")}/a`;
        await session.subscribe(topic);
        includes(await next(kind), {
          clientId,
          eventType: "subscribed",
          principalIdentifier: device.id,
          topics: [topic],
        });
      },
    },
    {
      id: "presence/subscriptions/unsubscribed",
      title: "The end of a subscription makes an event that names its topics",
      source,
      confidence: "doc",
      run: async (subject) => {
        const kind = "subscriptions/unsubscribed";
        const { device, clientId, next } = await setup(subject, kind);
        const session = await subject.connect(device, { clientId });
        const topic = `${subject.name("topic")}/a`;
        await session.subscribe(topic);
        await session.unsubscribe(topic);
        includes(await next(kind), { clientId, eventType: "unsubscribed", topics: [topic] });
      },
    },
  ],
};
