import { iot, mqtt } from "aws-iot-device-sdk-v2";
import { toTlsContext } from "./device-sdk-tls.ts";
import {
  type Dial,
  type Line,
  type Receiving,
  repeat,
  type Sight,
  type StockClient,
  toLine,
} from "./stock-client.ts";

/** The MQTT 3.1.1 client of the AWS IoT Device SDK v2 for JavaScript, on s2n-tls. */
export function createDeviceSdk(): StockClient {
  const toConnection = (dial: Dial) => {
    const connection = new mqtt.MqttClient().new_connection(toConfig(dial));
    // Its other events repeat what its promises say.
    connection.on("error", () => {});
    return connection;
  };

  const open = async (dial: Dial) => {
    const connection = toConnection(dial);
    await connection.connect();
    return connection;
  };

  /** Its first `connect()` is not repeated by itself when it fails. */
  const connect = async (dial: Dial): Promise<Sight> => {
    const connection = toConnection(dial);
    try {
      await connection.connect();
    } catch (error) {
      return { isConnected: false, saw: `connect() rejects, ${toName(error)}` };
    }
    await connection.disconnect();
    return { isConnected: true, saw: "connected" };
  };

  const receive = async (dial: Dial, { filter, count, onSubscribed }: Receiving) => {
    const connection = await open(dial);
    const lines: Line[] = [];
    await new Promise<void>((resolve, reject) => {
      const onMessage = (topic: string, payload: ArrayBuffer) => {
        if (lines.push(toLine(topic, new Uint8Array(payload))) === count) resolve();
      };
      connection.subscribe(filter, mqtt.QoS.AtLeastOnce, onMessage).then(onSubscribed, reject);
    });
    await connection.disconnect();
    return lines;
  };

  const publish = async (dial: Dial, topic: string, payload: string) => {
    const connection = await open(dial);
    await connection.publish(topic, payload, mqtt.QoS.AtMostOnce);
    await connection.publish(topic, payload, mqtt.QoS.AtLeastOnce);
    await connection.disconnect();
  };

  return {
    name: "AWS IoT Device SDK v2",
    mqtt: "3.1.1",
    encodings: ["PEM"],
    connect,
    receive,
    publish,
    persist: (dial) => repeat(() => connect(dial)),
  };
}

function toConfig(dial: Dial): mqtt.MqttConnectionConfig {
  const { certificate, key, serverCa, alpn } = dial;
  const config = iot.AwsIotMqttConnectionConfigBuilder.new_mtls_builder_from_path(certificate, key)
    .with_certificate_authority_from_path(undefined, serverCa)
    .with_clean_session(true)
    .with_client_id(dial.clientId)
    .with_endpoint(dial.serverName ?? "localhost")
    .with_port(dial.port)
    .build();
  return alpn === undefined ? config : { ...config, tls_ctx: toTlsContext(dial, alpn) };
}

/** It rejects with errors, and with their messages. */
function toName(error: unknown): string {
  if (error instanceof Error && "error_name" in error) return String(error.error_name);
  return String(error);
}
