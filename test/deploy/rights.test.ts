import { CreateThingCommand } from "@aws-sdk/client-iot";
import { describe, expect, test } from "vitest";
import { createClients } from "../../src/aws/create-clients.ts";
import { readScope } from "../../src/aws/dynamodb/read-scope.ts";
import { createCa } from "../../src/local/sample-pki.ts";
import { wireAccess, wireTokens } from "../../src/wiring/access.ts";
import { wireAuthenticateToken } from "../../src/wiring/authorize.ts";
import { wireOnboarding } from "../../src/wiring/onboarding.ts";
import { type OperatorUseCases, wireOperator } from "../../src/wiring/operator.ts";
import { acme, createIngest } from "../support/ingest.ts";
import { createWorld, redeliveryMs, type World } from "../support/world.ts";
import { observeNeeds } from "./observe-needs.ts";
import { readPackaged } from "./read-packaged.ts";
import { isAllowed, listUnused, type Need } from "./read-rights.ts";

const { resources } = await readPackaged();

describe("what a function's role allows", () => {
  test("is all that onboarding calls, and onboarding calls all of it", async () => {
    await using world = await setup();
    const { onboardDevice, needs } = world.observed();
    const [known, stranger, half, taken] = await Promise.all([
      world.device(),
      world.device(),
      world.device(),
      world.device(),
    ]);
    await world.land(known, half, taken);
    await world.makeThing(half.subject, { certificateId: half.certificateId, note: "half-way" });
    await world.makeThing(taken.subject, { certificateId: "another" });
    const outcomes: string[] = [];
    for (const leaf of [known, stranger, half, taken]) {
      const { outcome } = await onboardDevice(world.connect(leaf), AbortSignal.timeout(20_000));
      outcomes.push(outcome);
    }
    expect(outcomes).toEqual(["admitted", "quarantined", "admitted", "quarantined"]);
    const { event } = await diesUnderChangingProfiles(world);
    expect(await onboardDevice(event, AbortSignal.timeout(20_000))).toMatchObject({
      outcome: "admitted",
    });
    expectExactly("OnboardRole", needs);
  });

  test("is all that healing calls", async () => {
    await using world = await setup();
    const late = await world.device();
    await world.observed().onboardDevice(world.connect(late), AbortSignal.timeout(20_000));
    await world.land(late);
    const { healCertificates, needs } = world.observed();
    const { admitted } = await healCertificates({ signal: AbortSignal.timeout(20_000) });
    expect(admitted).toBe(1);
    expectNearly("HealRole", needs);
    expect(needs).toContainEqual(
      expect.objectContaining({ resource: "${LedgerTable.Arn}/index/listing" }),
    );
  });

  test("is all that work on batches calls", async () => {
    await using world = await setup();
    const { onboardDevice } = world.observed();
    const [known, half, never] = await Promise.all([
      world.device(),
      world.device(),
      world.device(),
    ]);
    for (const leaf of [known, half]) {
      await onboardDevice(world.connect(leaf), AbortSignal.timeout(20_000));
    }
    await world.makeThing(half.subject, { certificateId: half.certificateId, note: "half-way" });
    const clients = createClients(world.target);
    const needs = observeNeeds(clients);
    const ingest = createIngest({ ...world, clients });
    // So that the batch's is a claim that follows another.
    await world.operator.applyProfile(otherProfile);
    await world.operator.importCertificates({
      manufacturer: "acme",
      profile: "other",
      files: [{ source: "leaf", bytes: never.der }],
    });
    const id = await ingest.push([known, half, never], ["d-1", "d-2", "d-3"]);
    await ingest.drain();
    await ingest.batches.recall(acme, id, "wrong keys");
    await ingest.drain();
    expectNearly("IngestRole", needs);
    for (const resource of ["${LedgerTable.Arn}/index/listing", "${LedgerTable.Arn}/index/batch"]) {
      expect(needs).toContainEqual(expect.objectContaining({ resource }));
    }
  });

  test("is all that operators and manufacturers have the API call", async () => {
    await using world = await setup();
    const leaf = await world.device();
    await world.land(leaf);
    await world.observed().onboardDevice(world.connect(leaf), AbortSignal.timeout(20_000));
    const clients = createClients(world.target);
    const needs = observeNeeds(clients);
    const data = { ...world.names, clients, now: world.now, actor: "token:a" };
    const tables = { client: clients.dynamodb, ledger: "ledger", audit: "audit" };
    const scope = () => readScope(tables);
    await actAsOperator(wireOperator({ ...data, stage: "test", scope }), leaf.certificateId);
    const { tokens } = wireAccess(data);
    const { token } = await tokens.create({
      role: "operator",
      description: "test",
      days: 1,
      idempotencyKey: "once",
    });
    await tokens.list({ limit: 10 });
    await tokens.revoke(token.id);
    const ingest = createIngest({ ...world, clients });
    const id = await ingest.push([await world.device()]);
    await ingest.batches.list(acme, { limit: 10 });
    await ingest.batches.show(acme, id);
    expectNearly("ApiRole", needs);
    const called = new Set(needs.map(({ action }) => action));
    for (const action of ["dynamodb:DeleteItem", "dynamodb:DescribeTable", "iot:CreatePolicy"]) {
      expect(called).toContain(action);
    }
  });

  test("is all that the authorizer calls, and it calls all of it", async () => {
    await using world = await setup();
    const clients = createClients(world.target);
    const tokens = wireTokens({ ...world, ...world.names, actor: "operator:test" });
    const { text } = await tokens.create({ role: "operator", description: "test", days: 1 });
    const needs = observeNeeds(clients);
    const authenticate = wireAuthenticateToken({ ...clients, ...world.names, now: world.now });
    expect(await authenticate(text)).toMatchObject({ role: "operator" });
    expectExactly("AuthorizeRole", needs);
  });

  test.for(["MANUFACTURER#acme", "BATCH#one", "PROFILE#sensor", "CA#one", "ISSUER#one"])(
    "lets neither write %s, nor delete what a certificate's partition holds",
    (pk) => {
      for (const role of ["OnboardRole", "HealRole"]) {
        const on = { resource: "LedgerTable.Arn" };
        expect(isAllowed(resources[role], { ...on, action: "dynamodb:PutItem", pk })).toBe(false);
        expect(
          isAllowed(resources[role], { ...on, action: "dynamodb:DeleteItem", pk: "CERT#one" }),
        ).toBe(false);
        expect(
          isAllowed(resources[role], { ...on, action: "dynamodb:PutItem", pk: "CERT#one" }),
        ).toBe(true);
      }
    },
  );
});

