import type { Area } from "../conformance-case.ts";
import { equal, eventually, refused } from "../expect.ts";

const source = "AWS_FACTS section 4";

export const thingPrincipals: Area = {
  name: "thing-principals",
  cases: [
    {
      id: "thing-principals/attach/lists",
      title: "An attached certificate is among the thing's principals, the thing among its things",
      source,
      confidence: "model",
      run: async (subject) => {
        const device = await subject.device({ bare: true });
        const thingName = await subject.thing({ attachedTo: device });
        const { principals } = await subject.iot.listThingPrincipals({ thingName });
        equal(principals, [device.arn]);
        const { things } = await subject.iot.listPrincipalThings({ principal: device.arn });
        equal(things, [thingName]);
      },
    },
    {
      id: "thing-principals/attach/lists-v2",
      title: "The second versions of the lists tell NON_EXCLUSIVE_THING too",
      source,
      confidence: "model",
      run: async (subject) => {
        const device = await subject.device({ bare: true });
        const thingName = await subject.thing({ attachedTo: device });
        const thingPrincipalType = "NON_EXCLUSIVE_THING";
        const { thingPrincipalObjects } = await subject.iot.listThingPrincipalsV2({ thingName });
        equal(thingPrincipalObjects, [{ principal: device.arn, thingPrincipalType }]);
        const { principalThingObjects } = await subject.iot.listPrincipalThingsV2({
          principal: device.arn,
        });
        equal(principalThingObjects, [{ thingName, thingPrincipalType }]);
      },
    },
    {
      id: "thing-principals/attach/again",
      title: "Attaching again succeeds",
      source: "AWS_FACTS section 10",
      confidence: "recalled",
      run: async (subject) => {
        const device = await subject.device({ bare: true });
        const thingName = await subject.thing({ attachedTo: device });
        await subject.iot.attachThingPrincipal({ thingName, principal: device.arn });
      },
    },
    {
      id: "thing-principals/attach/several-things",
      title: "One certificate may be attached to several things",
      source,
      confidence: "doc",
      run: async (subject) => {
        const device = await subject.device({ bare: true });
        const names = [
          await subject.thing({ attachedTo: device }),
          await subject.thing({ attachedTo: device }),
        ];
        const { things = [] } = await subject.iot.listPrincipalThings({ principal: device.arn });
        equal(things.toSorted(), names.toSorted());
      },
    },
    {
      id: "thing-principals/attach/unknown-thing",
      title: "Attaching to an unknown thing is refused",
      source,
      confidence: "model",
      run: async (subject) => {
        const { arn } = await subject.device({ bare: true });
        await refused(
          subject.iot.attachThingPrincipal({ thingName: subject.name("none"), principal: arn }),
          "404 ResourceNotFoundException",
        );
      },
    },
    {
      id: "thing-principals/attach/unknown-certificate",
      title: "Attaching an unknown certificate is refused",
      source,
      confidence: "model",
      run: async (subject) => {
        const thingName = await subject.thing();
        await refused(
          subject.iot.attachThingPrincipal({
            thingName,
            principal: subject.arn(`cert/${"0".repeat(64)}`),
          }),
          "404 ResourceNotFoundException",
        );
      },
    },
    {
      id: "thing-principals/attach/not-an-arn",
      title: "A principal that is no ARN of a certificate is refused",
      source,
      confidence: "recalled",
      run: async (subject) => {
        const thingName = await subject.thing();
        await refused(
          subject.iot.attachThingPrincipal({ thingName, principal: "nobody" }),
          "400 InvalidRequestException",
        );
      },
    },
    {
      id: "thing-principals/detach/gone",
      title: "A detached certificate is gone from the lists before long",
      source,
      confidence: "doc",
      run: async (subject) => {
        const device = await subject.device({ bare: true });
        const thingName = await subject.thing({ attachedTo: device });
        await subject.iot.detachThingPrincipal({ thingName, principal: device.arn });
        await eventually(
          subject,
          async () => (await subject.iot.listThingPrincipals({ thingName })).principals,
          [],
        );
      },
    },
    {
      id: "thing-principals/list/unknown-thing",
      title: "Listing the principals of an unknown thing is refused",
      source,
      confidence: "model",
      run: ({ iot, name }) =>
        refused(
          iot.listThingPrincipals({ thingName: name("none") }),
          "404 ResourceNotFoundException",
        ),
    },
  ],
};
