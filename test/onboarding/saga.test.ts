import { describe, expect, test } from "vitest";
import { createCa, issueLeaf } from "../../src/local/sample-pki.ts";
import type {
  CertificateChange,
  CertificateRecord,
  CertificateState,
  ChangeResult,
} from "../../src/onboarding/certificate-state.ts";
import type { IotCertificate, IotControl } from "../../src/onboarding/iot-control.ts";
import { createSettleCertificate } from "../../src/onboarding/settle-certificate.ts";
import type { SettleRequest } from "../../src/onboarding/settlement.ts";
import { defaultTiming } from "../../src/onboarding/timing.ts";
import { emptyChain } from "../../src/rules/audit/audit-record.ts";
import type { LedgerEntry } from "../../src/rules/decision/ledger.ts";
import type { AppliedProfile } from "../../src/rules/profile/profile.ts";
import { createRecord, createState } from "../support/memory-records.ts";

/**
 * Every word that a settlement writes, and every call it makes, one answer of AWS IoT or the database
 * at a time. That it holds against the real ones, whatever dies, is for test/faults.
 */
const ca = await createCa({ name: "Acme CA" });
const leaf = await issueLeaf(ca, { subject: "CN=lamp,O=Acme", serial: "0abc" });
const { certificateId } = leaf;
const other = await issueLeaf(ca, { subject: "CN=other" });
const at = "2026-05-01T12:00:00.000Z";
const caCertificateId = ca.certificateId;
const arn = `arn:aws:iot:eu-west-1:123456789012:cert/${certificateId}`;

const profile: AppliedProfile = {
  name: "sensor",
  description: "",
  registration: "jitr",
  version: 3,
  policyName: "sensor-v3",
  certificate: { subject: {}, requireClientAuth: false },
  thing: { name: "${cn}", groups: ["g1", "g2"], type: "lamp-type", attributes: { model: "${cn}" } },
  policy: { attachTo: "certificate", publish: ["dt/${thingName}"], subscribe: [] },
};

const entry = {
  manufacturer: "acme",
  batch: "b-1",
  profile: "sensor",
  matchedBy: "certificate" as const,
  attributes: {},
  certificate: leaf.der,
  chain: [],
  importedAt: at,
};

const pending: IotCertificate = {
  status: "PENDING_ACTIVATION",
  certificate: leaf.der,
  certificateArn: arn,
  caCertificateId,
};

interface Given {
  readonly record?: Partial<CertificateRecord>;
  /** What DescribeCertificate answers, one after the other; the last one stays. */
  readonly described?: readonly (IotCertificate | undefined)[];
  readonly iot?: Partial<IotControl>;
  /** What the database answers to changes, one after the other; then all are written. */
  readonly results?: readonly ChangeResult[];
  readonly profile?: Partial<AppliedProfile>;
  /** Records of the later reads, one after the other. */
  readonly later?: readonly Partial<CertificateRecord>[];
  readonly others?: Readonly<Record<string, CertificateState>>;
  readonly request?: Partial<SettleRequest>;
  /** How long an attempt may really take, in milliseconds. */
  readonly attemptMs?: number;
  /** Milliseconds that pass when a thing is made. */
  readonly slow?: number;
  /** Entries that name the device by its key, or by issuer and serial. */
  readonly byIdentity?: readonly LedgerEntry[];
}

