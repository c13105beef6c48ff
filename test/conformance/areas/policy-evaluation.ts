import { type Area, type ConformanceCase, pages } from "../conformance-case.ts";
import { equal, eventually } from "../expect.ts";
import type { ConnectOptions, Statement, Subject } from "../subject/subject.ts";

const accepted = "accepted";
const closed = "closed without CONNACK";

/** A table of connects: what the policy says, how the device comes, and what it is told. */
interface ConnectCase {
  readonly which: string;
  readonly title: string;
  readonly source: string;
  readonly confidence: ConformanceCase["confidence"];
  readonly statements: (subject: Subject) => readonly Statement[];
  /** As the subject of the certificate. */
  readonly issuedTo?: string;
  readonly isAttached?: boolean;
  /** Made of the thing's name; the name itself without. */
  readonly clientId?: (thingName: string) => string;
  readonly options?: ConnectOptions;
  readonly expected: string;
}

const connectTo = (subject: Subject, client: string, more: Partial<Statement> = {}): Statement => ({
  Action: "iot:Connect",
  Resource: subject.arn(`client/${client}`),
  ...more,
});

const attached = { Bool: { "iot:Connection.Thing.IsAttached": "true" } };
const thingName = "${iot:Connection.Thing.ThingName}";

const connects: readonly ConnectCase[] = [
  {
    which: "thing-name/attached",
    title: "${iot:Connection.Thing.ThingName} is the client id of an attached thing",
    source: pages.policyVariables,
    confidence: "doc",
    statements: (subject) => [connectTo(subject, thingName)],
    isAttached: true,
    expected: accepted,
  },
  {
    which: "thing-name/not-attached",
    title: "${iot:Connection.Thing.ThingName} is nothing where the thing is not attached",
    source: pages.policyVariables,
    confidence: "doc",
    statements: (subject) => [connectTo(subject, thingName)],
    expected: closed,
  },
  {
    which: "thing-name/other-client-id",
    title: "${iot:Connection.Thing.ThingName} is nothing where the client id is another",
    source: "AWS_FACTS section 7",
    confidence: "doc",
    statements: (subject) => [connectTo(subject, thingName)],
    isAttached: true,
    clientId: (name) => `${name}-2`,
    expected: closed,
  },
  {
    which: "is-attached/true",
    title: "The condition IsAttached holds for an attached thing",
    source: pages.policyVariables,
    confidence: "doc",
    statements: (subject) => [connectTo(subject, "*", { Condition: attached })],
    isAttached: true,
    expected: accepted,
  },
  {
    which: "is-attached/false",
    title: "The condition IsAttached does not hold without",
    source: pages.policyVariables,
    confidence: "doc",
    statements: (subject) => [connectTo(subject, "*", { Condition: attached })],
    expected: closed,
  },
  {
    which: "client-id/variable",
    title: "${iot:ClientId} is the client id",
    source: "https://docs.aws.amazon.com/iot/latest/developerguide/basic-policy-variables.html",
    confidence: "doc",
    statements: (subject) => [connectTo(subject, "${iot:ClientId}")],
    expected: accepted,
  },
  {
    which: "common-name/variable",
    title: "${iot:Certificate.Subject.CommonName} is the certificate's common name",
    source: "AWS_FACTS section 7",
    confidence: "doc",
    statements: (subject) => [connectTo(subject, "*-${iot:Certificate.Subject.CommonName}")],
    issuedTo: "CN=serial7",
    clientId: (name) => `${name}-serial7`,
    expected: accepted,
  },
  {
    which: "common-name/missing",
    title: "A certificate without a common name is denied where the policy asks for one",
    source: "AWS_FACTS section 7",
    confidence: "doc",
    statements: (subject) => [connectTo(subject, "*${iot:Certificate.Subject.CommonName}")],
    issuedTo: "O=Acme",
    expected: closed,
  },
  {
    which: "deny/wins",
    title: "A statement that denies wins over one that allows",
    source: "https://docs.aws.amazon.com/iot/latest/developerguide/iot-policies.html",
    confidence: "doc",
    statements: (subject) => [connectTo(subject, "*"), connectTo(subject, "*", { Effect: "Deny" })],
    expected: closed,
  },
  {
    which: "wildcards/star",
    title: "* stands for any characters",
    source: "AWS_FACTS section 7",
    confidence: "doc",
    statements: (subject) => [connectTo(subject, "muster-*-thing*")],
    expected: accepted,
  },
  {
    which: "wildcards/question-mark",
    title: "? stands for one character",
    source: "AWS_FACTS section 7",
    confidence: "doc",
    statements: (subject) => [connectTo(subject, "muster?conformance?*")],
    expected: accepted,
  },
  {
    which: "action/star",
    title: "iot:* allows iot:Connect",
    source: pages.policyActions,
    confidence: "doc",
    statements: (subject) => [connectTo(subject, "*", { Action: "iot:*" })],
    expected: accepted,
  },
  {
    which: "resource-type/topic",
    title: "A topic's ARN allows no connect",
    source: "AWS_FACTS section 7",
    confidence: "doc",
    statements: (subject) => [{ Action: "iot:Connect", Resource: subject.arn("topic/*") }],
    expected: closed,
  },
  {
    which: "persistent-connect/denied",
    title: "A persistent session may need the connect attribute PersistentConnect",
    source: pages.policyActions,
    confidence: "doc",
    statements: (subject) => [
      connectTo(subject, "*", {
        Condition: { "ForAllValues:StringEquals": { "iot:ConnectAttributes": ["LastWill"] } },
      }),
    ],
    options: { packet: { clean: false } },
    expected: closed,
  },
  {
    which: "persistent-connect/allowed",
    title: "A policy that names PersistentConnect allows a persistent session",
    source: pages.policyActions,
    confidence: "doc",
    statements: (subject) => [
      connectTo(subject, "*", {
        Condition: {
          "ForAllValues:StringEquals": { "iot:ConnectAttributes": ["PersistentConnect"] },
        },
      }),
    ],
    options: { packet: { clean: false } },
    expected: accepted,
  },
];

