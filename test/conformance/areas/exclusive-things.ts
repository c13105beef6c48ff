import { type Area, pages } from "../conformance-case.ts";
import { equal, refused } from "../expect.ts";

const source = pages.exclusiveThing;
const EXCLUSIVE = "EXCLUSIVE_THING";

export const exclusiveThings: Area = {
  name: "exclusive-things",
  cases: [
    {
      id: "exclusive-things/attach/lists",
      title: "An exclusive attachment is told as one",
      source,
      confidence: "model",
      run: async (subject) => {
        const device = await subject.device({ bare: true });
        const thingName = await subject.thing({ attachedTo: device, type: EXCLUSIVE });
        const { thingPrincipalObjects } = await subject.iot.listThingPrincipalsV2({ thingName });
        equal(thingPrincipalObjects, [{ principal: device.arn, thingPrincipalType: EXCLUSIVE }]);
        const filtered = await subject.iot.listThingPrincipalsV2({
          thingName,
          thingPrincipalType: "NON_EXCLUSIVE_THING",
        });
        equal(filtered.thingPrincipalObjects, []);
      },
    },
    {
      id: "exclusive-things/attach/no-other-thing",
      title: "A certificate attached exclusively cannot be attached elsewhere",
      source,
      confidence: "doc",
      run: async (subject) => {
        const device = await subject.device({ bare: true });
        await subject.thing({ attachedTo: device, type: EXCLUSIVE });
        await refused(subject.thing({ attachedTo: device }), "400 InvalidRequestException");
      },
    },
    {
      id: "exclusive-things/attach/already-elsewhere",
      title: "A certificate that is attached cannot be attached exclusively elsewhere",
      source,
      confidence: "doc",
      run: async (subject) => {
        const device = await subject.device({ bare: true });
        await subject.thing({ attachedTo: device });
        await refused(
          subject.thing({ attachedTo: device, type: EXCLUSIVE }),
          "400 InvalidRequestException",
        );
      },
    },
    {
      id: "exclusive-things/attach/after-detach",
      title: "A certificate that was detached can be attached to another thing",
      source,
      confidence: "doc",
      run: async (subject) => {
        const device = await subject.device({ bare: true });
        const thingName = await subject.thing({ attachedTo: device, type: EXCLUSIVE });
        await subject.iot.detachThingPrincipal({ thingName, principal: device.arn });
        // Detaching takes AWS a moment.
        await subject.settle();
        await subject.thing({ attachedTo: device, type: EXCLUSIVE });
      },
    },
    {
      id: "exclusive-things/connect/any-client-id",
      title: "The thing of a connection is the exclusive one, whatever the client id",
      source,
      confidence: "doc",
      run: async (subject) => {
        const device = await subject.deviceThatMay(
          { Action: "iot:Connect", Resource: subject.arn("client/*") },
          {
            Action: "iot:Publish",
            Resource: subject.arn("topic/${iot:Connection.Thing.ThingName}/x"),
          },
        );
        const thingName = await subject.thing({ attachedTo: device, type: EXCLUSIVE });
        const session = await subject.connect(device, { clientId: subject.name("another") });
        await session.publish(`${thingName}/x`);
      },
    },
    {
      id: "exclusive-things/presence/thing-name",
      title: "Presence events of an exclusively attached certificate name the thing",
      source: pages.lifeCycleEvents,
      confidence: "doc",
      run: async (subject) => {
        const device = await subject.device();
        const thingName = await subject.thing({ attachedTo: device, type: EXCLUSIVE });
        const clientId = subject.name("client");
        const topic = `$aws/events/presence/connected/${clientId}`;
        const events = await subject.watch(topic);
        await subject.connect(device, { clientId });
        equal((await events.message(topic)).json()["thingName"], thingName);
      },
    },
  ],
};