async function settle(given: Given = {}) {
  const calls: unknown[][] = [];
  const changes: CertificateChange[] = [];
  const described = [...(given.described ?? [pending])];
  const note =
    <T>(name: string, answer: T) =>
    async (...words: unknown[]): Promise<T> => {
      calls.push([name, ...words.filter((word) => !(word instanceof AbortSignal))]);
      return answer;
    };
  const answers: Omit<IotControl, "describeCertificate"> = {
    registerCertificate: note("registerCertificate", { certificateArn: arn }),
    createThing: note("createThing", "done" as const),
    describeThing: note("describeThing", undefined),
    updateThing: note("updateThing", "done" as const),
    attachThingPrincipal: note("attachThingPrincipal", undefined),
    attachPolicy: note("attachPolicy", "done" as const),
    detachPolicy: note("detachPolicy", undefined),
    detachThingPrincipal: note("detachThingPrincipal", undefined),
    removeThingFromThingGroup: note("removeThingFromThingGroup", undefined),
    addThingToThingGroup: note("addThingToThingGroup", "done" as const),
    updateCertificate: note("updateCertificate", "done" as const),
  };
  const iot: IotControl = {
    ...answers,
    describeCertificate: async (id) => {
      calls.push(["describeCertificate", id]);
      return described.length > 1 ? described.shift() : described[0];
    },
    ...Object.fromEntries(
      Object.entries(given.iot ?? {}).map(([name, call]) => [
        name,
        async (...words: never[]) => {
          await note(name, undefined)(...words);
          return (call as (...all: never[]) => unknown)(...words);
        },
      ]),
    ),
  };
  const results = [...(given.results ?? [])];
  let revision = 7;
  const first = createRecord({ certificateId, entries: [entry], revision, ...given.record });
  const later = [...(given.later ?? [])];
  let current = first;
  let nowMs = Date.parse(at);
  const { createThing } = iot;
  const slowIot: IotControl = {
    ...iot,
    createThing: async (...words) => {
      nowMs += given.slow ?? 0;
      return createThing(...words);
    },
  };
  const settleCertificate = createSettleCertificate({
    iot: slowIot,
    yieldingIot: slowIot,
    isOwnCa: async (id) => id === caCertificateId,
    now: () => new Date(nowMs),
    timing: { ...defaultTiming, ...(given.attemptMs && { attemptMs: given.attemptMs }) },
    actor: "muster:test",
    readRecord: async (id) => {
      const state = given.others?.[id];
      if (state) return createRecord({ certificateId: id, state });
      const next = later.shift();
      if (next) current = { ...current, ...next };
      return current;
    },
    changeCertificate: async (change) => {
      changes.push(change);
      const result = results.shift();
      if (result) return result;
      revision += 1;
      current = { ...current, revision, ...(change.state && { state: change.state }) };
      return { result: "written", revision, chain: { sequence: revision, hash: "h" } };
    },
    readEntriesByIdentity: async () => ({ entries: given.byIdentity ?? [], revocations: [] }),
    readBackground: async () => ({
      manufacturer: { id: "acme", name: "Acme", status: "active", issuers: [ca.der] },
      batch: {
        id: "b-1",
        manufacturer: "acme",
        profile: "sensor",
        status: "completed",
        source: "import",
        entries: 1,
        createdAt: at,
      },
      profile: { ...profile, ...given.profile },
    }),
  });
  const settlement = await settleCertificate({
    certificateId,
    caCertificateId,
    signal: AbortSignal.timeout(5_000),
    record: first,
    ...given.request,
  }).catch((error: unknown) => error);
  return { settlement, calls, changes, names: calls.map(([name]) => name) };
}

const claimed = {
  findings: [],
  caCertificateId,
  thingName: "lamp",
  groups: ["g1", "g2"],
  policyName: "sensor-v3",
  publicKeySha256: expect.stringMatching(/^[0-9a-f]{64}$/),
  manufacturer: "acme",
  batch: "b-1",
  profile: "sensor",
  profileVersion: 3,
  attempt: 1,
  since: at,
};
const thing = {
  thingName: "lamp",
  thingType: "lamp-type",
  attributes: { model: "lamp", certificateId },
};
const evidence = {
  subject: "CN=lamp, O=Acme",
  issuer: "CN=Acme CA",
  serial: "0abc",
  notAfter: "2049-12-31T23:59:59.000Z",
};

