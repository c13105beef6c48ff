import type { OnMessageCallback } from "mqtt";
import { afterAll, beforeAll, describe, inject, test } from "vitest";
import { createStockClients } from "./clients/stock-clients.ts";
import { type Cloud, startCloud } from "./support/cloud.ts";
import { type Cell, toCells, toReport, toTitle } from "./support/matrix.ts";
import { type Authority, createAuthority, type DeviceKey } from "./support/pki.ts";

const clients = Object.values(createStockClients(inject("tools")));
const keys = ["rsa-2048", "ec-p256", "ec-p384"] as const satisfies readonly DeviceKey[];

describe.each(["TLSv1.2", "TLSv1.3"] as const)("over %s", (tls) => {
  let cloud: Cloud;
  const authorities = new Map<DeviceKey, Authority>();
  beforeAll(async () => {
    cloud = await startCloud(tls);
    for (const key of keys) {
      const authority = await createAuthority(key);
      authorities.set(key, authority);
      await cloud.registerCa(authority);
    }
    await cloud.backend.subscribeAsync("dt/+/up", { qos: 1 });
  });
  afterAll(() => cloud[Symbol.asyncDispose]());

  const cells = toCells(clients, tls).map((cell, index) => ({
    cell,
    title: toTitle(cell),
    clientId: `device-${index}`,
  }));

  test.concurrent.for(cells)("$title", async ({ cell, clientId }, { expect, task, skip }) => {
    const { client, encoding, withChain } = cell;
    if (client.missing !== undefined) {
      task.meta.cell = toReport(cell, client.missing);
      skip(client.missing);
    }
    const device = await cloud.makeDevice(authorityOf(cell), { clientId, encoding, withChain });
    const { isConnected, saw } = await client.connect(device.dial);
    expect(isConnected).toBe(false);
    const reason = client.cannotSpeak?.[tls];
    if (reason !== undefined) {
      task.meta.cell = toReport(cell, reason, false);
      return expect(saw).toContain("no TLS 1.3");
    }
    task.meta.cell = toReport(cell, saw);
    expect(cloud.attemptsOf(clientId)).toMatchObject([
      { outcome: "REGISTERED", tlsVersion: tls, chain: { length: withChain ? 2 : 1 } },
    ]);
    await expect.poll(() => cloud.heardOf).toContain(device.certificateId);

    await cloud.admit(device);
    expect(await receive(cell, device.dial)).toEqual([`dt/${clientId}/down hello`]);
    const published = messagesOn(cloud, `dt/${clientId}/up`, 2);
    await client.publish(device.dial, `dt/${clientId}/up`, "hi");
    expect(await published).toEqual(["0 hi", "1 hi"]);
    const outcomes = new Set(cloud.attemptsOf(clientId).map(({ outcome }) => outcome));
    expect([...outcomes]).toEqual(["REGISTERED", "ACCEPTED"]);
  });

  function authorityOf({ key }: Cell): Authority {
    const authority = authorities.get(key);
    if (authority === undefined) throw new Error(`There is no authority for ${key}`);
    return authority;
  }

  function receive({ client }: Cell, dial: Parameters<typeof client.receive>[0]) {
    const topic = `dt/${dial.clientId}/down`;
    const onSubscribed = () => cloud.backend.publish(topic, "hello", { qos: 1 });
    return client.receive(dial, { filter: topic, count: 1, onSubscribed });
  }
});

/** The next messages on a topic, as `qos payload`. */
function messagesOn({ backend }: Cloud, topic: string, count: number): Promise<readonly string[]> {
  return new Promise((resolve) => {
    const messages: string[] = [];
    const onMessage: OnMessageCallback = (name, payload, { qos }) => {
      if (name !== topic || messages.push(`${qos} ${payload.toString()}`) < count) return;
      backend.off("message", onMessage);
      resolve(messages);
    };
    backend.on("message", onMessage);
  });
}
