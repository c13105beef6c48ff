import { describe, expect, test } from "vitest";
import { createOnboardDevice } from "../../src/onboarding/admit/onboard-device.ts";
import type { CertificateState } from "../../src/onboarding/certificate-state.ts";
import type { IotCertificate } from "../../src/onboarding/iot-control.ts";
import type { Settlement, SettleRequest } from "../../src/onboarding/settlement.ts";
import { defaultTiming } from "../../src/onboarding/timing.ts";
import { createRecord, createState } from "../support/memory-records.ts";

const certificateId = "ab".repeat(32);
const caCertificateId = "cd".repeat(32);
const since = "2026-05-01T00:00:00.000Z";
const later = Date.parse(since) + 60_000;
const event = (timestamp: number) => ({
  certificateId,
  caCertificateId,
  certificateStatus: "PENDING_ACTIVATION",
  timestamp,
});

interface Given {
  readonly own?: boolean;
  readonly state?: CertificateState;
  readonly status?: IotCertificate["status"];
  readonly settlement?: Settlement;
  readonly timestamp?: number;
}

const admitted: Settlement = { status: "admitted", findings: [], thingName: "lamp", changed: true };

async function onboard({
  own = true,
  state,
  status,
  settlement = admitted,
  timestamp = later,
}: Given) {
  const record = createRecord({ certificateId, ...(state && { state }) });
  const calls: string[] = [];
  const requests: SettleRequest[] = [];
  const described: IotCertificate | undefined = status && {
    status,
    certificate: new Uint8Array(),
    certificateArn: "arn",
  };
  const onboardDevice = createOnboardDevice({
    now: () => new Date(later),
    timing: defaultTiming,
    isOwnCa: async (id) => {
      calls.push(`isOwnCa ${id === caCertificateId}`);
      return own;
    },
    readRecord: async () => {
      calls.push("read");
      return record;
    },
    describeCertificate: async () => {
      calls.push("describe");
      return described;
    },
    settleCertificate: async (request) => {
      requests.push(request);
      return settlement;
    },
  });
  const signal = new AbortController().signal;
  const result = await onboardDevice(event(timestamp), signal).catch((error: unknown) => error);
  return { result, calls, requests, record, described };
}

describe("a registration event", () => {
  test("of another's CA costs nothing more", async () => {
    const { result, calls, requests } = await onboard({ own: false });
    expect(result).toEqual({ outcome: "not-ours", certificateId, caCertificateId });
    expect(calls).toEqual(["isOwnCa true"]);
    expect(requests).toEqual([]);
  });

  test("of a new certificate is settled on the record that was read", async () => {
    const { result, calls, requests, record } = await onboard({});
    expect(result).toEqual({
      outcome: "admitted",
      certificateId,
      findings: [],
      thingName: "lamp",
      activatedAfterMs: 0,
    });
    expect(calls).toEqual(["isOwnCa true", "read"]);
    const signal = expect.any(AbortSignal);
    expect(requests).toEqual([{ certificateId, caCertificateId, signal, record }]);
  });

  test("tells how long it took since AWS IoT registered the certificate", async () => {
    const { result } = await onboard({ timestamp: later - 1_500 });
    expect(result).toMatchObject({ outcome: "admitted", activatedAfterMs: 1_500 });
  });

  test("measures nothing where the certificate was let in before", async () => {
    const { result } = await onboard({ settlement: { ...admitted, changed: false } });
    expect(result).not.toHaveProperty("activatedAfterMs");
  });

  test("tells why a certificate stays out", async () => {
    const findings = [{ code: "NOT_IN_LEDGER" as const, detail: "" }];
    const settlement: Settlement = { status: "quarantined", findings, changed: true };
    const { result } = await onboard({ settlement });
    expect(result).toEqual({ outcome: "quarantined", certificateId, findings });
  });

  test("that comes late is told from a new one without a further call", async () => {
    const { result, calls, requests } = await onboard({
      state: createState({ since }),
      timestamp: Date.parse(since),
    });
    expect(result).toEqual({ outcome: "settled-before", certificateId });
    expect(calls).toEqual(["isOwnCa true", "read"]);
    expect(requests).toEqual([]);
  });

  test("of a certificate that is being worked on comes again", async () => {
    const state = createState({ status: "onboarding", since: new Date(later).toISOString() });
    const { result, requests } = await onboard({ state });
    expect(result).toMatchObject({ code: "ATTEMPT_IN_PROGRESS" });
    expect(requests).toEqual([]);
  });

  test.for(["ACTIVE", "INACTIVE", "REVOKED", undefined] as const)(
    "published after a certificate was settled, which is %s, changes nothing",
    async (status) => {
      const state = createState({ since });
      const { result, calls, requests } = await onboard({ state, ...(status && { status }) });
      expect(result).toEqual({ outcome: "settled-before", certificateId });
      expect(calls).toEqual(["isOwnCa true", "read", "describe"]);
      expect(requests).toEqual([]);
    },
  );

  test("published after a certificate was settled, which is registered anew, settles it anew", async () => {
    const state = createState({ since });
    const { requests, record, described } = await onboard({ state, status: "PENDING_ACTIVATION" });
    expect(requests).toEqual([
      { certificateId, caCertificateId, signal: expect.any(AbortSignal), record, described },
    ]);
  });
});
