import { describe, expect, test } from "vitest";
import {
  allowEverything,
  attemptConnect,
  connectMqtt,
  connectRaw,
  issue,
  type KeyKind,
  startTestListener,
} from "./support.ts";

interface Case {
  readonly tls: "TLSv1.2" | "TLSv1.3";
  readonly key: KeyKind;
  readonly sends: "leaf" | "chain";
}

const cases: readonly Case[] = [
  { tls: "TLSv1.2", key: "ec", sends: "leaf" },
  { tls: "TLSv1.2", key: "rsa", sends: "chain" },
  { tls: "TLSv1.3", key: "ec", sends: "chain" },
  { tls: "TLSv1.3", key: "rsa", sends: "leaf" },
];

async function setup(maxTlsVersion?: "TLSv1.2" | "TLSv1.3", key?: KeyKind) {
  const started = await startTestListener(maxTlsVersion === undefined ? {} : { maxTlsVersion });
  const keyOption = key === undefined ? {} : { key };
  const ca = await issue("CN=Acme device CA", keyOption);
  const device = await issue("CN=d1,O=Acme", { issuer: ca, ...keyOption });
  started.registry.addCa(ca);
  return { ...started, ca, device };
}

describe("the first connect of an unknown certificate", () => {
  test.for(cases)("registers it over $tls with $key keys and the $sends sent", async (given) => {
    const { ca, device, target, registry, events, attempts, clock } = await setup(
      given.tls,
      given.key,
    );
    const pem = given.sends === "leaf" ? device.pem : `${device.pem}${ca.pem}`;

    const { packets } = await attemptConnect(target, { ...device, pem });

    expect(packets).toEqual([]);
    expect(registry.certificates.get(device.certificateId)).toMatchObject({
      status: "PENDING_ACTIVATION",
      caCertificateId: ca.certificateId,
    });
    expect(events).toEqual([
      {
        topic: `$aws/events/certificates/registered/${ca.certificateId}`,
        payload: {
          certificateId: device.certificateId,
          caCertificateId: ca.certificateId,
          timestamp: clock.now.getTime(),
          certificateStatus: "PENDING_ACTIVATION",
          awsAccountId: "123456789012",
          certificateRegistrationTimestamp: null,
        },
      },
    ]);
    expect(attempts).toMatchObject([
      { outcome: "REGISTERED", tlsVersion: given.tls, clientId: "d1" },
    ]);
    expect(attempts[0]?.chain.map(({ subject }) => subject)).toEqual(
      given.sends === "leaf" ? ["CN=d1,O=Acme"] : ["CN=d1,O=Acme", "CN=Acme device CA"],
    );
  });

  test("publishes another event at every retry, with the time of registration", async () => {
    const { ca, device, target, events, clock, outcomes } = await setup();
    const registeredAt = clock.now;

    await attemptConnect(target, device);
    clock.now = new Date(registeredAt.getTime() + 90_000);
    await attemptConnect(target, device);

    expect(outcomes()).toEqual(["REGISTERED", "PENDING_ACTIVATION"]);
    expect(events[1]).toEqual({
      topic: `$aws/events/certificates/registered/${ca.certificateId}`,
      payload: {
        certificateId: device.certificateId,
        caCertificateId: ca.certificateId,
        timestamp: registeredAt.getTime() + 90_000,
        certificateStatus: "PENDING_ACTIVATION",
        awsAccountId: "123456789012",
        certificateRegistrationTimestamp: String(registeredAt.getTime()),
      },
    });
  });

  test("is followed by one that is accepted, once the certificate is ACTIVE with a policy", async () => {
    const { device, target, registry, outcomes } = await setup();
    await expect(connectMqtt(target, device)).rejects.toThrow();

    registry.setPolicies(device.certificateId, allowEverything);
    registry.setStatus(device.certificateId, "ACTIVE");
    const client = await connectMqtt(target, device);

    expect(client.connected).toBe(true);
    expect(outcomes()).toEqual(["REGISTERED", "ACCEPTED"]);
  });

  test("registers nothing without a CONNECT packet", async () => {
    const { device, target, registry, events, outcomes } = await setup();

    const connection = await connectRaw(target, device);
    connection.socket.end();
    await connection.closed;

    await expect.poll(outcomes).toEqual(["CLOSED_BEFORE_CONNECT"]);
    expect(registry.certificates.size).toBe(0);
    expect(events).toEqual([]);
  });

  test("takes a CA that is registered while the listener runs", async () => {
    const { target, registry, outcomes } = await setup();
    const lateCa = await issue("CN=Late CA");
    const device = await issue("CN=d2", { issuer: lateCa });

    await attemptConnect(target, device);
    registry.addCa(lateCa);
    await attemptConnect(target, device);
    expect(outcomes()).toEqual(["ISSUER_NOT_REGISTERED", "REGISTERED"]);
  });
});
