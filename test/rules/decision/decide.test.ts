import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Ca, createCa, issueLeaf, type Leaf } from "../../../src/local/sample-pki.ts";
import { type DecisionFacts, decide } from "../../../src/rules/decision/decide.ts";
import type { Batch } from "../../../src/rules/decision/ledger.ts";
import type { ReasonCode } from "../../../src/rules/decision/reason-codes.ts";
import { type AppliedProfile, parseProfile } from "../../../src/rules/profile/profile.ts";
import { createEntry } from "../../support/create-entry.ts";

const now = new Date("2026-06-01T00:00:00Z");
const ca = await createCa({ name: "Acme CA" });
const stranger = await createCa({ name: "Stranger" });
const leaf = await issueLeaf(ca, { subject: "CN=dev-1" });
const ofStranger = await issueLeaf(stranger, { subject: "CN=dev-1" });
const expired = await issueLeaf(ca, { subject: "CN=dev-1", notAfter: new Date("2026-01-01") });

interface Input {
  readonly facts: DecisionFacts;
  readonly profile: AppliedProfile | undefined;
}

const earlier: Batch = {
  id: "b-0",
  manufacturer: "acme",
  profile: "sensor",
  status: "completed",
  source: "push",
  entries: 1,
  createdAt: "2026-04-01T00:00:00.000Z",
};

/** A device that is let in. */
function setup(device: Leaf = leaf, issuer: Ca = ca): Input {
  const entry = createEntry({ deviceId: "d-1", attributes: { line: "L4" } });
  return {
    facts: {
      certificateId: device.certificateId,
      certificate: device.der,
      entries: [entry],
      entry,
      revocations: [],
      manufacturer: { id: "acme", name: "Acme", status: "active", issuers: [issuer.der] },
      batch: {
        id: "b-1",
        manufacturer: "acme",
        profile: "sensor",
        status: "completed",
        source: "import",
        entries: 1,
        createdAt: "2026-05-01T00:00:00.000Z",
      },
    },
    profile: applied({}),
  };
}

function applied(more: object, thing: object = {}): AppliedProfile {
  const profile = parseProfile({
    name: "sensor",
    thing: { name: "${cn}", attributes: { line: "${attributes.line}" }, ...thing },
    policy: { publish: ["a"] },
    ...more,
  });
  return { ...profile, version: 3, policyName: "muster-dev-sensor-v3-0a0b0c0d" };
}

const run = ({ facts, profile }: Input) => decide(facts, profile, now);
const codesOf = (input: Input) => run(input).findings.map(({ code }) => code);
const withFacts = (more: Partial<DecisionFacts>) => (input: Input) => ({
  ...input,
  facts: { ...input.facts, ...more },
});
const without =
  (...keys: readonly (keyof DecisionFacts)[]) =>
  (input: Input): Input => {
    const rest = Object.entries(input.facts).filter(([key]) => !keys.some((each) => each === key));
    return { ...input, facts: Object.fromEntries(rest) as unknown as DecisionFacts };
  };

const word = { reason: "stolen", by: "operator:eve", at: "2026-05-02T00:00:00.000Z" };
const revocation = { manufacturer: "acme", ...word };
const hold = { source: "operator", ...word } as const;

interface Defect {
  readonly code: ReasonCode;
  readonly detail: string;
  readonly plant: (input: Input) => Input;
}

/** Each can be planted whatever others are. */
const defects: readonly Defect[] = [
  {
    code: "HELD",
    detail: "operator:eve on 2026-05-02T00:00:00.000Z: stolen",
    plant: withFacts({ hold }),
  },
  {
    code: "ENTRY_REVOKED",
    detail: "operator:eve on 2026-05-02T00:00:00.000Z: stolen",
    plant: withFacts({ revocations: [revocation] }),
  },
  {
    code: "LEDGER_DISPUTED",
    detail: "2 manufacturers claim it.",
    plant: withFacts({ entries: [createEntry(), createEntry({ manufacturer: "other" })] }),
  },
  {
    code: "BATCH_RECALLED",
    detail: "Batch b-1 was recalled.",
    plant: (input) =>
      input.facts.batch === undefined
        ? input
        : withFacts({ batch: { ...input.facts.batch, status: "recalled" } })(input),
  },
  {
    code: "MANUFACTURER_SUSPENDED",
    detail: '"acme" is suspended.',
    plant: (input) =>
      input.facts.manufacturer === undefined
        ? input
        : withFacts({ manufacturer: { ...input.facts.manufacturer, status: "suspended" } })(input),
  },
  {
    code: "CERTIFICATE_EXPIRED",
    detail: "It was valid until 2026-01-01T00:00:00.000Z; now is 2026-06-01T00:00:00.000Z.",
    plant: withFacts({ certificate: expired.der, certificateId: expired.certificateId }),
  },
  {
    code: "SUBJECT_MISMATCH",
    detail: 'CN is "dev-1"; the profile asks for "gw-*".',
    plant: (input) =>
      withProfile(input, { certificate: { ...rules(input), subject: { CN: "gw-*" } } }),
  },
  {
    code: "KEY_NOT_ALLOWED",
    detail: "Its key is EC on P-256; allowed are rsa-2048.",
    plant: (input) => withProfile(input, { certificate: { ...rules(input), keys: ["rsa-2048"] } }),
  },
  {
    code: "THING_NAME_INVALID",
    detail: 'Template "${attributes.nope}": ${attributes.nope} has no value.',
    plant: (input) => withThing(input, { name: "${attributes.nope}" }),
  },
  {
    code: "THING_ATTRIBUTE_INVALID",
    detail: "line: ${attributes.nope} has no value.",
    plant: (input) => withThing(input, { attributes: { line: "${attributes.nope}" } }),
  },
];

