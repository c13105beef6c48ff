import { PutItemCommand } from "@aws-sdk/client-dynamodb";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { auditShape } from "../../src/aws/dynamodb/audit-store.ts";
import { toEntryItem } from "../../src/aws/dynamodb/entry-item.ts";
import { idHoldersShape } from "../../src/aws/dynamodb/id-holder-store.ts";
import { type Item, parseItem, type Shape, toItem } from "../../src/aws/dynamodb/item.ts";
import {
  anyStateShape,
  entryShape,
  holdShape,
  revocationShape,
  stateShapes,
} from "../../src/aws/dynamodb/stored-shapes.ts";
import { tokenSecretShape } from "../../src/aws/dynamodb/token-secret-store.ts";
import { tokenStateShape } from "../../src/aws/dynamodb/token-store.ts";
import { appendRecord, emptyChain } from "../../src/rules/audit/audit-record.ts";
import { MusterError } from "../../src/rules/errors.ts";
import { parseProfile } from "../../src/rules/profile/profile.ts";
import { createEntry } from "../support/create-entry.ts";
import { createState } from "../support/memory-records.ts";
import { leastProfile } from "../support/profile-documents.ts";
import { createWorld } from "../support/world.ts";

const at = "2026-05-01T00:00:00.000Z";
const der = new Uint8Array([48, 3, 2, 1, 0]);
const word = { reason: "returned", by: "operator:ann", at };
const envelope = { revision: 3, auditSequence: 2, auditHash: "ab".repeat(32) };
const certificateState = createState({
  parkedAt: at,
  thingName: "dev-1",
  groups: ["sensors"],
  former: [{ thingName: "dev-0", policyName: "p" }, {}],
  profileVersion: 2,
});
const record = appendRecord("CERT#ab", emptyChain, {
  action: "admitted",
  actor: "muster:onboard",
  at,
  evidence: { thing: "dev-1", path: [1, null, true], codes: { A: 0.5 } },
});
const manufacturer = { id: "acme", name: "Acme", status: "active", issuers: [der], signers: [der] };
const batch = {
  id: "b-1",
  manufacturer: "acme",
  profile: "sensor",
  status: "completed",
  source: "devices.pem",
  entries: 2,
  createdAt: at,
};
const certificateAuthority = {
  caCertificateId: "cd".repeat(32),
  subject: "CN=Acme",
  mode: "SNI_ONLY",
  manufacturer: "acme",
  notAfter: at,
};
const tokenSecret = {
  id: "ab".repeat(16),
  role: "manufacturer",
  manufacturer: "acme",
  expiresAt: at,
  hash: "cd".repeat(32),
};
const { hash: _, ...rights } = tokenSecret;
const token = {
  ...rights,
  description: "Ann",
  createdAt: at,
  createdBy: "operator:ann",
  revokedAt: at,
  revokedBy: "operator:eve",
};
const profile = {
  ...parseProfile({
    ...leastProfile,
    certificate: { keys: ["ec-p256"], subject: { O: "Acme" } },
    thing: { name: "${cn}", type: "sensor", groups: ["sensors"], attributes: { site: "x" } },
    policy: { ...leastProfile.policy, attachTo: { group: "sensors", greengrass: false } },
  }),
  version: 1,
  policyName: "muster-sensor",
};
const entry = createEntry({
  deviceId: "d-1",
  attributes: { site: "x" },
  certificate: der,
  chain: [der, der],
});

interface Kind {
  readonly kind: string;
  readonly shape: Shape<object>;
  readonly content: Readonly<Record<string, unknown>>;
}

const kinds: readonly Kind[] = [
  { kind: "an entry", shape: entryShape, content: { ...entry } },
  {
    kind: "who has an id",
    shape: idHoldersShape,
    content: { holders: new Set([`${at} b-1 ${"ab".repeat(32)}`]) },
  },
  { kind: "a hold", shape: holdShape, content: { source: "operator", ...word } },
  { kind: "a revocation", shape: revocationShape, content: { manufacturer: "acme", ...word } },
  state("certificate", stateShapes.CERT, certificateState),
  state("manufacturer", stateShapes.MANUFACTURER, manufacturer),
  state("batch", stateShapes.BATCH, batch),
  state("profile", stateShapes.PROFILE, profile),
  state("CA", stateShapes.CA, certificateAuthority),
  state("subject of any kind", anyStateShape, {}),
  state("token", tokenStateShape, token),
  { kind: "a token's secret", shape: tokenSecretShape, content: { ...tokenSecret } },
  { kind: "an audit record", shape: auditShape, content: { record } },
];

function state(kind: string, shape: Shape<object>, data: object): Kind {
  return { kind: `the state of a ${kind}`, shape, content: { ...envelope, data } };
}

/** Every field of an item, those of its data and record too, with the item as it is without it. */
const fields = kinds.flatMap(({ kind, shape, content }) =>
  Object.entries(content).flatMap(([field, value]) => {
    const inner = field === "data" || field === "record" ? Object.entries(Object(value)) : [];
    return [
      { kind, shape, field, damage: (by: unknown) => ({ ...content, [field]: by }) },
      ...inner.map(([name]) => ({
        kind,
        shape,
        field: `${field}.${name}`,
        damage: (by: unknown) => ({ ...content, [field]: { ...Object(value), [name]: by } }),
      })),
    ];
  }),
);

