import { describe, expect, test } from "vitest";
import { createSettleCertificates } from "../../src/onboarding/heal/settle-certificates.ts";
import type { SettleRequest } from "../../src/onboarding/settlement.ts";
import { defaultTiming } from "../../src/onboarding/timing.ts";
import { createRecord, createRecords, createState } from "../support/memory-records.ts";

const now = new Date("2026-05-02T00:00:00Z");

function setup(failing: string) {
  const inFlight = createState({ status: "onboarding", since: now.toISOString() });
  const records = [
    createRecord({ certificateId: "a", state: createState({ status: "admitted" }) }),
    createRecord({ certificateId: "b", state: createState() }),
    createRecord({ certificateId: "flying", state: inFlight }),
    createRecord({ certificateId: "never connected" }),
    createRecord({
      certificateId: "in advance",
      state: createState({
        preregister: true,
        findings: [{ code: "CERTIFICATE_NOT_IN_IOT", detail: "" }],
      }),
    }),
  ];
  const requests: SettleRequest[] = [];
  const preregistered: string[] = [];
  const settle = createSettleCertificates({
    ...createRecords(records),
    settleCertificate: async (request) => {
      requests.push(request);
      if (request.certificateId === failing) throw new RangeError(failing);
      return { status: "quarantined", findings: [], changed: true };
    },
    preregisterCertificate: async (id) => {
      preregistered.push(id);
      return { status: "admitted", findings: [], changed: true };
    },
    now: () => now,
    timing: defaultTiming,
  });
  return {
    requests,
    preregistered,
    run: (ids: readonly string[]) => settle(ids, AbortSignal.timeout(5_000)),
  };
}

describe("settling a few certificates", () => {
  test("decides each again that has connected and is not in flight", async () => {
    const { requests, run } = setup("none");
    expect(await run(["a", "flying", "never connected", "b"])).toEqual([]);
    expect(requests).toMatchObject([
      { certificateId: "a", onlyIfChanged: true },
      { certificateId: "b", onlyIfChanged: true },
    ]);
  });

  test("registers those that are to be in AWS IoT before they connect, and are not", async () => {
    const { requests, preregistered, run } = setup("none");
    await run(["in advance"]);
    expect([requests, preregistered]).toEqual([[], ["in advance"]]);
  });

  test("tells which have to be tried again, and does the others", async () => {
    const { requests, run } = setup("a");
    expect(await run(["a", "b"])).toEqual([{ certificateId: "a", error: new RangeError("a") }]);
    expect(requests).toHaveLength(2);
  });
});