describe("admitting", () => {
  test("makes these calls and writes this", async () => {
    const { settlement, calls, changes } = await settle();
    expect(settlement).toEqual({
      status: "admitted",
      findings: [],
      thingName: "lamp",
      changed: true,
    });
    expect(calls).toEqual([
      ["describeCertificate", certificateId],
      ["createThing", thing],
      ["attachPolicy", "sensor-v3", arn],
      ["attachThingPrincipal", "lamp", arn],
      ["addThingToThingGroup", "lamp", "g1"],
      ["addThingToThingGroup", "lamp", "g2"],
      ["updateCertificate", certificateId, "ACTIVE"],
    ]);
    expect(changes).toEqual([
      {
        certificateId,
        expected: createRecord({ certificateId, entries: [entry], revision: 7 }),
        state: { ...claimed, status: "onboarding" },
        reserve: { thingName: "lamp", publicKeySha256: claimed.publicKeySha256, from: [] },
      },
      {
        certificateId,
        expected: expect.objectContaining({ revision: 8, chain: { sequence: 8, hash: "h" } }),
        state: { ...claimed, status: "admitted" },
        audit: {
          action: "admitted",
          actor: "muster:test",
          at,
          evidence: {
            ...evidence,
            thingName: "lamp",
            policyName: "sensor-v3",
            groups: ["g1", "g2"],
            manufacturer: "acme",
            batch: "b-1",
            profile: "sensor",
            profileVersion: 3,
            attempt: 1,
            iotStatusBefore: "PENDING_ACTIVATION",
            caCertificateId,
          },
        },
      },
    ]);
  });

  test("leaves the policy to the group where the profile says so", async () => {
    const attachTo = { group: "g1", greengrass: false as const };
    const { names, changes } = await settle({
      profile: { policy: { ...profile.policy, attachTo } },
    });
    expect(names).not.toContain("attachPolicy");
    expect(changes[0]?.state).not.toHaveProperty("policyName");
  });

  test("brings a thing of its own up to date", async () => {
    const { calls, settlement } = await settle({
      iot: {
        createThing: async () => "conflict",
        describeThing: async () => ({ certificateId, old: "1" }),
      },
    });
    expect(settlement).toMatchObject({ status: "admitted" });
    expect(calls).toContainEqual(["updateThing", thing]);
  });

  test("makes a thing that went away between two calls", async () => {
    const answers = ["conflict", "done"] as const;
    let asked = 0;
    const { names, settlement } = await settle({
      iot: { createThing: async () => answers[asked++] ?? "done" },
    });
    expect(settlement).toMatchObject({ status: "admitted" });
    expect(names.filter((name) => name === "createThing")).toHaveLength(2);
  });

  test("takes what an ACTIVE left by a dead attempt as its own", async () => {
    const state = createState({ status: "onboarding", attempt: 4, findings: [] });
    const { settlement, changes } = await settle({
      record: { state },
      described: [{ ...pending, status: "ACTIVE" }],
    });
    expect(settlement).toMatchObject({ status: "admitted" });
    expect(changes[0]?.state).toMatchObject({ attempt: 5 });
  });

  test.for([
    { lastModified: "2026-05-01T11:00:05.000Z", admitted: true },
    { lastModified: "2026-05-01T11:00:05.001Z", admitted: false },
  ])("an INACTIVE of $lastModified, parked at 11:00: admitted $admitted", async (given) => {
    const state = createState({ parkedAt: "2026-05-01T11:00:00.000Z" });
    const lastModifiedAt = new Date(given.lastModified);
    const inactive = { ...pending, status: "INACTIVE", lastModifiedAt } as const;
    const { settlement } = await settle({ record: { state }, described: [inactive] });
    expect(settlement).toMatchObject({ status: given.admitted ? "admitted" : "quarantined" });
  });

  test.for([
    { lastModified: "2026-05-01T11:00:45.000Z", admitted: true },
    { lastModified: "2026-05-01T11:00:45.001Z", admitted: false },
  ])(
    "an INACTIVE of $lastModified, left by a park since 11:00: admitted $admitted",
    async (given) => {
      const state = createState({ status: "parking", since: "2026-05-01T11:00:00.000Z" });
      const lastModifiedAt = new Date(given.lastModified);
      const inactive = { ...pending, status: "INACTIVE", lastModifiedAt } as const;
      const { settlement, changes } = await settle({ record: { state }, described: [inactive] });
      expect(changes[0]?.state).toMatchObject({
        parkedAt: "2026-05-01T11:00:40.000Z",
        findings: [],
      });
      expect(settlement).toMatchObject({ status: given.admitted ? "admitted" : "quarantined" });
    },
  );

  test("takes away what earlier claims gave", async () => {
    const state = createState({
      thingName: "old",
      policyName: "old-policy",
      groups: ["g0"],
      former: [{ thingName: "lamp", policyName: "sensor-v3", groups: ["g1", "g9"] }],
    });
    const { calls, changes } = await settle({ record: { state } });
    expect(changes[0]).toMatchObject({ releaseThingName: "old" });
    expect(changes[0]?.state?.former).toEqual([
      { thingName: "lamp", policyName: "sensor-v3", groups: ["g1", "g9"] },
      { thingName: "old", policyName: "old-policy", groups: ["g0"] },
    ]);
    expect(calls.filter(([name]) => /^(detach|remove)/.test(String(name)))).toEqual([
      ["removeThingFromThingGroup", "lamp", "g9"],
      ["detachThingPrincipal", "old", arn],
      ["detachPolicy", "old-policy", arn],
    ]);
    expect(changes[1]?.state).not.toHaveProperty("former");
  });

  test.for([
    {
      name: "the same",
      was: { thingName: "lamp", policyName: "sensor-v3", groups: ["g1"] },
      former: 0,
    },
    {
      name: "another name",
      was: { thingName: "x", policyName: "sensor-v3", groups: [] },
      former: 1,
    },
    { name: "another policy", was: { thingName: "lamp", policyName: "x" }, former: 1 },
    { name: "no policy", was: { thingName: "lamp", groups: ["g1"] }, former: 1 },
    {
      name: "another group",
      was: { thingName: "lamp", policyName: "sensor-v3", groups: ["x"] },
      former: 1,
    },
  ])("remembers what it had when that was $name: $former", async ({ was, former }) => {
    const { changes } = await settle({ record: { state: createState(was) } });
    expect(changes[0]?.state?.former ?? []).toHaveLength(former);
  });
});

