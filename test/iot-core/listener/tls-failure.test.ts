import { once } from "node:events";
import { connect as connectTcp } from "node:net";
import { type ConnectionOptions, connect as connectTls } from "node:tls";
import { generate } from "mqtt-packet";
import { describe, expect, onTestFinished, test } from "vitest";
import { describeTlsFailure } from "../../../src/iot-core/listener/describe-tls-failure.ts";
import { connectPacket, identity, startTestListener } from "./support.ts";

interface PlainCase {
  readonly name: string;
  readonly bytes: Buffer | string;
  readonly says: string;
}

const plainCases: readonly PlainCase[] = [
  { name: "HTTP", bytes: "GET / HTTP/1.1\r\n\r\n", says: "an HTTP request came" },
  { name: "MQTT", bytes: generate(connectPacket("d1")), says: "what came is no TLS" },
];

interface HandshakeCase {
  readonly name: string;
  readonly options: ConnectionOptions;
  readonly says: string;
}

const handshakeCases: readonly HandshakeCase[] = [
  {
    name: "too old a TLS version",
    options: { minVersion: "TLSv1.1", maxVersion: "TLSv1.1", ciphers: "DEFAULT@SECLEVEL=0" },
    says: "too old a version",
  },
  {
    name: "no cipher suite of the server's",
    options: { maxVersion: "TLSv1.2", ciphers: "ECDHE-RSA-AES128-GCM-SHA256" },
    says: "no cipher suite",
  },
  {
    name: "no signature of the server's",
    options: { sigalgs: "rsa_pss_rsae_sha256" },
    says: "ecdsa_secp256r1_sha256",
  },
  { name: "another ALPN protocol", options: { ALPNProtocols: ["h2"] }, says: "x-amzn-mqtt-ca" },
];

describe("the report of a failed handshake says what was wrong:", () => {
  test.for(plainCases)("$name without TLS", async ({ bytes, says }) => {
    const { target, attempts } = await startTestListener();
    const socket = connectTcp({ host: "127.0.0.1", port: target.port });
    onTestFinished(() => {
      socket.destroy();
    });
    socket.on("error", () => {});
    socket.write(bytes);
    await once(socket, "close");
    await expect
      .poll(() => attempts)
      .toMatchObject([
        { outcome: "TLS_FAILED", sentence: expect.stringContaining(says), mqttVersion: undefined },
      ]);
  });

  test.for(handshakeCases)("$name", async ({ options, says }) => {
    const { target, attempts } = await startTestListener();
    const socket = connectTls({
      host: "127.0.0.1",
      port: target.port,
      servername: identity.endpointAddress,
      ca: target.caPem,
      ...options,
    });
    onTestFinished(() => {
      socket.destroy();
    });
    await new Promise<void>((resolve) => socket.once("error", () => resolve()));
    await expect
      .poll(() => attempts)
      .toMatchObject([{ outcome: "TLS_FAILED", sentence: expect.stringContaining(says) }]);
  });
});

interface ErrorCase {
  readonly code: string;
  readonly reason?: string;
  readonly says: string;
}

/** Errors whose clients are written in C, as Node names them. */
const errorCases: readonly ErrorCase[] = [
  { code: "ERR_SSL_TLSV1_ALERT_UNKNOWN_CA", says: "server-ca.pem" },
  { code: "ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE", says: "server-ca.pem" },
  { code: "ERR_SSL_SSL/TLS_ALERT_CERTIFICATE_UNKNOWN", says: "server-ca.pem" },
  { code: "ERR_SSL_BAD_SIGNATURE", says: "its certificate" },
  { code: "ECONNRESET", says: "its private key does not belong to its certificate" },
  { code: "ERR_SSL_SOMETHING_NEW", reason: "something new", says: "something new" },
];

test.for(errorCases)("$code is explained by $says", ({ says, ...given }) => {
  const error = Object.assign(new Error("80CC0DEF:error:0A000418:SSL routines"), given);
  expect(describeTlsFailure(error)).toContain(says);
});
