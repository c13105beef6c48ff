import { once } from "node:events";
import { iot, mqtt5 } from "aws-iot-device-sdk-v2";
import { toTlsContext } from "./device-sdk-tls.ts";
import {
  type Dial,
  type Line,
  type Receiving,
  type Sight,
  type StockClient,
  toLine,
} from "./stock-client.ts";

/** The MQTT 5 client of the AWS IoT Device SDK v2 for JavaScript, on s2n-tls. */
export function createDeviceSdk5(): StockClient {
  const connect = async (dial: Dial): Promise<Sight> => {
    const client = toClient(dial);
    const sight = await firstSight(client);
    await stop(client);
    return sight;
  };

  const open = async (dial: Dial) => {
    const client = toClient(dial);
    const { isConnected, saw } = await firstSight(client);
    if (isConnected) return client;
    await stop(client);
    throw new Error(`The device SDK was not let in: ${saw}`);
  };

  const receive = async (dial: Dial, { filter, count, onSubscribed }: Receiving) => {
    const client = await open(dial);
    const lines: Line[] = [];
    const done = new Promise<void>((resolve) => {
      client.on("messageReceived", ({ message: { topicName, payload } }) => {
        if (lines.push(toLine(topicName, new Uint8Array(payload as ArrayBuffer))) === count)
          resolve();
      });
    });
    const qos = mqtt5.QoS.AtLeastOnce;
    const { reasonCodes } = await client.subscribe({
      subscriptions: [{ topicFilter: filter, qos }],
    });
    if (reasonCodes[0] !== mqtt5.SubackReasonCode.GrantedQoS1)
      throw new Error(`The subscription got ${reasonCodes.join()}`);
    onSubscribed();
    await done;
    await stop(client);
    return lines;
  };

  const publish = async (dial: Dial, topicName: string, payload: string) => {
    const client = await open(dial);
    await client.publish({ topicName, payload, qos: mqtt5.QoS.AtMostOnce });
    await client.publish({ topicName, payload, qos: mqtt5.QoS.AtLeastOnce });
    await stop(client);
  };

  /** By itself, and twice as long apart each time. */
  const persist = async (dial: Dial) => {
    const client = toClient(dial);
    let attempts = 1;
    client.on("connectionFailure", () => {
      attempts += 1;
    });
    const connected = once(client, "connectionSuccess");
    client.start();
    await connected;
    await stop(client);
    return attempts;
  };

  return {
    name: "AWS IoT Device SDK v2",
    mqtt: "5",
    encodings: ["PEM"],
    connect,
    receive,
    publish,
    persist,
  };
}

function toClient(dial: Dial): mqtt5.Mqtt5Client {
  const { clientId, certificate, key, serverCa, port, alpn } = dial;
  const builder = iot.AwsIotMqtt5ClientConfigBuilder.newDirectMqttBuilderWithMtlsFromPath(
    "localhost",
    certificate,
    key,
  );
  const config = builder
    .withCertificateAuthorityFromPath(undefined, serverCa)
    .withPort(port)
    .withConnectProperties({ clientId, keepAliveIntervalSeconds: 60 })
    .build();
  const client = new mqtt5.Mqtt5Client(
    alpn === undefined ? config : { ...config, tlsCtx: toTlsContext(dial, alpn) },
  );
  client.on("error", () => {});
  return client;
}

/** Of its first attempt; it would go on to try. */
function firstSight(client: mqtt5.Mqtt5Client): Promise<Sight> {
  return new Promise((resolve) => {
    client.on("connectionSuccess", () => resolve({ isConnected: true, saw: "connected" }));
    client.on("connectionFailure", ({ error, connack }) => {
      const reason = connack && `, CONNACK ${mqtt5.ConnectReasonCode[connack.reasonCode]}`;
      const saw = `connectionFailure event, ${error.error_name}${reason ?? ""}`;
      resolve({ isConnected: false, saw });
    });
    client.start();
  });
}

async function stop(client: mqtt5.Mqtt5Client): Promise<void> {
  const stopped = once(client, "stopped");
  client.stop();
  await stopped;
  client.close();
}
