import type { ConnectionReport } from "../../src/local/start-stand-in.ts";

/** What the device endpoint reports of an accepted connection, but for what is given. */
export function createReport(deviations: Partial<ConnectionReport> = {}): ConnectionReport {
  return {
    at: new Date("2026-05-01T10:00:00Z"),
    outcome: "ACCEPTED",
    sentence: "The connection was accepted.",
    clientId: "sensor-1",
    mqttVersion: "3.1.1",
    keepAliveSeconds: 60,
    isCleanSession: true,
    sessionExpirySeconds: undefined,
    remoteAddress: "127.0.0.1",
    remotePort: 50_000,
    tlsVersion: "TLSv1.3",
    cipher: "TLS_AES_256_GCM_SHA384",
    serverName: "localhost",
    alpn: undefined,
    chain: [{ certificateId: "c1".repeat(32), subject: "CN=sensor-1" }],
    ...deviations,
  };
}