const otherProfile = `
name: other
thing: { name: "other-\${cn}" }
policy: { publish: ["other/\${thingName}"] }
`;

async function actAsOperator(operator: OperatorUseCases, certificateId: string): Promise<void> {
  const { der } = await createCa({ name: "Other CA" });
  await operator.manufacturers.add("other", "Other");
  const ca = await operator.registerCa({ ca: der, mode: "SNI_ONLY", manufacturer: "other" });
  await operator.manufacturers.removeIssuer("other", ca.caCertificateId);
  await operator.manufacturers.list();
  await operator.listCas();
  await operator.readRegistrationCode();
  const toProfile = (topic: string) =>
    `name: grouped\nthing: { name: "\${cn}", type: gauge, groups: [one] }\npolicy: { attachTo: { group: one, greengrass: false }, publish: ["${topic}/\${thingName}"] }\n`;
  await operator.applyProfile(toProfile("a"));
  await operator.applyProfile(toProfile("b"));
  await operator.listProfiles();
  const signal = AbortSignal.timeout(20_000);
  for (const act of ["hold", "release", "revoke", "release"] as const) {
    await operator.changeStanding({ certificateId, act, reason: "test", signal });
  }
  await operator.listOut(10, signal);
  await operator.verifyAudit(`CERT#${certificateId}`);
}

