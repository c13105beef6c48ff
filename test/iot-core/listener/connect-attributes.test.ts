import type { IConnectPacket } from "mqtt-packet";
import { describe, expect, test } from "vitest";
import { arn, attemptConnect, connectPacket, openSession, startTestListener } from "./support.ts";

const will = { topic: "wills/d1", payload: Buffer.from("gone"), qos: 0, retain: false } as const;
const only = (...attributes: readonly string[]) => ({
  Version: "2012-10-17",
  Statement: [
    {
      Effect: "Allow",
      Action: "iot:*",
      Resource: "*",
      Condition: { "ForAllValues:StringEquals": { "iot:ConnectAttributes": attributes } },
    },
  ],
});

async function setup(policy: object) {
  const started = await startTestListener();
  const device = await started.addDevice("d1");
  started.registry.setPolicies(device.certificateId, policy);
  return { ...started, device };
}

interface Case {
  readonly name: string;
  readonly packet: Partial<IConnectPacket>;
  readonly needs: readonly string[];
}

const cases: readonly Case[] = [
  { name: "a plain connect", packet: {}, needs: [] },
  { name: "a persistent session", packet: { clean: false }, needs: ["PersistentConnect"] },
  { name: "a last will", packet: { will }, needs: ["LastWill"] },
  { name: "both", packet: { will, clean: false }, needs: ["PersistentConnect", "LastWill"] },
  {
    name: "a session of MQTT 5 that outlives its connection",
    packet: { protocolVersion: 5, properties: { sessionExpiryInterval: 1 } },
    needs: ["PersistentConnect"],
  },
];

describe("under a policy with iot:ConnectAttributes", () => {
  test.for(cases)("$name needs $needs", async ({ packet, needs }) => {
    const { target, device, registry, outcomes } = await setup(only(...needs));
    const session = await openSession(target, device, "d1", packet);
    session.socket.destroy();
    for (const missing of needs) {
      const policy = only(...needs.filter((need) => need !== missing));
      registry.setPolicies(device.certificateId, policy);
      await attemptConnect(target, device, {
        protocolVersion: packet.protocolVersion === 5 ? 5 : 4,
        packet: connectPacket("d1", packet),
      });
      expect(outcomes()).toContain("CONNECT_DENIED");
    }
  });

  test("the topic of the will can be prescribed", async () => {
    const { target, device, outcomes } = await setup({
      Version: "2012-10-17",
      Statement: [
        { Effect: "Allow", Action: "iot:Publish", Resource: "*" },
        {
          Effect: "Allow",
          Action: "iot:Connect",
          Resource: "*",
          Condition: { ArnEquals: { "iot:LastWillTopic": arn("topic/wills/*") } },
        },
      ],
    });
    await openSession(target, device, "d1", { will });
    const packet = connectPacket("d1", { will: { ...will, topic: "elsewhere" } });
    await attemptConnect(target, device, { packet });
    expect(outcomes()).toContain("CONNECT_DENIED");
  });
});
