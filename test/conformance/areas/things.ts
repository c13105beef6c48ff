import type { Area } from "../conformance-case.ts";
import { equal, includes, matches, present, refused } from "../expect.ts";

const source = "AWS_FACTS section 4";
const quotas = "AWS_FACTS section 5";

export const things: Area = {
  name: "things",
  cases: [
    {
      id: "things/create/members",
      title: "CreateThing answers name, ARN and id",
      source,
      confidence: "model",
      run: async ({ iot, name, arn }) => {
        const thingName = name("thing");
        const answer = await iot.createThing({ thingName });
        includes(answer, { thingName, thingArn: arn(`thing/${thingName}`) });
        matches(answer.thingId, /^[0-9a-f-]{36}$/);
      },
    },
    {
      id: "things/create/same-again",
      title: "CreateThing with the same configuration succeeds again, with the same id",
      source,
      confidence: "model",
      run: async ({ iot, name }) => {
        const input = { thingName: name("thing"), attributePayload: { attributes: { a: "1" } } };
        const first = await iot.createThing(input);
        const second = await iot.createThing(input);
        equal(second.thingId, first.thingId);
      },
    },
    {
      id: "things/create/different-again",
      title: "CreateThing with another configuration is refused and changes nothing",
      source,
      confidence: "model",
      run: async ({ iot, name, arn }) => {
        const thingName = name("thing");
        await iot.createThing({ thingName, attributePayload: { attributes: { a: "1" } } });
        const { resourceArn } = await refused(
          iot.createThing({ thingName, attributePayload: { attributes: { a: "2" } } }),
          "409 ResourceAlreadyExistsException",
        );
        equal(resourceArn, arn(`thing/${thingName}`));
        includes(await iot.describeThing({ thingName }), { attributes: { a: "1" } });
      },
    },
    {
      id: "things/create/name-pattern",
      title: "A thing's name with a space is refused",
      source: quotas,
      confidence: "model",
      run: ({ iot, name }) =>
        refused(iot.createThing({ thingName: `${name()} x` }), "400 InvalidRequestException"),
    },
    {
      id: "things/create/name-length",
      title: "A thing's name may have 128 characters, not 129",
      source: quotas,
      confidence: "model",
      run: async ({ iot, name }) => {
        const thingName = name("thing").padEnd(128, "x");
        await iot.createThing({ thingName });
        await refused(
          iot.createThing({ thingName: `${thingName}x` }),
          "400 InvalidRequestException",
        );
      },
    },
    {
      id: "things/create/name-characters",
      title: "A thing's name may have letters, digits, colon, underscore and hyphen",
      source: quotas,
      confidence: "model",
      run: async ({ iot, name }) => {
        const thingName = `${name("thing")}:A_z-0`;
        includes(await iot.createThing({ thingName }), { thingName });
        includes(await iot.describeThing({ thingName }), { thingName });
      },
    },
    {
      id: "things/create/attributes-without-type",
      title: "A thing without a type may have three attributes, not four",
      source: quotas,
      confidence: "doc",
      run: async ({ iot, name }) => {
        const attributes = { a: "1", b: "2", c: "3" };
        await iot.createThing({ thingName: name("three"), attributePayload: { attributes } });
        await refused(
          iot.createThing({
            thingName: name("four"),
            attributePayload: { attributes: { ...attributes, d: "4" } },
          }),
          "400 InvalidRequestException",
        );
      },
    },
    {
      id: "things/create/attribute-value-space",
      title: "An attribute's value with a space is refused",
      source: quotas,
      confidence: "model",
      run: ({ iot, name }) =>
        refused(
          iot.createThing({
            thingName: name("thing"),
            attributePayload: { attributes: { a: "b c" } },
          }),
          "400 InvalidRequestException",
        ),
    },
    {
      id: "things/create/unknown-type",
      title: "CreateThing with an unknown type is refused",
      source,
      confidence: "model",
      run: ({ iot, name }) =>
        refused(
          iot.createThing({ thingName: name("thing"), thingTypeName: name("type") }),
          "404 ResourceNotFoundException",
          "400 InvalidRequestException",
        ),
    },
    {
      id: "things/describe/members",
      title: "DescribeThing tells name, ARN, id, version 1 and the default client id",
      source,
      confidence: "model",
      run: async ({ iot, name, arn }) => {
        const thingName = name("thing");
        const { thingId } = await iot.createThing({ thingName });
        includes(await iot.describeThing({ thingName }), {
          thingName,
          thingId: present(thingId, "thingId"),
          thingArn: arn(`thing/${thingName}`),
          defaultClientId: thingName,
          version: 1,
        });
      },
    },
    {
      id: "things/describe/unknown",
      title: "DescribeThing of an unknown thing is refused",
      source,
      confidence: "model",
      run: ({ iot, name }) =>
        refused(iot.describeThing({ thingName: name("none") }), "404 ResourceNotFoundException"),
    },
    {
      id: "things/update/replaces",
      title: "UpdateThing replaces all attributes without merge, and raises the version",
      source,
      confidence: "model",
      run: async ({ iot, name }) => {
        const thingName = name("thing");
        await iot.createThing({ thingName, attributePayload: { attributes: { a: "1", b: "2" } } });
        await iot.updateThing({ thingName, attributePayload: { attributes: { c: "3" } } });
        const { attributes, version } = await iot.describeThing({ thingName });
        equal(attributes, { c: "3" });
        equal(version, 2);
      },
    },
    {
      id: "things/update/merges",
      title: "UpdateThing with merge keeps other attributes, and an empty value removes one",
      source,
      confidence: "model",
      run: async ({ iot, name }) => {
        const thingName = name("thing");
        await iot.createThing({ thingName, attributePayload: { attributes: { a: "1", b: "2" } } });
        await iot.updateThing({
          thingName,
          attributePayload: { attributes: { b: "", c: "3" }, merge: true },
        });
        const { attributes } = await iot.describeThing({ thingName });
        equal(attributes, { a: "1", c: "3" });
      },
    },
    {
      id: "things/update/version-conflict",
      title: "UpdateThing with another expected version is refused",
      source,
      confidence: "model",
      run: async ({ iot, name }) => {
        const thingName = name("thing");
        await iot.createThing({ thingName });
        await refused(
          iot.updateThing({
            thingName,
            expectedVersion: 7,
            attributePayload: { attributes: { a: "1" } },
          }),
          "409 VersionConflictException",
        );
      },
    },
    {
      id: "things/update/unknown",
      title: "UpdateThing of an unknown thing is refused",
      source,
      confidence: "model",
      run: ({ iot, name }) =>
        refused(
          iot.updateThing({
            thingName: name("none"),
            attributePayload: { attributes: { a: "1" } },
          }),
          "404 ResourceNotFoundException",
        ),
    },
    {
      id: "things/update/expected-version",
      title: "UpdateThing with the version that is there succeeds",
      source,
      confidence: "model",
      run: async ({ iot, name }) => {
        const thingName = name("thing");
        await iot.createThing({ thingName });
        const attributePayload = { attributes: { a: "1" } };
        await iot.updateThing({ thingName, expectedVersion: 1, attributePayload });
        await iot.deleteThing({ thingName, expectedVersion: 2 });
      },
    },
    {
      id: "things/list/by-type",
      title: "ListThings finds the things of a type",
      source,
      confidence: "model",
      run: async ({ iot, name }) => {
        const [thingTypeName, thingName] = [name("type"), name("thing")];
        await iot.createThingType({ thingTypeName });
        await iot.createThing({ thingName, thingTypeName });
        const { things: found } = await iot.listThings({ thingTypeName });
        equal(
          found?.map((each) => [each.thingName, each.thingTypeName, each.version]),
          [[thingName, thingTypeName, 1]],
        );
      },
    },
    {
      id: "things/list/by-attribute-prefix",
      title: "ListThings finds things by the beginning of an attribute's value where asked to",
      source,
      confidence: "model",
      run: async ({ iot, name }) => {
        const [thingName, value] = [name("thing"), name("value")];
        const attributes = { serial: `${value}-and-more` };
        await iot.createThing({ thingName, attributePayload: { attributes } });
        const search = { attributeName: "serial", attributeValue: value };
        equal((await iot.listThings(search)).things, []);
        const { things: found } = await iot.listThings({
          ...search,
          usePrefixAttributeValue: true,
        });
        equal(
          found?.map((each) => each.thingName),
          [thingName],
        );
      },
    },
    {
      id: "things/delete/missing",
      title: "DeleteThing of a thing that is not there succeeds",
      source,
      confidence: "model",
      run: ({ iot, name }) => iot.deleteThing({ thingName: name("none") }),
    },
    {
      id: "things/delete/attached",
      title: "A thing with a certificate cannot be deleted",
      source: "AWS_FACTS section 9",
      confidence: "recalled",
      run: async (subject) => {
        const device = await subject.device({ bare: true });
        const thingName = await subject.thing({ attachedTo: device });
        await refused(subject.iot.deleteThing({ thingName }), "400 InvalidRequestException");
      },
    },
    {
      id: "things/delete/version-conflict",
      title: "DeleteThing with another expected version is refused",
      source,
      confidence: "model",
      run: async ({ iot, name }) => {
        const thingName = name("thing");
        await iot.createThing({ thingName });
        await refused(
          iot.deleteThing({ thingName, expectedVersion: 7 }),
          "409 VersionConflictException",
        );
      },
    },
    {
      id: "things/delete/gone",
      title: "A deleted thing is gone",
      source,
      confidence: "model",
      run: async ({ iot, name }) => {
        const thingName = name("thing");
        await iot.createThing({ thingName });
        await iot.deleteThing({ thingName });
        await refused(iot.describeThing({ thingName }), "404 ResourceNotFoundException");
      },
    },
    {
      id: "things/list/by-attribute",
      title: "ListThings finds things by an attribute's value",
      source,
      confidence: "model",
      run: async ({ iot, name }) => {
        const [thingName, attributeValue] = [name("thing"), name("value")];
        await iot.createThing({
          thingName,
          attributePayload: { attributes: { serial: attributeValue } },
        });
        const { things: found } = await iot.listThings({ attributeName: "serial", attributeValue });
        equal(
          found?.map((each) => each.thingName),
          [thingName],
        );
      },
    },
  ],
};