/** Each hides what others look into. */
const missing: readonly Defect[] = [
  {
    code: "NOT_IN_LEDGER",
    detail: "The ledger holds no entry for it.",
    plant: (input) => withFacts({ entries: [] })(without("entry")(input)),
  },
  {
    code: "BATCH_MISSING",
    detail: 'There is no batch "b-1".',
    plant: without("batch"),
  },
  {
    code: "MANUFACTURER_MISSING",
    detail: 'There is no manufacturer "acme".',
    plant: without("manufacturer"),
  },
  {
    code: "PROFILE_MISSING",
    detail: 'There is no profile "sensor".',
    plant: (input) => ({ ...input, profile: undefined }),
  },
  {
    code: "PROFILE_NOT_ALLOWED",
    detail: '"sensor" is not for "acme".',
    plant: (input) => ({ ...input, profile: applied({ manufacturers: ["rival"] }) }),
  },
  {
    code: "ISSUER_NOT_TRUSTED",
    detail: "There is no trusted issuer.",
    plant: (input) =>
      input.facts.manufacturer === undefined
        ? input
        : withFacts({ manufacturer: { ...input.facts.manufacturer, issuers: [] } })(input),
  },
  {
    code: "NOT_IN_LEDGER",
    detail: "The facts are incomplete.",
    plant: without("certificate"),
  },
];

