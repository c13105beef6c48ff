import { describe, expect, inject, test } from "vitest";
import type { StockClient } from "./clients/stock-client.ts";
import { createStockClients } from "./clients/stock-clients.ts";
import { type Cloud, type Device, startCloud } from "./support/cloud.ts";
import { createAuthority } from "./support/pki.ts";

const clients = createStockClients(inject("tools"));

const triples: readonly { readonly name: string; readonly kinds: readonly StockClient[] }[] = [
  {
    name: "mosquitto, MQTT.js and a C device on wolfSSL",
    kinds: [clients.mosquitto, clients.mqttJs, clients.wolfssl],
  },
  {
    name: "the device SDK, MQTT.js with MQTT 5 and a C device on wolfSSL",
    kinds: [clients.deviceSdk, clients.mqttJs5, clients.wolfssl],
  },
  {
    name: "the device SDK with MQTT 5, mosquitto with MQTT 5 and mosquitto",
    kinds: [clients.deviceSdk5, clients.mosquitto5, clients.mosquitto],
  },
];
/** Their own topic, and one that is everybody's: what they may receive of it the policy says. */
const filters = [(clientId: string) => `dt/${clientId}/down`, () => "dt/+/down"];
const messages = ["one", "two", "three"];

describe("three devices at once get what is sent to them, and nothing of the others'", () => {
  const cases = triples.flatMap(({ name, kinds }) =>
    filters.map((toFilter) => ({ name, kinds, toFilter, filter: toFilter("<its own>") })),
  );

  test.for(cases)("$name on $filter", async ({ kinds, toFilter }, { skip }) => {
    const missing = kinds.find((client) => client.missing !== undefined)?.missing;
    if (missing !== undefined) skip(missing);
    await using cloud = await startCloud("TLSv1.3");
    const devices = await admitThree(cloud);
    let subscribed = 0;
    const onSubscribed = async () => {
      subscribed += 1;
      if (subscribed === devices.length) await sendInTurn(cloud, devices);
    };
    const received = kinds.map(async (client, index) => {
      const { dial } = devices[index] as Device;
      const filter = toFilter(dial.clientId);
      return client.receive(dial, { filter, count: messages.length, onSubscribed });
    });
    expect(await Promise.all(received)).toEqual(
      devices.map(({ dial: { clientId } }) =>
        messages.map((text) => `dt/${clientId}/down ${text} for ${clientId}`),
      ),
    );
  });
});

async function admitThree(cloud: Cloud): Promise<readonly Device[]> {
  const authority = await createAuthority("ec-p256");
  const devices: Device[] = [];
  for (const clientId of ["lamp", "pump", "valve"]) {
    const device = await cloud.makeDevice(authority, {
      clientId,
      encoding: "PEM",
      withChain: false,
    });
    await cloud.register(device);
    await cloud.admit(device);
    devices.push(device);
  }
  return devices;
}

/** Each device's last message comes after others': what is meant for those would have come before. */
async function sendInTurn(cloud: Cloud, devices: readonly Device[]): Promise<void> {
  for (const text of messages) {
    for (const { dial } of devices) {
      const { clientId } = dial;
      await cloud.backend.publishAsync(`dt/${clientId}/down`, `${text} for ${clientId}`, {
        qos: 1,
      });
    }
  }
}
