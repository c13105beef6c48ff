import { connect as connectTls, type SecureVersion } from "node:tls";
import { MqttClient } from "mqtt";
import type { Endpoints } from "../../local/endpoints.ts";
import type { Leaf } from "../../local/sample-pki.ts";

/** A device as it leaves the factory. */
export interface Device {
  /** Also its client id, as the policy asks for. */
  readonly thingName: string;
  readonly tlsVersion: SecureVersion;
  readonly certificate: Leaf;
}

/** What of a device it takes to connect. */
interface Dialing extends Pick<Device, "thingName" | "tlsVersion"> {
  readonly certificate: Pick<Leaf, "pem" | "privateKeyPem">;
}

/** Where devices dial, and what they check the server by. */
export interface DeviceEndpoint {
  readonly mqtt: Endpoints["mqtt"];
  readonly serverCaPem: string;
}

/** What a client saw of one connect. */
export type Connect = { readonly protocol: string } & (
  | { readonly result: "accepted"; readonly session: Session }
  | { readonly result: "refused" }
);

interface Session {
  /** `allowed` when the server acknowledges it, `refused` when it closes the connection. */
  publish(topic: string): Promise<"allowed" | "refused">;
  close(): Promise<void>;
}

const timeoutMs = 5_000;

/**
 * Connects as a device does: MQTT 3.1.1 over mutual TLS.
 *
 * @returns `refused` only when the TLS handshake was done and the server then closed the connection
 * without CONNACK, which is what AWS IoT does.
 * @throws when anything else happens, such as no answer at all.
 */
export async function connectDevice(device: Dialing, endpoint: DeviceEndpoint): Promise<Connect> {
  const { thingName, tlsVersion, certificate } = device;
  const { host, port, serverName } = endpoint.mqtt;
  const socket = connectTls({
    host,
    port,
    servername: serverName,
    ca: endpoint.serverCaPem,
    cert: certificate.pem,
    key: certificate.privateKeyPem,
    minVersion: tlsVersion,
    maxVersion: tlsVersion,
  });
  const handshake = Promise.withResolvers<string>();
  socket.once("secureConnect", () => handshake.resolve(socket.getProtocol() ?? ""));
  socket.once("error", handshake.reject);
  socket.once("close", () => handshake.reject(new Error("closed during the TLS handshake")));
  const client = new MqttClient(() => socket, {
    clientId: thingName,
    protocolVersion: 4,
    reconnectPeriod: 0,
    connectTimeout: timeoutMs,
  });
  let answered = false;
  client.once("packetreceive", () => {
    answered = true;
  });
  // A connection that breaks also closes, and that is what counts.
  client.on("error", () => {});
  const outcome = nextOf(client, { connect: "accepted", close: "refused" } as const);
  const protocol = await handshake.promise;
  const result = await outcome;
  if (result === "accepted") return { protocol, result, session: open(client) };
  await client.endAsync(true);
  if (answered) throw new Error("the server answered the CONNECT before it closed");
  return { protocol, result };
}

function open(client: MqttClient): Session {
  return {
    publish: async (topic) => {
      const closed = nextOf(client, { close: "refused" } as const);
      const acknowledged = client
        .publishAsync(topic, "hello", { qos: 1 })
        .then(() => "allowed" as const)
        // It is rejected because the connection was closed, or not at all.
        .catch(() => closed);
      return Promise.race([acknowledged, closed]);
    },
    close: () => client.endAsync(true),
  };
}

/** Waits for the first of some events. @throws when none comes in time. */
function nextOf<Result extends string>(
  client: MqttClient,
  results: Readonly<Partial<Record<"connect" | "close", Result>>>,
): Promise<Result> {
  const { promise, resolve, reject } = Promise.withResolvers<Result>();
  const timer = setTimeout(() => reject(new Error("the server gave no answer")), timeoutMs);
  timer.unref();
  for (const event of ["connect", "close"] as const) {
    const result = results[event];
    if (result === undefined) continue;
    client.once(event, () => {
      clearTimeout(timer);
      resolve(result);
    });
  }
  promise.catch(() => {});
  return promise;
}