describe("decide", () => {
  test("admits with all that is to be made, and no finding", () => {
    const input = setup();
    const groups = ["sensors", "all"];
    const decision = run({ ...input, profile: applied({}, { type: "Sensor", groups }) });
    expect(decision).toMatchObject({ outcome: "admit", certificate: { subject: "CN=dev-1" } });
    expect(decision.findings).toEqual([]);
    expect(decision.outcome === "admit" && decision.admission).toEqual({
      thingName: "dev-1",
      thingType: "Sensor",
      attributes: { line: "L4", certificateId: leaf.certificateId },
      groups,
      policyName: "muster-dev-sensor-v3-0a0b0c0d",
      policyByGroup: false,
      publicKeySha256: decision.certificate?.publicKeySha256,
      manufacturer: "acme",
      batch: "b-1",
      profile: "sensor",
      profileVersion: 3,
    });
  });

  test("admits without a thing type, and with the policy by a group", () => {
    const attachTo = { group: "g", greengrass: false };
    const profile = applied({ policy: { publish: ["a"], attachTo } }, { groups: ["g"] });
    const decision = run({ ...setup(), profile });
    expect(decision).toMatchObject({ outcome: "admit", admission: { policyByGroup: true } });
    expect(decision.outcome === "admit" && decision.admission).not.toHaveProperty("thingType");
  });

  test("admits over the CAs that came with the entry", async () => {
    const sub = await createCa({ name: "Line CA", issuer: ca });
    const device = await issueLeaf(sub, { subject: "CN=dev-1" });
    const input = setup(device);
    expect(codesOf(input)).toEqual(["ISSUER_NOT_TRUSTED"]);
    const entry = createEntry({ attributes: { line: "L4" }, chain: [sub.der] });
    expect(run(withFacts({ entry })(input)).outcome).toBe("admit");
  });

  test("takes several entries of one manufacturer for no dispute", () => {
    const entries = [createEntry(), createEntry({ batch: "b-0" })];
    expect(run(withFacts({ entries, otherBatches: [earlier] })(setup())).outcome).toBe("admit");
  });

  test("looks at every batch in which the manufacturer has named it, each once", () => {
    const entries = ["b-1", "b-0", "b-2", "b-0"].map((batch) => createEntry({ batch }));
    const otherBatches = [{ ...earlier, status: "recalled" as const }];
    expect(run(withFacts({ entries, otherBatches })(setup())).findings).toEqual([
      { code: "BATCH_RECALLED", detail: "Batch b-0 was recalled." },
      { code: "BATCH_MISSING", detail: 'There is no batch "b-2".' },
    ]);
  });

  test("leaves batches of whoever else claims it out of it", () => {
    const entries = [createEntry(), createEntry({ batch: "b-0", manufacturer: "other" })];
    const otherBatches = [{ ...earlier, status: "recalled" as const }];
    expect(codesOf(withFacts({ entries, otherBatches })(setup()))).toEqual(["LEDGER_DISPUTED"]);
  });

  test.for([...defects, ...missing])("finds $code alone: $detail", ({ code, detail, plant }) => {
    const decision = run(plant(setup()));
    expect(decision.outcome).not.toBe("admit");
    expect(decision.findings).toEqual([{ code, detail }]);
  });

  test("names the certificate in a refusal where it can be read", () => {
    expect(run(withFacts({ hold })(setup())).certificate?.subject).toBe("CN=dev-1");
    expect(run(without("certificate")(setup()))).not.toHaveProperty("certificate");
  });

  test("tells each revocation", () => {
    const revocations = [revocation, { ...revocation, reason: "again" }];
    expect(codesOf(withFacts({ revocations })(setup()))).toEqual([
      "ENTRY_REVOKED",
      "ENTRY_REVOKED",
    ]);
  });

  test("looks at holds and revocations without an entry too", () => {
    const input = without("entry")(withFacts({ hold, revocations: [revocation] })(setup()));
    expect(codesOf(input)).toEqual(["HELD", "ENTRY_REVOKED", "NOT_IN_LEDGER"]);
  });

  test("judges a certificate by AWS's rules where the profile is missing", () => {
    const input = { ...setup(expired), profile: undefined };
    expect(codesOf(input)).toEqual(["PROFILE_MISSING", "CERTIFICATE_EXPIRED"]);
  });

  test("refuses another CA's certificate and one that is none", () => {
    expect(codesOf(setup(ofStranger))).toEqual(["ISSUER_NOT_TRUSTED"]);
    const junk = withFacts({ certificate: Uint8Array.of(1, 2, 3) })(setup());
    expect(codesOf(junk)).toEqual(["CERTIFICATE_UNREADABLE"]);
  });

  test("quotes an attribute that AWS IoT would refuse, cut at 160 characters", () => {
    const entry = createEntry({ attributes: { line: "!".repeat(161) } });
    expect(run(withFacts({ entry })(setup())).findings).toEqual([
      {
        code: "THING_ATTRIBUTE_INVALID",
        detail: `line: "${"!".repeat(160)}" is not up to 800 letters, digits and _ . , @ / : # = [ ] -.`,
      },
    ]);
  });

  test("takes an attribute of 800 characters and no more", () => {
    const line = (length: number) =>
      withFacts({ entry: createEntry({ attributes: { line: "a".repeat(length) } }) })(setup());
    expect(run(line(800)).outcome).toBe("admit");
    expect(codesOf(line(801))).toEqual(["THING_ATTRIBUTE_INVALID"]);
  });

  test("finds every defect of several", () => {
    fc.assert(
      fc.property(fc.shuffledSubarray([...defects], { minLength: 1 }), (planted) => {
        const found = codesOf(planted.reduce((input, { plant }) => plant(input), setup()));
        expect(found.toSorted()).toEqual(planted.map(({ code }) => code).toSorted());
      }),
      { numRuns: 60 },
    );
  });

  test("admits nothing that lacks anything, whatever else is or is not wrong", () => {
    const some = fc.tuple(
      fc.constantFrom(...missing),
      fc.shuffledSubarray([...defects, ...missing]),
    );
    fc.assert(
      fc.property(some, ([lack, others]) => {
        const decision = run([...others, lack].reduce((input, { plant }) => plant(input), setup()));
        expect(decision.outcome).not.toBe("admit");
        expect(decision.findings.length).toBeGreaterThan(0);
        expect(decision).not.toHaveProperty("admission");
      }),
      { numRuns: 60 },
    );
  });
});

function rules({ profile }: Input) {
  return profile?.certificate ?? {};
}

function withProfile(input: Input, more: object): Input {
  return { ...input, profile: input.profile && { ...input.profile, ...more } };
}

function withThing(input: Input, more: object): Input {
  const { profile } = input;
  return { ...input, profile: profile && { ...profile, thing: { ...profile.thing, ...more } } };
}