describe("an attempt that takes its time", () => {
  test.for([
    [1_000, 1],
    [1_001, 2],
  ] as const)("of %d ms asks AWS IoT %d times before it activates", async ([slow, times]) => {
    const { settlement, names } = await settle({ slow });
    expect(settlement).toMatchObject({ status: "admitted" });
    expect(names.filter((name) => name === "describeCertificate")).toHaveLength(times);
  });

  test.for([
    [30_000, "admitted"],
    [30_001, "DEADLINE_EXCEEDED"],
  ] as const)("of %d ms ends as %s", async ([slow, end]) => {
    const { settlement, calls } = await settle({ slow });
    expect(settlement).toMatchObject(end === "admitted" ? { status: end } : { code: end });
    const activated = calls.some(([name]) => name === "updateCertificate");
    expect(activated).toBe(end === "admitted");
  });

  const untilAborted = (_: string, signal: AbortSignal) =>
    new Promise<never>((_resolve, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason));
    });

  test("is cut off in the middle of a call", async () => {
    const { settlement } = await settle({
      attemptMs: 20,
      iot: { describeCertificate: untilAborted },
    });
    expect(settlement).toMatchObject({
      code: "DEADLINE_EXCEEDED",
      cause: { name: "TimeoutError" },
    });
  });

  test("ends when its caller's time does, and with what that says", async () => {
    const { settlement } = await settle({
      request: { signal: AbortSignal.timeout(20) },
      iot: { describeCertificate: untilAborted },
    });
    expect(settlement).toMatchObject({ name: "TimeoutError" });
    expect(settlement).not.toHaveProperty("code", "DEADLINE_EXCEEDED");
  });

  test("passes on what AWS throws", async () => {
    const failure = new TypeError("x");
    const { settlement } = await settle({
      iot: { describeCertificate: () => Promise.reject(failure) },
    });
    expect(settlement).toBe(failure);
  });

  test("sees what was deactivated meanwhile", async () => {
    const { settlement, names } = await settle({
      slow: 2_000,
      described: [pending, { ...pending, status: "INACTIVE" }],
    });
    expect(settlement).toMatchObject({ status: "quarantined", findings: [{ code: "HELD" }] });
    expect(names).not.toContain("updateCertificate");
  });
});

