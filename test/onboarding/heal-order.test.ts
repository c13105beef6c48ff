import { describe, expect, test } from "vitest";
import type { CertificateRecord } from "../../src/onboarding/certificate-state.ts";
import {
  createHealCertificates,
  type HealRequest,
} from "../../src/onboarding/heal/heal-certificates.ts";
import type { Listing } from "../../src/onboarding/heal/listings.ts";
import type { IotCertificate } from "../../src/onboarding/iot-control.ts";
import type { Settlement, SettleRequest } from "../../src/onboarding/settlement.ts";
import { defaultTiming } from "../../src/onboarding/timing.ts";
import { MusterError } from "../../src/rules/errors.ts";
import { createRecord, createRecords, createState } from "../support/memory-records.ts";

const now = new Date("2026-05-02T00:00:00Z");
const since = (msAgo: number) => new Date(now.getTime() - msAgo).toISOString();
const { leaseMs } = defaultTiming;

interface Given {
  readonly records?: readonly CertificateRecord[];
  readonly listings?: Partial<Record<Listing, readonly string[]>>;
  readonly described?: IotCertificate["status"];
  readonly settle?: (request: SettleRequest) => Promise<Settlement>;
}

const unchanged: Settlement = { status: "quarantined", findings: [], changed: false };
const admitted: Settlement = { status: "admitted", findings: [], changed: true };

function setup({ records = [], listings = {}, described, settle = async () => unchanged }: Given) {
  const store = createRecords(records);
  const requests: SettleRequest[] = [];
  const listed: Listing[] = [];
  const read: string[] = [];
  const preregistered: string[] = [];
  const heal = createHealCertificates({
    ...store,
    readRecord: (id) => {
      read.push(id);
      return store.readRecord(id);
    },
    settleCertificate: (request) => {
      requests.push(request);
      return settle(request);
    },
    preregisterCertificate: async (id) => {
      preregistered.push(id);
      return admitted;
    },
    describeCertificate: async () =>
      described && { status: described, certificate: new Uint8Array(), certificateArn: "arn" },
    listCertificates: async function* (listing) {
      listed.push(listing);
      yield* listings[listing] ?? [];
    },
    now: () => now,
    timing: defaultTiming,
  });
  const run = (request: Partial<HealRequest> = {}) =>
    heal({ signal: AbortSignal.timeout(5_000), ...request });
  return { ...store, run, requests, listed, read, preregistered };
}

const quarantined = (certificateId: string) =>
  createRecord({ certificateId, state: createState() });

describe("healing one certificate", () => {
  const one = async (record: CertificateRecord, given: Given = {}) => {
    const { certificateId } = record;
    const world = setup({
      records: [record],
      listings: { quarantined: [certificateId] },
      ...given,
    });
    return { ...world, summary: await world.run() };
  };

  test("that is quarantined decides it again, and writes only what is new", async () => {
    const record = quarantined("a");
    const { requests, summary } = await one(record);
    expect(requests).toEqual([
      expect.objectContaining({ certificateId: "a", record, onlyIfChanged: true }),
    ]);
    expect(summary).toEqual({ looked: 1, admitted: 0, changed: 0, failed: [] });
  });

  const untouched: readonly (readonly [what: string, record: Partial<CertificateRecord>])[] = [
    ["without a state", {}],
    ["that is admitted", { state: createState({ status: "admitted" }) }],
    [
      "that is being admitted",
      { state: createState({ status: "onboarding", since: since(leaseMs - 1) }) },
    ],
    [
      "that is gone from AWS IoT",
      { state: createState({ findings: [{ code: "CERTIFICATE_NOT_IN_IOT", detail: "" }] }) },
    ],
  ];
  test.for(untouched)("%s leaves it alone", async ([, record]) => {
    const { requests, changes } = await one(createRecord({ certificateId: "a", ...record }));
    expect(requests).toEqual([]);
    expect(changes).toEqual([]);
  });

  test.for(["onboarding", "parking"] as const)(
    "left while %s takes it up when its attempt can no longer run",
    async (status) => {
      const state = createState({ status, since: since(leaseMs) });
      const record = createRecord({ certificateId: "a", state });
      const { requests } = await one(record);
      expect(requests).toEqual([expect.objectContaining({ certificateId: "a", record })]);
      expect(requests[0]).not.toHaveProperty("onlyIfChanged");
    },
  );

  describe("that is to be looked at again", () => {
    const due = createRecord({
      certificateId: "a",
      state: createState({ recheckAt: now.toISOString() }),
    });

    test("too early only decides it again", async () => {
      const recheckAt = new Date(now.getTime() + 1).toISOString();
      const record = createRecord({ certificateId: "a", state: createState({ recheckAt }) });
      const { requests, changes } = await one(record, { described: "ACTIVE" });
      expect(requests).toEqual([expect.objectContaining({ record, onlyIfChanged: true })]);
      expect(changes).toEqual([]);
    });

    const again = expect.objectContaining({ record: due, onlyIfChanged: true });

    test.for(["ACTIVE", "PENDING_ACTIVATION"] as const)(
      "and is %s in AWS IoT parks it again",
      async (described) => {
        const { requests, changes } = await one(due, { described });
        expect(requests).toEqual([again, expect.objectContaining({ certificateId: "a" })]);
        expect(requests[1]).not.toHaveProperty("onlyIfChanged");
        expect(requests[1]).not.toHaveProperty("record");
        expect(changes).toEqual([]);
      },
    );

    test.for(["INACTIVE", "REVOKED", undefined] as const)(
      "and is %s in AWS IoT is done with looking",
      async (described) => {
        const { requests, changes } = await one(due, described ? { described } : {});
        expect(changes).toEqual([{ certificateId: "a", expected: due, state: createState() }]);
        expect(requests).toEqual([again]);
      },
    );

    test("and is gone from AWS IoT waits for its next connect", async () => {
      const findings = [{ code: "CERTIFICATE_NOT_IN_IOT" as const, detail: "" }];
      const state = createState({ recheckAt: now.toISOString(), findings });
      const { requests, changes } = await one(createRecord({ certificateId: "a", state }));
      expect([requests, changes]).toEqual([[], []]);
    });
  });
});

