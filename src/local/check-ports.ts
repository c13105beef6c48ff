import { checkPort, type PortUse } from "./ports.ts";

/** Where the local cloud listens; each 0 for a free one. */
export interface LocalPorts {
  readonly mqtt: number;
  readonly iot: number;
  readonly dynamodb: number;
  readonly api: number;
}

const uses: Readonly<Record<keyof LocalPorts, Omit<PortUse, "port">>> = {
  mqtt: { purpose: "devices (MQTT)", flag: "--mqtt-port" },
  iot: { purpose: "the IoT API", flag: "--iot-port" },
  dynamodb: { purpose: "the database", flag: "--dynamodb-port" },
  api: { purpose: "the HTTP API", flag: "--api-port" },
};

/**
 * Makes sure that all of them can be listened on, so that nothing has to be stopped again.
 *
 * @throws MusterError PORT_IN_USE
 */
export async function checkPorts(ports: Partial<LocalPorts>): Promise<void> {
  for (const name of ["mqtt", "iot", "dynamodb", "api"] as const) {
    const port = ports[name];
    if (port !== undefined) await checkPort({ port, ...uses[name] });
  }
}