describe("an entry that names the device otherwise", () => {
  const { certificate: _, ...nameless } = entry;

  test("is found with the certificate that AWS IoT holds", async () => {
    const { settlement, names } = await settle({ record: { entries: [] }, byIdentity: [nameless] });
    expect(settlement).toMatchObject({ status: "admitted", thingName: "lamp" });
    expect(names.filter((name) => name === "describeCertificate")).toHaveLength(1);
  });

  test("is found with what is on record of it, and the certificate is asked for then", async () => {
    const state = createState({ publicKeySha256: "k", issuerNameSha256: "i", serial: "s" });
    const { settlement, names } = await settle({
      record: { entries: [], state },
      byIdentity: [nameless],
      request: { onlyIfChanged: true },
    });
    expect(settlement).toMatchObject({ status: "admitted" });
    expect(names.filter((name) => name === "describeCertificate")).toHaveLength(1);
  });

  test("is not looked for where the certificate cannot be read", async () => {
    const { settlement } = await settle({
      record: { entries: [] },
      byIdentity: [nameless],
      described: [{ ...pending, certificate: new Uint8Array([1, 2, 3]) }],
    });
    expect(settlement).toMatchObject({ findings: [{ code: "NOT_IN_LEDGER" }] });
  });
});

const taken = { result: "thing-name-taken", by: "rival" } as const;
const reused = { result: "public-key-reused", by: "rival" } as const;
const retired = createState({ status: "rejected" });

describe("a claim", () => {
  test.for([
    { results: [taken], from: ["rival"], others: { rival: retired } },
    { results: [reused], from: ["rival"], others: { rival: retired } },
    {
      results: [taken, { ...reused, by: "two" }],
      from: ["rival", "two"],
      others: { rival: retired, two: retired },
    },
  ])("takes over from those that are out for good: $from", async ({ results, from, others }) => {
    const { settlement, changes } = await settle({ results, others });
    expect(settlement).toMatchObject({ status: "admitted" });
    expect(changes[results.length]?.reserve?.from).toEqual(from);
  });

  test.for([
    { name: "is in", owner: createState({ status: "admitted" }) },
    { name: "may come back", owner: createState({ status: "quarantined" }) },
    { name: "is looked at once more", owner: { ...retired, recheckAt: at } },
  ])("takes nothing from one that $name", async ({ owner }) => {
    const { settlement, changes } = await settle({ results: [taken], others: { rival: owner } });
    const findings = [{ code: "THING_NAME_TAKEN", detail: '"lamp" belongs to certificate rival.' }];
    expect(settlement).toEqual({ status: "quarantined", findings, changed: true });
    expect(changes[1]).not.toHaveProperty("releaseThingName");
  });

  test("of a reused key says whose it is", async () => {
    const others = { rival: createState({ status: "admitted" }) };
    const { settlement } = await settle({ results: [reused], others });
    expect(settlement).toMatchObject({
      findings: [{ code: "PUBLIC_KEY_REUSED", detail: "Certificate rival has the same key." }],
    });
  });

  test("does not ask the same owner for ever", async () => {
    const { settlement, changes } = await settle({
      results: [taken, taken],
      others: { rival: retired },
    });
    expect(settlement).toMatchObject({ status: "quarantined" });
    expect(changes.filter(({ reserve }) => reserve)).toHaveLength(2);
  });

  test("goes without the release of a name that is another's by now", async () => {
    const state = createState({ thingName: "old" });
    const { settlement, changes } = await settle({
      record: { state },
      results: [{ result: "release-refused" }],
    });
    expect(settlement).toMatchObject({ status: "admitted" });
    expect(changes[1]).not.toHaveProperty("releaseThingName");
  });
});

const out = (code: string, detail?: string) => ({
  status: "quarantined",
  findings: [expect.objectContaining({ code, ...(detail !== undefined && { detail }) })],
  changed: true,
});

