import { type Area, pages } from "../conformance-case.ts";
import { equal, includes, Mismatch, matches, present, refused } from "../expect.ts";

const source =
  "https://docs.aws.amazon.com/iot/latest/apireference/API_Operations_AWS_IoT_Data_Plane.html";

export const dataPlane: Area = {
  name: "data-plane",
  cases: [
    {
      id: "data-plane/delete-connection/ends",
      title: "DeleteConnection ends a connection, and its presence event says so",
      source: pages.mqtt,
      confidence: "doc",
      run: async (subject) => {
        const session = await subject.connect(await subject.device());
        const topic = `$aws/events/presence/disconnected/${session.clientId}`;
        const events = await subject.watch(topic);
        await subject.data("DeleteConnection", { clientId: session.clientId });
        await session.closed();
        includes((await events.message(topic)).json(), {
          disconnectReason: "API_INITIATED_DISCONNECT",
          clientInitiatedDisconnect: false,
        });
      },
    },
    {
      id: "data-plane/delete-connection/unknown",
      title: "DeleteConnection of a client that is not there is refused",
      source: pages.mqtt,
      confidence: "doc",
      run: ({ data, name }) =>
        refused(
          data("DeleteConnection", { clientId: name("none") }),
          "404 ResourceNotFoundException",
        ),
    },
    {
      id: "data-plane/delete-connection/dollar",
      title: "A client id may not begin with a dollar sign",
      source,
      confidence: "model",
      run: ({ data }) =>
        refused(data("DeleteConnection", { clientId: "$x" }), "400 InvalidRequestException"),
    },
    {
      id: "data-plane/delete-connection/encoded",
      title: "A client id with slash, space and umlaut is percent-encoded in the path",
      source,
      confidence: "model",
      run: async (subject) => {
        const clientId = `${subject.name("client")}/a b/ü`;
        const session = await subject.connect(await subject.device(), { clientId });
        await subject.data("DeleteConnection", { clientId });
        await session.closed();
      },
    },
    {
      id: "data-plane/delete-connection/clean-session",
      title: "DeleteConnection with cleanSession ends a persistent session too",
      source,
      confidence: "model",
      run: async (subject) => {
        const device = await subject.device();
        const clientId = subject.name("client");
        const packet = { clean: false };
        const session = await subject.connect(device, { clientId, packet });
        await subject.data("DeleteConnection", { clientId, cleanSession: "true" });
        await session.closed();
        const again = await subject.connect(device, { clientId, packet });
        equal(again.connack.sessionPresent, false, "session present");
      },
    },
    {
      id: "data-plane/delete-connection/will",
      title: "DeleteConnection publishes the will, unless preventWillMessage is set",
      source,
      confidence: "model",
      run: async (subject) => {
        const device = await subject.device();
        const [first, second] = [subject.name("will"), subject.name("will")];
        const events = await subject.watch(first, second);
        for (const [topic, preventWillMessage] of [
          [first, "true"],
          [second, "false"],
        ] as const) {
          const will = { topic, payload: Buffer.from("gone"), qos: 1 as const };
          const { clientId } = await subject.connect(device, { packet: { will } });
          await subject.data("DeleteConnection", { clientId, preventWillMessage });
        }
        equal((await events.message(second)).text, "gone");
        await subject.settle();
        equal(events.waiting.length, 0, "messages");
      },
    },
    {
      id: "data-plane/get-connection/connected",
      title: "GetConnection tells of a connection, without its socket",
      source,
      confidence: "model",
      run: async (subject) => {
        const session = await subject.connect(await subject.device());
        const answer = await subject.data("GetConnection", { clientId: session.clientId });
        includes(answer, { clientId: session.clientId, connected: true, cleanSession: true });
        present(answer["connectedSince"], "connectedSince");
        equal(answer["sourceIp"], undefined, "sourceIp");
      },
    },
    {
      id: "data-plane/get-connection/socket",
      title: "GetConnection tells the socket where asked to",
      source,
      confidence: "model",
      run: async (subject) => {
        const session = await subject.connect(await subject.device());
        const answer = await subject.data("GetConnection", {
          clientId: session.clientId,
          includeSocketInformation: "true",
        });
        matches(answer["sourceIp"], /^[0-9a-f.:]+$/);
        equal(typeof answer["sourcePort"], "number", "sourcePort");
        equal(typeof answer["targetPort"], "number", "targetPort");
      },
    },
    {
      id: "data-plane/get-connection/disconnected",
      title: "GetConnection tells of a client that went, and why",
      source,
      confidence: "model",
      run: async (subject) => {
        const session = await subject.connect(await subject.device());
        await session.disconnect();
        await subject.settle();
        const answer = await subject.data("GetConnection", { clientId: session.clientId });
        includes(answer, { connected: false, disconnectReason: "CLIENT_INITIATED_DISCONNECT" });
        present(answer["disconnectedSince"], "disconnectedSince");
      },
    },
    {
      id: "data-plane/get-connection/unknown",
      title: "GetConnection of a client that never was is refused",
      source,
      confidence: "model",
      run: ({ data, name }) =>
        refused(data("GetConnection", { clientId: name("none") }), "404 ResourceNotFoundException"),
    },
    {
      id: "data-plane/list-subscriptions/pages",
      title: "ListSubscriptions tells filters and QoS, over pages",
      source,
      confidence: "model",
      run: async (subject) => {
        const session = await subject.connect(await subject.device());
        const topic = subject.name("topic");
        const filters = [`${topic}/a`, `${topic}/b`, `${topic}/c/#`];
        await session.subscribe(filters);
        const seen: unknown[] = [];
        let nextToken: unknown;
        do {
          const page = await subject.data("ListSubscriptions", {
            clientId: session.clientId,
            maxResults: "2",
            ...(typeof nextToken === "string" && { nextToken }),
          });
          const subscriptions = present(page["subscriptions"], "subscriptions") as unknown[];
          if (subscriptions.length > 2) throw new Mismatch("at most 2", subscriptions.length);
          seen.push(...subscriptions);
          nextToken = page["nextToken"];
        } while (nextToken !== undefined && nextToken !== null);
        const byFilter = (seen as { topicFilter: string }[]).toSorted((one, other) =>
          one.topicFilter < other.topicFilter ? -1 : 1,
        );
        equal(
          byFilter,
          filters.map((topicFilter) => ({ topicFilter, qos: 1 })),
        );
      },
    },
    {
      id: "data-plane/list-subscriptions/unknown",
      title: "ListSubscriptions of a client that is not there is refused",
      source,
      confidence: "model",
      run: ({ data, name }) =>
        refused(
          data("ListSubscriptions", { clientId: name("none") }),
          "404 ResourceNotFoundException",
        ),
    },
    {
      id: "data-plane/delete-connection/mqtt-5",
      title: "Over MQTT 5 DeleteConnection is told as 0x98, administrative action",
      source: pages.mqtt,
      confidence: "doc",
      run: async (subject) => {
        const session = await subject.connect(await subject.device(), { version: 5 });
        await subject.data("DeleteConnection", { clientId: session.clientId });
        equal((await session.receive("disconnect")).reasonCode, 0x98);
      },
    },
    {
      id: "data-plane/publish/wildcard",
      title: "Publish to a topic with a wildcard is refused",
      source,
      confidence: "inferred",
      run: ({ data, name }) =>
        refused(
          data("Publish", { topic: `${name("topic")}/+` }, "x"),
          "400 InvalidRequestException",
        ),
    },
    {
      id: "data-plane/publish/reaches-subscriber",
      title: "Publish over HTTP reaches a subscriber",
      source,
      confidence: "model",
      run: async (subject) => {
        const topic = `${subject.name("topic")}/a`;
        const events = await subject.watch(topic);
        await subject.data("Publish", { topic, qos: "1" }, "from the cloud");
        equal((await events.message(topic)).text, "from the cloud");
      },
    },
    {
      id: "data-plane/publish/reserved",
      title: "Publish to a topic under $ is refused",
      source: "AWS_FACTS section 1.1",
      confidence: "3p",
      run: ({ data }) =>
        refused(
          data("Publish", { topic: "$aws/events/certificates/registered/abc" }, "{}"),
          "400 InvalidRequestException",
          "401 UnauthorizedException",
          "403 ForbiddenException",
        ),
    },
    {
      id: "data-plane/retained/get-and-list",
      title: "A message published with retain is told by GetRetainedMessage, until it is emptied",
      source,
      confidence: "model",
      run: async (subject) => {
        const topic = `${subject.name("topic")}/retained`;
        subject.note("retained", topic);
        await subject.data("Publish", { topic, qos: "1", retain: "true" }, "kept");
        const answer = await subject.data("GetRetainedMessage", { topic });
        includes(answer, { topic, payload: Buffer.from("kept").toString("base64"), qos: 1 });
        await subject.data("Publish", { topic, retain: "true" });
        await refused(
          subject.data("GetRetainedMessage", { topic }),
          "404 ResourceNotFoundException",
        );
      },
    },
    {
      id: "data-plane/retained/list",
      title: "ListRetainedMessages tells topic, size, QoS and time",
      source,
      confidence: "model",
      run: async (subject) => {
        const topic = `${subject.name("topic")}/retained`;
        subject.note("retained", topic);
        await subject.data("Publish", { topic, qos: "1", retain: "true" }, "kept");
        let nextToken: unknown;
        do {
          const page = await subject.data(
            "ListRetainedMessages",
            typeof nextToken === "string" ? { nextToken } : {},
          );
          const topics = present(page["retainedTopics"], "retainedTopics") as { topic: string }[];
          const found = topics.find((each) => each.topic === topic);
          if (found !== undefined) return includes(found, { payloadSize: 4, qos: 1 });
          nextToken = page["nextToken"];
        } while (typeof nextToken === "string");
        return present(undefined, "the message");
      },
    },
  ],
};