/** Of no field's type: neither text, number nor set of fields, and no list of the right ones. */
const wrongForAll = [{ marker: "s3cret", thingName: 1 }];

const key = { pk: "CERT#ab", sk: "STATE" };
const store = (content: object) => toItem(key.pk, key.sk, content);

function refusalOf(item: Item, shape: Shape<object>): MusterError {
  try {
    parseItem(item, shape);
  } catch (error) {
    if (error instanceof MusterError) return error;
    throw error;
  }
  throw new Error("The item was read.");
}

describe("a stored item", () => {
  test.for(kinds)("that is $kind comes back as it was given", ({ shape, content }) => {
    expect(parseItem(store(content), shape)).toStrictEqual(content);
  });

  test.for(kinds)("that is $kind of another schema is refused", ({ shape, content }) => {
    for (const schema of [2, "1", undefined]) {
      const { code, details } = refusalOf(store({ ...content, schema }), shape);
      expect(code).toBe("STORED_ITEM_UNREADABLE");
      expect(details).toEqual({ ...key, fields: ["schema"] });
    }
  });

  test.for(fields)("that is $kind is refused for its $field, unquoted", (each) => {
    const damaged = each.damage(wrongForAll);
    const { code, message, details, cause } = refusalOf(store(damaged), each.shape);
    expect(code).toBe("STORED_ITEM_UNREADABLE");
    expect(details).toMatchObject(key);
    expect(details["fields"]).toContainEqual(expect.stringMatching(`^${each.field}`));
    expect(`${message} ${JSON.stringify(details)}`).not.toContain("s3cret");
    expect(cause).toBeUndefined();
  });

  test.for([
    ["revision", undefined],
    ["revision", 0],
    ["revision", 1.5],
    ["revision", "NaN"],
    ["auditSequence", undefined],
    ["auditSequence", -1],
    ["auditHash", undefined],
    ["auditHash", ""],
    ["data", "admitted"],
    ["data", null],
    ["data", []],
  ] as const)("that is a state is refused, not taken for none, when %s is %j", ([field, value]) => {
    const damaged = store({ ...envelope, data: certificateState, [field]: value });
    for (const shape of [stateShapes.CERT, anyStateShape])
      expect(refusalOf(damaged, shape).details["fields"]).toEqual([field]);
  });

  test("that is a state needs data, but where a hold can come first", () => {
    const { details } = refusalOf(store(envelope), stateShapes.MANUFACTURER);
    expect(details["fields"]).toEqual(["data"]);
    expect(parseItem(store(envelope), stateShapes.CERT)).toStrictEqual(envelope);
  });

  test("with a number that JavaScript cannot hold is refused", () => {
    const item = { ...store({ ...envelope, data: certificateState }), revision: { N: "1e400" } };
    expect(refusalOf(item, stateShapes.CERT).code).toBe("STORED_ITEM_UNREADABLE");
  });

  test("keeps a newer version's fields in what is written back", () => {
    const newer = { ...certificateState, former: [{ later: 1 }], later: { a: [1] } };
    const content = { ...envelope, data: newer };
    expect(parseItem(store(content), stateShapes.CERT)).toStrictEqual(content);
  });

  test("that is an audit record shows what was put into it", () => {
    const content = { record: { ...record, added: "x" } };
    expect(parseItem(store(content), auditShape)).toStrictEqual(content);
  });

  test("that is an entry comes back without the keys of its index, whatever it holds", () => {
    const bytes = fc.uint8Array({ maxLength: 64 });
    const attributes = fc.dictionary(
      fc.string().filter((name) => name !== "__proto__"),
      fc.string(),
      { noNullPrototype: true },
    );
    fc.assert(
      fc.property(attributes, bytes, fc.array(bytes), (named, certificate, chain) => {
        const given = createEntry({ attributes: named, certificate, chain });
        const item = toEntryItem({ certificateId: "ab" }, given);
        expect(parseItem(item, entryShape)).toStrictEqual(given);
      }),
      { numRuns: 50 },
    );
  });
});

describe("a certificate whose stored state is damaged", () => {
  test("is not let in, and what is stored stays as it is", async () => {
    const world = await createWorld();
    try {
      const leaf = await world.device();
      await world.land(leaf);
      const damaged = toItem(`CERT#${leaf.certificateId}`, "STATE", { ...envelope, data: "none" });
      const put = new PutItemCommand({ TableName: "ledger", Item: damaged });
      await world.clients.dynamodb.send(put);
      const event = world.connect(leaf);
      const refused = { code: "STORED_ITEM_UNREADABLE" };
      const onboarded = world.onboarding().onboardDevice(event, AbortSignal.timeout(20_000));
      await expect(onboarded).rejects.toMatchObject(refused);
      await expect(world.operator.readRecord(leaf.certificateId)).rejects.toMatchObject(refused);
      const { status } = world.iotCore.registry.findCertificate(leaf.certificateId) ?? {};
      expect(status).toBe("PENDING_ACTIVATION");
    } finally {
      await world.close();
    }
  });
});
