import { type Area, pages } from "../conformance-case.ts";
import { equal, includes } from "../expect.ts";

const source = pages.mqtt;

export const takeover: Area = {
  name: "takeover",
  cases: [
    {
      id: "takeover/newer-wins/same-certificate",
      title: "A newer connection of the same client id ends the older one",
      source,
      confidence: "doc",
      run: async (subject) => {
        const device = await subject.device();
        const older = await subject.connect(device);
        const newer = await subject.connect(device, { clientId: older.clientId });
        await older.closed();
        newer.send({ cmd: "pingreq" });
        await newer.receive("pingresp");
      },
    },
    {
      id: "takeover/newer-wins/other-certificate",
      title: "Another certificate that may use the client id takes the connection over too",
      source: "AWS_FACTS section 7",
      confidence: "inferred",
      run: async (subject) => {
        const older = await subject.connect(await subject.device());
        await subject.connect(await subject.device(), { clientId: older.clientId });
        await older.closed();
      },
    },
    {
      id: "takeover/event/reason",
      title: "The older connection's end has the reason DUPLICATE_CLIENTID",
      source: pages.lifeCycleEvents,
      confidence: "doc",
      run: async (subject) => {
        const device = await subject.device();
        const clientId = subject.name("client");
        const topic = `$aws/events/presence/disconnected/${clientId}`;
        const events = await subject.watch(topic);
        await subject.connect(device, { clientId });
        await subject.connect(device, { clientId });
        includes((await events.message(topic)).json(), {
          disconnectReason: "DUPLICATE_CLIENTID",
          clientInitiatedDisconnect: false,
        });
      },
    },
    {
      id: "takeover/mqtt-5/reason-code",
      title: "Over MQTT 5 the older connection is told 0x8E, session taken over",
      source,
      confidence: "doc",
      run: async (subject) => {
        const device = await subject.device();
        const older = await subject.connect(device, { version: 5 });
        await subject.connect(device, { version: 5, clientId: older.clientId });
        equal((await older.receive("disconnect")).reasonCode, 0x8e);
        await older.closed();
      },
    },
    {
      id: "takeover/denied/older-stays",
      title: "A refused connection of the same client id leaves the older one alone",
      source: "AWS_FACTS section 3",
      confidence: "inferred",
      run: async (subject) => {
        const older = await subject.connect(await subject.device());
        const stranger = await subject.device({ bare: true });
        await subject.attempt(stranger, { clientId: older.clientId });
        older.send({ cmd: "pingreq" });
        await older.receive("pingresp");
      },
    },
  ],
};
