import { type Area, pages } from "../conformance-case.ts";
import { includes } from "../expect.ts";

const guide = "https://docs.aws.amazon.com/iot/latest/developerguide";

/** What AWS IoT has beyond registration and messages, as far as a device meets it over MQTT. */
export const shadowsAndIngest: Area = {
  name: "shadows-and-ingest",
  cases: [
    {
      id: "shadows-and-ingest/shadow/none-yet",
      title: "Asking for a shadow that there is not is answered with rejected and code 404",
      source: `${guide}/device-shadow-mqtt.html`,
      confidence: "doc",
      run: async (subject) => {
        const device = await subject.deviceThatMay({ Action: "iot:*", Resource: "*" });
        const thingName = await subject.thing({ attachedTo: device });
        const session = await subject.connect(device, { clientId: thingName });
        const topic = `$aws/things/${thingName}/shadow/get`;
        await session.subscribe(`${topic}/rejected`);
        session.post(topic, { payload: "" });
        includes((await session.message(`${topic}/rejected`)).json(), { code: 404 });
      },
    },
    {
      id: "shadows-and-ingest/ingest/accepted",
      title: "A message to a rule's own topic is acknowledged, past the broker",
      source: `${guide}/iot-basic-ingest.html`,
      confidence: "doc",
      run: async (subject) => {
        const device = await subject.deviceThatMay({ Action: "iot:*", Resource: "*" });
        const session = await subject.connect(device);
        await session.publish(`$aws/rules/${subject.ruleName("none")}/a`);
      },
    },
    {
      id: "shadows-and-ingest/own-topics/publish",
      title: "A device may publish below $aws/things/<its thing>, outside of what AWS uses",
      source: pages.reservedTopics,
      confidence: "inferred",
      run: async (subject) => {
        const device = await subject.deviceThatMay({ Action: "iot:*", Resource: "*" });
        const thingName = await subject.thing({ attachedTo: device });
        const session = await subject.connect(device, { clientId: thingName });
        await session.publish(`$aws/things/${thingName}/own/a`);
      },
    },
  ],
};
