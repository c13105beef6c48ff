import { readFileSync } from "node:fs";
import mqtt, { type IClientOptions, type MqttClient } from "mqtt";
import {
  type Dial,
  type Line,
  type Receiving,
  type Sight,
  type StockClient,
  toLine,
} from "./stock-client.ts";

const closedSilently = "close event, no error";

/** MQTT.js on Node's own TLS, which is OpenSSL. */
export function createMqttJs(version: StockClient["mqtt"]): StockClient {
  const dialOnce = (dial: Dial) =>
    mqtt.connect({ ...toOptions(dial, version), reconnectPeriod: 0 });

  const connect = async (dial: Dial) => {
    const options = tryOptions(() => dialOnce(dial));
    if (options instanceof Error) return { isConnected: false, saw: options.message };
    const sight = await firstSight(options);
    await options.endAsync(true);
    return sight;
  };

  const open = async (dial: Dial): Promise<MqttClient> => {
    const client = dialOnce(dial);
    const { isConnected, saw } = await firstSight(client);
    if (isConnected) return client;
    throw new Error(`MQTT.js was not let in: ${saw}`);
  };

  const receive = async (dial: Dial, { filter, count, onSubscribed }: Receiving) => {
    const client = await open(dial);
    const lines: Line[] = [];
    const done = new Promise<void>((resolve) => {
      client.on("message", (topic, payload) => {
        if (lines.push(toLine(topic, payload)) === count) resolve();
      });
    });
    await client.subscribeAsync(filter, { qos: 1 });
    onSubscribed();
    await done;
    await client.endAsync();
    return lines;
  };

  const publish = async (dial: Dial, topic: string, payload: string) => {
    const client = await open(dial);
    await client.publishAsync(topic, payload, { qos: 0 });
    await client.publishAsync(topic, payload, { qos: 1 });
    await client.endAsync();
  };

  /** By itself: it is told nothing but how long to wait. */
  const persist = async (dial: Dial) => {
    const client = mqtt.connect({ ...toOptions(dial, version), reconnectPeriod: 1000 });
    let attempts = 1;
    client.on("reconnect", () => {
      attempts += 1;
    });
    client.on("error", () => {});
    await new Promise((resolve) => client.once("connect", resolve));
    await client.endAsync();
    return attempts;
  };

  return {
    name: "MQTT.js",
    mqtt: version,
    encodings: ["PEM"],
    connect,
    receive,
    publish,
    persist,
  };
}

function toOptions(dial: Dial, version: StockClient["mqtt"]): IClientOptions {
  // Not among its types, but handed on to Node.
  const versions = { minVersion: dial.tls, maxVersion: dial.tls };
  return {
    protocol: "mqtts",
    protocolVersion: version === "5" ? 5 : 4,
    // Dialled by address, Node sends no name but the one it is told.
    host: dial.serverName === "" ? "127.0.0.1" : "localhost",
    port: dial.port,
    servername: dial.serverName ?? "localhost",
    ca: readFileSync(dial.serverCa),
    cert: readFileSync(dial.certificate),
    key: readFileSync(dial.key),
    ...versions,
    clientId: dial.clientId,
    ...(dial.alpn !== undefined && { ALPNProtocols: [dial.alpn] }),
  };
}

/** A key that does not fit is an exception. */
function tryOptions<T>(make: () => T): T | Error {
  try {
    return make();
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

/** Let in, or how it was refused: a close without CONNACK is no error to it. */
function firstSight(client: MqttClient): Promise<Sight> {
  return new Promise((resolve) => {
    let saw = closedSilently;
    client.once("connect", () => resolve({ isConnected: true, saw: "connected" }));
    client.once("close", () => resolve({ isConnected: false, saw }));
    client.on("error", (error) => {
      saw = `error event, ${error.message}`;
    });
  });
}