describe("healing a certificate that is registered in advance", () => {
  const gone = [{ code: "CERTIFICATE_NOT_IN_IOT" as const, detail: "" }];
  test.for([
    ["is not in AWS IoT", { preregister: true, findings: gone }],
    [
      "was about to be registered by an attempt that died",
      { status: "onboarding" as const, since: since(leaseMs), registeringAt: since(leaseMs) },
    ],
  ] as const)("and %s registers it", async ([, state]) => {
    const record = createRecord({ certificateId: "a", state: createState(state) });
    const { run, requests, preregistered } = setup({
      records: [record],
      listings: { quarantined: ["a"] },
    });
    expect(await run()).toMatchObject({ admitted: 1 });
    expect([requests, preregistered]).toEqual([[], ["a"]]);
  });
});

describe("healing all", () => {
  test("takes what was left half-way first, then what may have been activated, then the rest", async () => {
    const { run, listed, read } = setup({
      listings: { onboarding: ["a"], parking: ["b"], recheck: ["c"], quarantined: ["d"] },
    });
    expect(await run()).toMatchObject({ looked: 4 });
    expect(listed).toEqual(["onboarding", "parking", "recheck", "quarantined"]);
    expect(read).toEqual(["a", "b", "c", "d"]);
  });

  test("counts what changed, and what was admitted", async () => {
    const { run } = setup({
      records: ["a", "b", "c"].map(quarantined),
      listings: { quarantined: ["a", "b", "c"] },
      settle: async ({ certificateId }) => {
        if (certificateId === "a") return admitted;
        return certificateId === "b" ? { ...unchanged, changed: true } : unchanged;
      },
    });
    expect(await run()).toEqual({ looked: 3, admitted: 1, changed: 2, failed: [] });
  });

  test("lets one that cannot be settled hold up no other", async () => {
    const { run } = setup({
      records: ["a", "b", "c"].map(quarantined),
      listings: { quarantined: ["a", "b", "c"] },
      settle: async ({ certificateId }) => {
        if (certificateId === "a") throw new MusterError("STATE_CHANGED", "x");
        if (certificateId === "b") throw new TypeError("x");
        return admitted;
      },
    });
    expect(await run()).toEqual({
      looked: 3,
      admitted: 1,
      changed: 1,
      failed: [
        { certificateId: "a", code: "STATE_CHANGED" },
        { certificateId: "b", code: "TypeError" },
      ],
    });
  });

  test("settles four at once and no more", async () => {
    const ids = Array.from({ length: 9 }, (_, index) => `c${index}`);
    let running = 0;
    let most = 0;
    const { run } = setup({
      records: ids.map(quarantined),
      listings: { quarantined: ids },
      settle: async () => {
        running += 1;
        most = Math.max(most, running);
        await new Promise((resolve) => setTimeout(resolve, 2));
        running -= 1;
        return unchanged;
      },
    });
    expect(await run()).toMatchObject({ looked: 9 });
    expect(most).toBe(4);
  });

  test("ends when its time runs out", async () => {
    const { run } = setup({ listings: { quarantined: ["a"] } });
    expect(await run({ signal: AbortSignal.abort() })).toMatchObject({ looked: 0 });
  });

  test("fails when the listing does and there was time left", async () => {
    const broken = createHealCertificates({
      ...createRecords([]),
      settleCertificate: async () => unchanged,
      preregisterCertificate: async () => unchanged,
      describeCertificate: async () => undefined,
      listCertificates: async function* () {
        yield await Promise.reject<string>(new Error("no list"));
      },
      now: () => now,
      timing: defaultTiming,
    });
    const signal = AbortSignal.timeout(5_000);
    await expect(broken({ signal })).rejects.toThrow("no list");
    expect(await broken({ signal: AbortSignal.abort() })).toMatchObject({ looked: 0 });
  });
});

describe("healing what has just landed", () => {
  test("looks only at the quarantined of the batch", async () => {
    const { run, read, listed } = setup({
      listings: { quarantined: ["a", "b"], recheck: ["c"], onboarding: ["x"] },
    });
    await run({ landed: new Set(["b", "c", "y"]) });
    expect(read).toEqual(["b", "c"]);
    expect(listed).toEqual(["quarantined", "recheck"]);
  });

  test("walks the batch where the quarantine is the greater", async () => {
    const { run, read } = setup({ listings: { quarantined: ["a", "b", "c"] } });
    await run({ landed: new Set(["b", "y"]) });
    expect(read).toEqual(["b", "y"]);
  });

  test("walks the quarantine where both are as great", async () => {
    const { run, read } = setup({ listings: { quarantined: ["a", "b"] } });
    await run({ landed: new Set(["b", "y"]) });
    expect(read).toEqual(["b"]);
  });
});
