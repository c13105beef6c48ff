import { createPrivateKey } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { createCa, createKeyPair } from "../../src/local/sample-pki.ts";
import { createCDevice } from "./clients/c-device.ts";
import type { Dial, StockClient, TlsVersion } from "./clients/stock-client.ts";
import { createStockClients } from "./clients/stock-clients.ts";
import { type Cloud, type Device, startCloud } from "./support/cloud.ts";
import {
  type Authority,
  createAuthority,
  type DeviceKey,
  writeCertificate,
} from "./support/pki.ts";

const tools = inject("tools");
const clients = createStockClients(tools);
const { mosquitto, mqttJs, deviceSdk, wolfssl, mbedtls } = clients;
const late = createCDevice({
  name: "wolfSSL with a late certificate",
  tool: tools.wolfssl,
  words: ["--late-certificate"],
});

/** What is wrong with a dial. */
type Mistake = (device: Device) => Partial<Dial> | Promise<Partial<Dial>>;

const asItShouldBe: Mistake = () => ({});
const withoutSni: Mistake = () => ({ serverName: "" });
const wrongSni: Mistake = () => ({ serverName: "another.example" });
const addressAsName: Mistake = () => ({ serverName: "127.0.0.1" });
const otherProtocol: Mistake = () => ({ alpn: "http/1.1" });

const anotherServerCa: Mistake = async ({ certificate }) => {
  const { pem } = await createCa({ name: "Another server CA" });
  return { serverCa: writeCertificate("", `${certificate}-server-ca`, pem).PEM };
};

const anotherKey: Mistake = async ({ key }) => {
  const kind = createPrivateKey(readFileSync(key)).asymmetricKeyType;
  const { privateKey } = await createKeyPair(kind === "rsa" ? "rsa-2048" : "ec-p256");
  writeFileSync(`${key}.other`, privateKey.export({ type: "pkcs8", format: "pem" }));
  return { key: `${key}.other` };
};

interface Case {
  readonly name: string;
  readonly client: StockClient;
  readonly mistake: Mistake;
  readonly tls: TlsVersion;
  /** Without it P-256. */
  readonly key?: DeviceKey;
  /** What the client says of it. */
  readonly saw: RegExp;
  /** What the live log says; nothing where the client does not even dial. */
  readonly logged: { readonly outcome: string; readonly sentence: RegExp } | undefined;
}

const closed = /closed before CONNACK/;
const lost = /^exit 7, .*connection was lost/;
const tlsFailed = (sentence: RegExp) => ({ outcome: "TLS_FAILED", sentence });