/** All that is called is allowed, and all that is allowed on tables and in AWS IoT is called. */
function expectExactly(role: string, needs: readonly Need[]): void {
  expect(needs.filter((need) => !isAllowed(resources[role], need))).toEqual([]);
  expect(listUnused(resources[role], needs)).toEqual([]);
}

/** The same, but for what is called elsewhere. */
function expectNearly(role: keyof typeof calledElsewhere, needs: readonly Need[]): void {
  expect(needs.filter((need) => !isAllowed(resources[role], need))).toEqual([]);
  const elsewhere: ReadonlySet<string> = new Set([...saga, ...calledElsewhere[role]]);
  const unused = listUnused(resources[role], needs);
  expect(unused.filter((right) => !elsewhere.has(right))).toEqual([]);
  // What is allowed no more needs no reason.
  const allowed = listUnused(resources[role], []);
  expect(calledElsewhere[role].filter((right) => !allowed.includes(right))).toEqual([]);
}

/** Steps of the one saga of letting in and parking: onboarding, which has them all, is seen to call each. */
const saga = [
  "dynamodb:DeleteItem LedgerTable.Arn THING#*",
  "dynamodb:GetItem LedgerTable.Arn",
  "iot:DescribeThing",
  "iot:DetachPolicy",
  "iot:DetachThingPrincipal",
  "iot:RemoveThingFromThingGroup",
  "iot:UpdateThing",
] as const;

/** What the runs here do not come to, and the test that does. */
const calledElsewhere = {
  // test/faults/lanes.test.ts, test/deploy/events.test.ts
  HealRole: ["iot:RegisterCertificateWithoutCA"],
  IngestRole: ["dynamodb:PutItem LedgerTable.Arn LANE#*", "iot:RegisterCertificateWithoutCA"],
  ApiRole: [
    // test/api, each of whose clients is held to the role
    "dynamodb:Query ${LedgerTable.Arn}/index/batch",
    "dynamodb:UpdateItem LedgerTable.Arn BATCH#*",
    "iot:ListTagsForResource",
    "iot:TagResource",
  ],
} as const;

/** Attempts that die before ACTIVE, each under a profile that gives something else. */
async function diesUnderChangingProfiles(world: World) {
  const apply = (prefix: string, groups: string) =>
    world.operator.applyProfile(
      `name: changing\nthing: { name: "${prefix}\${cn}", groups: [${groups}] }\npolicy: { publish: ["${prefix}/${groups}"] }\n`,
    );
  const leaf = await world.device();
  await apply("a", "one");
  await world.operator.importCertificates({
    manufacturer: "acme",
    profile: "changing",
    files: [{ source: "leaf", bytes: leaf.der }],
  });
  const event = world.connect(leaf);
  const faults = { "UpdateCertificate#1": [{ kind: "error-before" as const }] };
  for (const [prefix, groups] of [
    ["b", "two"],
    ["b", "three"],
  ] as const) {
    const { onboardDevice } = world.onboarding({ calls: [], faults });
    await expect(onboardDevice(event, AbortSignal.timeout(20_000))).rejects.toThrow();
    world.advance(redeliveryMs);
    await apply(prefix, groups);
  }
  return { event };
}

async function setup() {
  const world: World = await createWorld();
  return {
    ...world,
    observed: () => {
      const clients = createClients(world.target);
      const needs = observeNeeds(clients);
      return {
        needs,
        ...wireOnboarding({ clients, ...world.names, actor: "test", now: world.now }),
      };
    },
    makeThing: (subject: string, attributes: Record<string, string>) =>
      world.clients.iot.send(
        new CreateThingCommand({
          thingName: subject.replace(/^CN=/, ""),
          attributePayload: { attributes },
        }),
      ),
    [Symbol.asyncDispose]: () => world.close(),
  };
}