describe("what is in the way of admitting", () => {
  const cases: readonly (readonly [name: string, given: Given, code: string, detail: string])[] = [
    [
      "another's thing",
      {
        iot: {
          createThing: async () => "conflict",
          describeThing: async () => ({ certificateId: "x" }),
        },
      },
      "THING_NAME_TAKEN",
      'A thing "lamp" of another origin exists.',
    ],
    [
      "a thing type that is not there",
      { iot: { createThing: async () => "missing" } },
      "PROFILE_NOT_APPLIED",
      'Thing type "lamp-type" is not there.',
    ],
    [
      "a policy that is not there",
      { iot: { attachPolicy: async () => "missing" } },
      "PROFILE_NOT_APPLIED",
      'Policy "sensor-v3" is not there.',
    ],
    [
      "too many policies",
      { iot: { attachPolicy: async () => "full" } },
      "IOT_LIMIT_REACHED",
      'Policy "sensor-v3" cannot be attached.',
    ],
    [
      "groups that are not there",
      { iot: { addThingToThingGroup: async () => "missing" } },
      "PROFILE_NOT_APPLIED",
      "Thing group g1, g2 is not there.",
    ],
    [
      "another certificate under the id",
      { described: [{ ...pending, certificate: other.der }] },
      "CERTIFICATE_UNREADABLE",
      "AWS IoT's PEM is another certificate's.",
    ],
  ];
  test.for(cases)("%s", async ([, given, code, detail]) => {
    const { settlement, names, changes } = await settle(given);
    expect(settlement).toMatchObject({ findings: [{ code, detail }] });
    expect(names).toContain("updateCertificate");
    expect(names.at(-1)).toBe("updateCertificate");
    const [last] = changes.slice(-1);
    const release = code === "THING_NAME_TAKEN" ? { releaseThingName: "lamp" } : {};
    expect(last).toMatchObject({
      ...release,
      state: { attempt: 1, recheckAt: "2026-05-01T12:00:40.000Z" },
    });
    expect("releaseThingName" in (last ?? {})).toBe(code === "THING_NAME_TAKEN");
  });
});

const stranger: Given = { record: { entries: [] } };

describe("parking", () => {
  test("makes these calls and writes this", async () => {
    const { settlement, calls, changes } = await settle(stranger);
    const findings = [{ code: "NOT_IN_LEDGER", detail: expect.any(String) }];
    expect(settlement).toEqual({ status: "quarantined", findings, changed: true });
    expect(calls).toEqual([
      ["describeCertificate", certificateId],
      ["updateCertificate", certificateId, "INACTIVE"],
    ]);
    const known = {
      attempt: 0,
      caCertificateId,
      publicKeySha256: claimed.publicKeySha256,
      issuerNameSha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      serial: "0abc",
      since: at,
      findings,
    };
    const [first, second] = changes.map(({ expected }) => expected);
    expect([first?.revision, second?.revision]).toEqual([7, 8]);
    expect(changes).toEqual([
      { certificateId, expected: first, state: { ...known, status: "parking" } },
      {
        certificateId,
        expected: second,
        state: { ...known, status: "quarantined", parkedAt: at },
        audit: {
          action: "quarantined",
          actor: "muster:test",
          at,
          evidence: {
            ...evidence,
            findings,
            iotStatusBefore: "PENDING_ACTIVATION",
            caCertificateId,
          },
        },
      },
    ]);
  });

  test("takes the CA that AWS IoT names where nobody else does", async () => {
    const { caCertificateId: _, ...request } = { caCertificateId };
    const { changes } = await settle({ ...stranger, request: { ...request } });
    expect(changes[0]?.state).toMatchObject({ caCertificateId });
  });

  const foreign: readonly (readonly [IotCertificate["status"], object])[] = [
    [
      "INACTIVE",
      { status: "quarantined", findings: [{ code: "NOT_IN_LEDGER" }, { code: "HELD" }] },
    ],
    ["OTHER", { status: "quarantined", findings: [{ code: "NOT_IN_LEDGER" }, { code: "HELD" }] }],
    [
      "REVOKED",
      {
        status: "rejected",
        findings: [{ code: "NOT_IN_LEDGER" }, { code: "REVOKED_IN_IOT" }, { code: "HELD" }],
      },
    ],
  ];
  test.for(foreign)("leaves somebody else's %s alone and holds it", async ([status, expected]) => {
    const { settlement, names, changes } = await settle({
      ...stranger,
      described: [{ ...pending, status }],
    });
    expect(settlement).toMatchObject({ ...expected, changed: true });
    expect(names).not.toContain("updateCertificate");
    const reason = `${status} was set in AWS IoT, outside Muster`;
    expect(changes).toHaveLength(1);
    expect(changes[0]).toMatchObject({
      hold: { source: "iot", by: "iot", at, reason },
      audit: { evidence: { iotStatusBefore: status } },
    });
    expect(changes[0]?.state).not.toHaveProperty("parkedAt");
    const [held] = (changes[0]?.state?.findings ?? []).slice(-1);
    expect(held?.detail).toBe(`${reason}; seen on ${at}.`);
  });

  test("keeps an operator's hold as it was spoken", async () => {
    const hold = { source: "operator" as const, reason: "r", by: "eve", at };
    const { changes, settlement } = await settle({
      record: { hold },
      described: [{ ...pending, status: "INACTIVE" }],
    });
    expect(settlement).toEqual(out("HELD"));
    expect(changes[0]).not.toHaveProperty("hold");
  });

  test("of what AWS IoT does not know is on record as such", async () => {
    const { settlement, changes } = await settle({ described: [undefined] });
    expect(settlement).toEqual(out("CERTIFICATE_NOT_IN_IOT", "AWS IoT knows no such certificate."));
    expect(changes.at(-1)).toMatchObject({ audit: { action: "quarantined" } });
    expect(changes.at(-1)?.state).not.toHaveProperty("parkedAt");
    expect(changes.at(-1)).not.toHaveProperty("hold");
  });

  test.for([
    {
      name: "recorded",
      state: { parkedAt: "2026-04-01T00:00:00.000Z" },
      parkedAt: "2026-04-01T00:00:00.000Z",
    },
    {
      name: "left by a dead park",
      state: { status: "parking" as const, since: "2026-05-01T11:59:00.000Z" },
      parkedAt: "2026-05-01T11:59:10.000Z",
    },
  ])("of what Muster had $name keeps when that was", async ({ state, parkedAt }) => {
    const lastModifiedAt = new Date(state.status === "parking" ? parkedAt : "2026-03-01");
    const { settlement, names, changes } = await settle({
      record: { entries: [], state: createState({ ...state, findings: [] }) },
      described: [{ ...pending, status: "INACTIVE", lastModifiedAt }],
    });
    expect(settlement).toEqual(out("NOT_IN_LEDGER"));
    expect(names).not.toContain("updateCertificate");
    expect(changes[0]?.state).toMatchObject({ parkedAt });
  });

  test("tells a decision once, whatever was tried in between", async () => {
    const state = createState();
    const { changes } = await settle({ record: { entries: [], state } });
    expect(changes.at(-1)).not.toHaveProperty("audit");
    const dead = createState({ status: "parking", since: "2026-05-01T00:00:00.000Z" });
    const again = await settle({ record: { entries: [], state: dead } });
    expect(again.changes.at(-1)).toHaveProperty("audit");
    const was = createState({ status: "admitted" });
    const first = await settle({ record: { entries: [], state: was } });
    expect(first.changes.at(-1)).toHaveProperty("audit");
  });
});

