import type { Area } from "../conformance-case.ts";
import { equal, includes, matches, refused } from "../expect.ts";

const source = "AWS_FACTS section 4";
const quotas = "AWS_FACTS section 5";

export const thingTypes: Area = {
  name: "thing-types",
  cases: [
    {
      id: "thing-types/create/members",
      title: "CreateThingType answers name, ARN and id",
      source,
      confidence: "model",
      run: async ({ iot, name, arn }) => {
        const thingTypeName = name("type");
        const answer = await iot.createThingType({ thingTypeName });
        includes(answer, { thingTypeName, thingTypeArn: arn(`thingtype/${thingTypeName}`) });
        matches(answer.thingTypeId, /^[0-9a-f-]{36}$/);
      },
    },
    {
      id: "thing-types/create/different-again",
      title: "CreateThingType with another description is refused",
      source,
      confidence: "model",
      run: async ({ iot, name }) => {
        const thingTypeName = name("type");
        await iot.createThingType({ thingTypeName });
        await refused(
          iot.createThingType({
            thingTypeName,
            thingTypeProperties: { thingTypeDescription: "another" },
          }),
          "409 ResourceAlreadyExistsException",
        );
      },
    },
    {
      id: "thing-types/describe/members",
      title: "DescribeThingType tells its properties and that it is not deprecated",
      source,
      confidence: "model",
      run: async ({ iot, name }) => {
        const thingTypeName = name("type");
        await iot.createThingType({
          thingTypeName,
          thingTypeProperties: { thingTypeDescription: "a type", searchableAttributes: ["serial"] },
        });
        includes(await iot.describeThingType({ thingTypeName }), {
          thingTypeName,
          thingTypeProperties: { thingTypeDescription: "a type", searchableAttributes: ["serial"] },
          thingTypeMetadata: { deprecated: false },
        });
      },
    },
    {
      id: "thing-types/describe/unknown",
      title: "DescribeThingType of an unknown type is refused",
      source,
      confidence: "model",
      run: ({ iot, name }) =>
        refused(
          iot.describeThingType({ thingTypeName: name("none") }),
          "404 ResourceNotFoundException",
        ),
    },
    {
      id: "thing-types/things/attributes",
      title: "A thing with a type may have fifty attributes, not fifty-one",
      source: quotas,
      confidence: "doc",
      run: async ({ iot, name }) => {
        const thingTypeName = name("type");
        await iot.createThingType({ thingTypeName });
        const withAttributes = (count: number) => ({
          thingName: name(`with-${count}`),
          thingTypeName,
          attributePayload: {
            attributes: Object.fromEntries(
              Array.from({ length: count }, (_, index) => [`a${index}`, "1"]),
            ),
          },
        });
        await iot.createThing(withAttributes(50));
        await refused(iot.createThing(withAttributes(51)), "400 InvalidRequestException");
      },
    },
    {
      id: "thing-types/things/remove-type",
      title: "UpdateThing with removeThingType takes the type off",
      source,
      confidence: "model",
      run: async ({ iot, name }) => {
        const [thingTypeName, thingName] = [name("type"), name("thing")];
        await iot.createThingType({ thingTypeName });
        await iot.createThing({ thingName, thingTypeName });
        equal((await iot.describeThing({ thingName })).thingTypeName, thingTypeName);
        await iot.updateThing({ thingName, removeThingType: true });
        equal((await iot.describeThing({ thingName })).thingTypeName, undefined);
      },
    },
    {
      id: "thing-types/delete/not-deprecated",
      title: "A thing type that is not deprecated cannot be deleted",
      source: "https://docs.aws.amazon.com/iot/latest/developerguide/thing-types.html",
      confidence: "doc",
      run: async ({ iot, name }) => {
        const thingTypeName = name("type");
        await iot.createThingType({ thingTypeName });
        await refused(iot.deleteThingType({ thingTypeName }), "400 InvalidRequestException");
      },
    },
    {
      id: "thing-types/deprecate/no-new-things",
      title: "No thing can be created with a deprecated type, until that is undone",
      source: "https://docs.aws.amazon.com/iot/latest/developerguide/thing-types.html",
      confidence: "doc",
      run: async ({ iot, name }) => {
        const [thingTypeName, thingName] = [name("type"), name("thing")];
        await iot.createThingType({ thingTypeName });
        await iot.deprecateThingType({ thingTypeName });
        includes(await iot.describeThingType({ thingTypeName }), {
          thingTypeMetadata: { deprecated: true },
        });
        await refused(iot.createThing({ thingName, thingTypeName }), "400 InvalidRequestException");
        await iot.deprecateThingType({ thingTypeName, undoDeprecate: true });
        await iot.createThing({ thingName, thingTypeName });
      },
    },
  ],
};