const cases: readonly Case[] = [
  ...(["TLSv1.2", "TLSv1.3"] as const).map((tls) => ({
    name: "wolfSSL that loads its certificate when its session is there already",
    client: late,
    mistake: asItShouldBe,
    tls,
    saw: closed,
    logged: {
      outcome: "CERTIFICATE_MISSING",
      sentence: /empty Certificate message.* loaded after the TLS session was created/,
    },
  })),
  ...([wolfssl, mbedtls] as const).map((client) => ({
    name: `${client.name} without SNI`,
    client,
    mistake: withoutSni,
    tls: "TLSv1.2" as const,
    saw: closed,
    logged: { outcome: "SNI_MISSING", sentence: /no server name/ },
  })),
  {
    name: "MQTT.js without SNI",
    client: mqttJs,
    mistake: withoutSni,
    tls: "TLSv1.3",
    saw: /^close event, no error$/,
    logged: { outcome: "SNI_MISSING", sentence: /no server name/ },
  },
  {
    name: "wolfSSL with another name",
    client: wolfssl,
    mistake: wrongSni,
    tls: "TLSv1.3",
    saw: closed,
    logged: { outcome: "SNI_UNKNOWN", sentence: /another\.example is not localhost/ },
  },
  {
    name: "mosquitto that dials an address",
    client: mosquitto,
    mistake: addressAsName,
    tls: "TLSv1.3",
    saw: lost,
    logged: { outcome: "SNI_UNKNOWN", sentence: /127\.0\.0\.1 is not localhost/ },
  },
  {
    name: "the device SDK that dials an address",
    client: deviceSdk,
    mistake: addressAsName,
    tls: "TLSv1.3",
    saw: /AWS_ERROR_MQTT_UNEXPECTED_HANGUP/,
    logged: { outcome: "SNI_UNKNOWN", sentence: /127\.0\.0\.1 is not localhost/ },
  },
  {
    name: "mosquitto that does not trust the server's CA",
    client: mosquitto,
    mistake: anotherServerCa,
    tls: "TLSv1.3",
    saw: /TLS error occurred/,
    logged: tlsFailed(/does not trust the server's certificate/),
  },
  {
    name: "wolfSSL that does not trust the server's CA",
    client: wolfssl,
    mistake: anotherServerCa,
    tls: "TLSv1.3",
    saw: /^exit 4, handshake: wolfSSL -188/,
    logged: tlsFailed(/does not trust the server's certificate/),
  },
  {
    name: "mbedTLS that does not trust the server's CA",
    client: mbedtls,
    mistake: anotherServerCa,
    tls: "TLSv1.2",
    saw: /^exit 4, handshake: mbedTLS -9984/,
    logged: tlsFailed(/does not trust the server's certificate/),
  },
  {
    name: "MQTT.js that does not trust the server's CA",
    client: mqttJs,
    mistake: anotherServerCa,
    tls: "TLSv1.3",
    saw: /unable to verify the first certificate/,
    logged: tlsFailed(/./),
  },
  {
    // s2n-tls says nothing for 10 to 30 seconds then; the listener waits for 5.
    name: "the device SDK that does not trust the server's CA",
    client: deviceSdk,
    mistake: anotherServerCa,
    tls: "TLSv1.3",
    saw: /AWS_IO_TLS_ERROR_NEGOTIATION_FAILURE/,
    logged: tlsFailed(/did not finish the handshake/),
  },
  ...(["ec-p256", "rsa-2048"] as const).flatMap((key) => [
    {
      name: `wolfSSL with a key that does not fit, ${key}`,
      client: wolfssl,
      mistake: anotherKey,
      key,
      tls: "TLSv1.2" as const,
      saw: /^exit 4, handshake: .*alert/,
      logged: tlsFailed(/private key/),
    },
    {
      // The handshake is over for the client before the server has seen its signature.
      name: `wolfSSL with a key that does not fit, ${key}`,
      client: wolfssl,
      mistake: anotherKey,
      key,
      tls: "TLSv1.3" as const,
      saw: /^exit 5, closed before CONNACK .*alert/,
      logged: tlsFailed(/private key/),
    },
  ]),
  {
    name: "mbedTLS with a key that does not fit",
    client: mbedtls,
    mistake: anotherKey,
    tls: "TLSv1.2",
    saw: /^exit 4, handshake: .*alert/,
    logged: tlsFailed(/private key/),
  },
  {
    name: "mosquitto with a key that does not fit",
    client: mosquitto,
    mistake: anotherKey,
    tls: "TLSv1.3",
    saw: /TLS error occurred/,
    logged: tlsFailed(/./),
  },
  {
    name: "MQTT.js with a key that does not fit",
    client: mqttJs,
    mistake: anotherKey,
    tls: "TLSv1.3",
    saw: /key values mismatch/,
    logged: undefined,
  },
  {
    name: "the device SDK with a key that does not fit",
    client: deviceSdk,
    mistake: anotherKey,
    tls: "TLSv1.3",
    saw: /AWS_IO_TLS_CTX_ERROR/,
    logged: undefined,
  },
  ...[mosquitto, mqttJs, deviceSdk, wolfssl].map((client) => ({
    name: `${client.name} that asks for a protocol which is not served`,
    client,
    mistake: otherProtocol,
    tls: "TLSv1.3" as const,
    saw: /TLS error occurred|alert|AWS_IO_TLS_ERROR_NEGOTIATION_FAILURE/,
    logged: tlsFailed(/but not x-amzn-mqtt-ca/),
  })),
];

const clouds = new Map<TlsVersion, Cloud>();
const authorities = new Map<DeviceKey, Authority>();
beforeAll(async () => {
  for (const key of ["ec-p256", "rsa-2048"] as const) {
    authorities.set(key, await createAuthority(key));
  }
  for (const tls of ["TLSv1.2", "TLSv1.3"] as const) clouds.set(tls, await startCloud(tls));
});
afterAll(async () => {
  for (const cloud of clouds.values()) await cloud[Symbol.asyncDispose]();
});

describe("refused, and the live log says why", () => {
  // One after the other: some are known by nothing but when they come.
  test.for(cases.map((each, index) => ({ ...each, clientId: `refused-${index}` })))(
    "$name ($tls)",
    async ({ client, mistake, tls, key = "ec-p256", saw, logged, clientId }, { skip }) => {
      if (client.missing !== undefined) skip(client.missing);
      const cloud = cloudOf(tls);
      const options = { clientId, encoding: "PEM", withChain: false } as const;
      const device = await cloud.makeDevice(authorityOf(key), options);
      const before = cloud.attempts.length;
      const dial = { ...device.dial, ...(await mistake(device)) };
      const sight = await client.connect(dial).catch(toSight);
      expect(sight).toEqual({ isConnected: false, saw: expect.stringMatching(saw) });
      if (logged === undefined) return expect(cloud.attempts.slice(before)).toEqual([]);
      await expect.poll(() => cloud.attempts.length).toBe(before + 1);
      expect(cloud.attempts.at(-1)).toMatchObject({
        outcome: logged.outcome,
        sentence: expect.stringMatching(logged.sentence),
      });
    },
  );
});

describe("with the protocol name x-amzn-mqtt-ca (ALPN)", () => {
  const all = Object.values(clients);
  test.for(all.map((client, index) => ({ client, name: client.name, mqtt: client.mqtt, index })))(
    "$name is let in by MQTT $mqtt",
    async ({ client, index }, { skip }) => {
      if (client.missing !== undefined) skip(client.missing);
      const cloud = cloudOf(client === mbedtls ? "TLSv1.2" : "TLSv1.3");
      const options = { clientId: `alpn-${index}`, encoding: "PEM", withChain: false } as const;
      const device = await cloud.makeDevice(authorityOf("ec-p256"), options);
      await cloud.register(device);
      await cloud.admit(device);
      const sight = await client.connect({ ...device.dial, alpn: "x-amzn-mqtt-ca" });
      expect(sight).toEqual({ isConnected: true, saw: "connected" });
      expect(cloud.attempts.at(-1)).toMatchObject({
        clientId: options.clientId,
        outcome: "ACCEPTED",
        alpn: "x-amzn-mqtt-ca",
      });
    },
  );
});

function cloudOf(tls: TlsVersion): Cloud {
  const cloud = clouds.get(tls);
  if (cloud === undefined) throw new Error(`There is no cloud for ${tls}`);
  return cloud;
}

function authorityOf(key: DeviceKey): Authority {
  const authority = authorities.get(key);
  if (authority === undefined) throw new Error(`There is no authority for ${key}`);
  return authority;
}

/** Some throw before they dial. */
function toSight(error: unknown) {
  return { isConnected: false, saw: String(error) };
}
