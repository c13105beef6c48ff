import { connect as connectTls, type SecureVersion, type TLSSocket } from "node:tls";
import { connect, type MqttClient } from "mqtt";
import type { Leaf } from "../../local/sample-pki.ts";
import type { Endpoints } from "../../local/endpoints.ts";

/** A device as it leaves the factory. */
export interface Device {
  readonly name: string;
  readonly tls: SecureVersion;
  readonly certificate: Leaf;
  /** CAs that it sends along. */
  readonly chainPem: string;
}

/** What a client saw of one connect. */
export type Connect =
  | { readonly result: "accepted"; readonly protocol: string; readonly session: Session }
  | { readonly result: "refused"; readonly protocol: string };

export interface Session {
  /** `allowed` when the broker acknowledges it, `refused` when it closes the connection. */
  publish(topic: string): Promise<"allowed" | "refused">;
  close(): Promise<void>;
}

const timeoutMs = 5_000;

/**
 * Connects as a device does: MQTT 3.1.1 over mutual TLS, its thing name as client id.
 *
 * @throws when the broker neither accepts nor closes the connection, or cannot be reached.
 */
export function connectDevice(
  device: Device,
  mqtt: Endpoints["mqtt"],
  serverCaPem: string,
): Promise<Connect> {
  const { name, tls, certificate, chainPem } = device;
  let socket: TLSSocket | undefined;
  let protocol = "no TLS";
  const client = connect({
    protocolVersion: 4,
    clientId: name,
    reconnectPeriod: 0,
    connectTimeout: timeoutMs,
    keepalive: 60,
    createConnection: () => socket,
  });
}