describe("a record that others change meanwhile", () => {
  const changed: ChangeResult = { result: "state-changed" };
  const inFlight = (status: "onboarding" | "parking", attempt: number) => ({
    revision: 99,
    state: createState({ status, attempt, since: at }),
  });

  test("is read and decided again, five times at most", async () => {
    const patient = await settle({ results: [changed, changed, changed, changed] });
    expect(patient.settlement).toMatchObject({ status: "admitted" });
    const hopeless = await settle({ results: Array.from({ length: 5 }, () => changed) });
    expect(hopeless.settlement).toMatchObject({ code: "STATE_CHANGED" });
    expect(hopeless.changes).toHaveLength(5);
  });

  test.for(["onboarding", "parking"] as const)(
    "by an attempt that is %s is left to it",
    async (status) => {
      const { settlement } = await settle({ results: [changed], later: [inFlight(status, 3)] });
      expect(settlement).toMatchObject({ code: "ATTEMPT_OVERTAKEN" });
    },
  );

  test("by the attempt that settled it stands", async () => {
    const state = createState({ status: "admitted", thingName: "lamp", findings: [] });
    const { settlement, changes } = await settle({
      results: [changed],
      later: [{ revision: 99, state }],
    });
    expect(settlement).toEqual({
      status: "admitted",
      findings: [],
      thingName: "lamp",
      changed: false,
    });
    expect(changes).toHaveLength(1);
  });

  const written = { result: "written", revision: 8, chain: emptyChain } as const;
  const hold = { source: "operator" as const, reason: "r", by: "eve", at };

  test("after it was activated: another that admits ends the matter", async () => {
    const state = createState({ status: "admitted", thingName: "lamp", findings: [] });
    const { settlement, names } = await settle({
      results: [written, changed],
      later: [{ revision: 99, state }],
    });
    expect(settlement).toMatchObject({ status: "admitted", changed: false });
    expect(names.filter((name) => name === "updateCertificate")).toHaveLength(1);
  });

  test("after it was activated: another that onboards is left to it", async () => {
    const { settlement } = await settle({
      results: [written, changed],
      later: [inFlight("onboarding", 9)],
    });
    expect(settlement).toMatchObject({ code: "ATTEMPT_OVERTAKEN" });
  });

  test.for([
    { name: "its own attempt, held", later: { ...inFlight("onboarding", 1), hold } },
    { name: "another that parks", later: { ...inFlight("parking", 1), hold } },
    {
      name: "one that was parked",
      later: { revision: 99, state: createState({ attempt: 1 }), hold },
    },
  ])("after it was activated: $name is deactivated", async ({ later }) => {
    const { settlement, calls } = await settle({
      results: [written, changed],
      described: [pending, { ...pending, status: "ACTIVE" }],
      later: [later],
    });
    expect(settlement).toMatchObject({ status: "quarantined", findings: [{ code: "HELD" }] });
    expect(calls.at(-1)).toEqual(["updateCertificate", certificateId, "INACTIVE"]);
  });

  test("after it was deactivated: what another has admitted is activated again", async () => {
    const state = createState({ status: "admitted", thingName: "lamp", attempt: 4, findings: [] });
    const { settlement, calls } = await settle({
      record: { entries: [] },
      results: [written, changed],
      described: [pending, { ...pending, status: "INACTIVE", lastModifiedAt: new Date(at) }],
      later: [{ revision: 99, state, entries: [entry] }],
    });
    expect(settlement).toMatchObject({ status: "admitted", changed: true });
    expect(calls.at(-1)).toEqual(["updateCertificate", certificateId, "ACTIVE"]);
  });

  test("with new evidence after it was parked is decided again", async () => {
    const { settlement } = await settle({
      record: { entries: [] },
      described: [pending, { ...pending, status: "INACTIVE" }],
      later: [{ entries: [entry] }],
    });
    expect(settlement).toMatchObject({ status: "admitted" });
  });
});

