import type { LocalStatus } from "../../src/local/status/local-status.ts";

/** The status of a local cloud in which nothing is missing, but for what is given. */
export function createLocalStatus(deviations: Partial<LocalStatus> = {}): LocalStatus {
  return {
    version: 1,
    pid: 4711,
    startedAt: "2026-05-01T10:00:00.000Z",
    accountId: "000000000000",
    region: "local-1",
    endpoints: {
      mqtt: { host: "127.0.0.1", port: 8883, serverName: "localhost" },
      iot: "http://127.0.0.1:8884",
      dynamodb: "http://127.0.0.1:8885",
      api: "http://127.0.0.1:8886",
    },
    stateFolder: "/home/me/muster/.muster",
    files: [{ name: "iot-core.sqlite", bytes: 4096 }],
    serverCa: "/home/me/muster/.muster/server-ca.pem",
    quotas: { scale: 1, throttled: {} },
    propagationDelaySeconds: 0,
    caCertificates: [
      {
        certificateId: "ca".repeat(32),
        subject: "CN=Acme Device CA",
        status: "ACTIVE",
        autoRegistrationStatus: "ENABLE",
        certificateMode: "SNI_ONLY",
      },
    ],
    certificates: { ACTIVE: 1, INACTIVE: 0 },
    things: 1,
    policies: 1,
    topicRules: [],
    queue: { waiting: 0, delayed: 0, inWork: 0, dead: 0, deadLetters: [] },
    ingest: { waiting: 0, delayed: 0, inWork: 0, dead: 0, deadLetters: [] },
    connections: [],
    attempts: [],
    logFailures: { count: 0 },
    hints: [],
    ...deviations,
  };
}