const toConnectCase = (each: ConnectCase): ConformanceCase => ({
  id: `policy-evaluation/connect/${each.which}`,
  title: each.title,
  source: each.source,
  confidence: each.confidence,
  run: async (subject) => {
    const device = await subject.device({
      bare: true,
      ...(each.issuedTo && { subject: each.issuedTo }),
    });
    await subject.attachPolicy(device.arn, ...each.statements(subject));
    const name = await subject.thing(each.isAttached ? { attachedTo: device } : {});
    const clientId = each.clientId?.(name) ?? name;
    const options = { ...each.options, clientId };
    if (each.expected === accepted) await subject.connect(device, options);
    else equal(await subject.attempt(device, options), each.expected);
  },
});

const connectAnywhere = { Action: "iot:Connect", Resource: "*" } as const;

export const policyEvaluation: Area = {
  name: "policy-evaluation",
  cases: [
    ...connects.map(toConnectCase),
    {
      id: "policy-evaluation/connect/thing-type/variable",
      title: "${iot:Connection.Thing.ThingTypeName} is the type of the attached thing",
      source: pages.policyVariables,
      confidence: "doc",
      run: async (subject) => {
        const { iot, name } = subject;
        const [thingTypeName, thing] = [name("type"), name("thing")];
        await iot.createThingType({ thingTypeName });
        await iot.createThing({ thingName: thing, thingTypeName });
        const device = await subject.deviceThatMay(connectAnywhere, {
          Action: "iot:Publish",
          Resource: subject.arn("topic/${iot:Connection.Thing.ThingTypeName}/x"),
        });
        await iot.attachThingPrincipal({ thingName: thing, principal: device.arn });
        const session = await subject.connect(device, { clientId: thing });
        await session.publish(`${thingTypeName}/x`);
      },
    },
    {
      id: "policy-evaluation/connect/thing-attribute/variable",
      title: "${iot:Connection.Thing.Attributes[site]} is an attribute of the attached thing",
      source: pages.policyVariables,
      confidence: "doc",
      run: async (subject) => {
        const { iot, name } = subject;
        const [site, thing] = [name("site"), name("thing")];
        await iot.createThing({ thingName: thing, attributePayload: { attributes: { site } } });
        const device = await subject.deviceThatMay(connectAnywhere, {
          Action: "iot:Publish",
          Resource: subject.arn("topic/${iot:Connection.Thing.Attributes[site]}/x"),
        });
        await iot.attachThingPrincipal({ thingName: thing, principal: device.arn });
        const session = await subject.connect(device, { clientId: thing });
        await session.publish(`${site}/x`);
      },
    },
    {
      id: "policy-evaluation/detach/counts",
      title: "A policy that was detached lets nobody in any more",
      source: "AWS_FACTS section 7",
      confidence: "doc",
      run: async (subject) => {
        const device = await subject.device({ bare: true });
        const policyName = await subject.attachPolicy(device.arn, connectAnywhere);
        await subject.connect(device);
        await subject.iot.detachPolicy({ policyName, target: device.arn });
        await eventually(subject, () => subject.attempt(device), closed);
      },
    },
    {
      id: "policy-evaluation/publish/crosses-slashes",
      title: "* in a policy crosses slashes",
      source: "AWS_FACTS section 7",
      confidence: "doc",
      run: async (subject) => {
        const topic = subject.name("topic");
        const device = await subject.deviceThatMay(connectAnywhere, {
          Action: "iot:Publish",
          Resource: subject.arn(`topic/${topic}/*`),
        });
        await (await subject.connect(device)).publish(`${topic}/a/b`);
      },
    },
    {
      id: "policy-evaluation/publish/mqtt-wildcard",
      title: "# in a policy is itself, no wildcard",
      source: "AWS_FACTS section 7",
      confidence: "doc",
      run: async (subject) => {
        const topic = subject.name("topic");
        const device = await subject.deviceThatMay(connectAnywhere, {
          Action: "iot:Publish",
          Resource: subject.arn(`topic/${topic}/#`),
        });
        const session = await subject.connect(device);
        session.post(`${topic}/a`);
        await session.closed();
      },
    },
    {
      id: "policy-evaluation/subscribe/topicfilter",
      title: "A subscription is asked of topicfilter/, where # may stand",
      source: "AWS_FACTS section 7",
      confidence: "doc",
      run: async (subject) => {
        const topic = subject.name("topic");
        const device = await subject.deviceThatMay(
          connectAnywhere,
          { Action: "iot:Subscribe", Resource: subject.arn(`topicfilter/${topic}/#`) },
          { Action: "iot:Subscribe", Resource: subject.arn(`topic/${topic}-x/#`) },
        );
        const session = await subject.connect(device);
        equal(await session.subscribe([`${topic}/#`, `${topic}-x/#`]), [1, 0x80]);
      },
    },
    {
      id: "policy-evaluation/group/policy",
      title: "A policy of a thing group holds for the things in it and in its child groups",
      source: "AWS_FACTS section 7",
      confidence: "doc",
      run: async (subject) => {
        const { iot, name, arn } = subject;
        const [root, child] = [name("root"), name("child")];
        await iot.createThingGroup({ thingGroupName: root });
        await iot.createThingGroup({ thingGroupName: child, parentGroupName: root });
        await subject.attachPolicy(arn(`thinggroup/${root}`), connectAnywhere);
        const device = await subject.device({ bare: true });
        const clientId = await subject.thing({ attachedTo: device });
        equal(await subject.attempt(device, { clientId }), closed);
        await iot.addThingToThingGroup({ thingGroupName: child, thingName: clientId });
        await subject.connect(device, { clientId });
      },
    },
    {
      id: "policy-evaluation/version/default",
      title: "The default version of a policy is what counts",
      source: "AWS_FACTS section 4",
      confidence: "doc",
      run: async (subject) => {
        const device = await subject.device({ bare: true });
        const policyName = await subject.attachPolicy(device.arn, {
          Action: "iot:Connect",
          Resource: subject.arn("client/somebody-else"),
        });
        equal(await subject.attempt(device), closed);
        const Statement = [{ Effect: "Allow", ...connectAnywhere }];
        await subject.iot.createPolicyVersion({
          policyName,
          policyDocument: JSON.stringify({ Version: "2012-10-17", Statement }),
          setAsDefault: true,
        });
        await subject.connect(device);
      },
    },
  ],
};