describe("only if changed", () => {
  const request = { onlyIfChanged: true };

  test.for(["quarantined", "rejected"] as const)(
    "leaves what is %s for the same reason",
    async (status) => {
      const state = createState({ status });
      const { settlement, changes, names } = await settle({
        record: { entries: [], state },
        request,
      });
      expect(settlement).toEqual({ status, findings: state.findings, changed: false });
      expect(changes).toEqual([]);
      expect(names).toEqual(["describeCertificate"]);
    },
  );

  test("asks AWS IoT nothing where the identity is on record", async () => {
    const identity = { publicKeySha256: "k", issuerNameSha256: "i", serial: "s" };
    const state = createState(identity);
    const whole = await settle({ record: { entries: [], state }, request });
    expect(whole.names).toEqual([]);
    for (const missing of ["publicKeySha256", "issuerNameSha256", "serial"] as const) {
      const { [missing]: _, ...rest } = identity;
      const lacking = createState(rest);
      const { names } = await settle({ record: { entries: [], state: lacking }, request });
      expect(names).toEqual(["describeCertificate"]);
    }
  });

  test("leaves what is in", async () => {
    const state = createState({ status: "admitted", thingName: "lamp", findings: [] });
    const { settlement, calls } = await settle({ record: { state }, request });
    expect(settlement).toEqual({
      status: "admitted",
      findings: [],
      thingName: "lamp",
      changed: false,
    });
    expect(calls).toEqual([]);
  });

  test("passes over what AWS IoT said", async () => {
    const findings = [
      { code: "NOT_IN_LEDGER" as const, detail: "" },
      { code: "REVOKED_IN_IOT" as const, detail: "" },
      { code: "CERTIFICATE_NOT_IN_IOT" as const, detail: "" },
    ];
    const state = createState({ findings });
    const { changes } = await settle({ record: { entries: [], state }, request });
    expect(changes).toEqual([]);
  });

  test("acts when the reason is another one", async () => {
    const state = createState({ findings: [{ code: "SUBJECT_MISMATCH", detail: "" }] });
    const { settlement } = await settle({ record: { entries: [], state }, request });
    expect(settlement).toMatchObject({ changed: true, findings: [{ code: "NOT_IN_LEDGER" }] });
  });
});
