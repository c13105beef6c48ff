import type { LocalPorts } from "../../local/check-ports.ts";
import { MusterError } from "../../rules/errors.ts";

const flags: Readonly<Record<keyof LocalPorts, string>> = {
  mqtt: "--mqtt-port",
  iot: "--iot-port",
  dynamodb: "--dynamodb-port",
  api: "--api-port",
};

/**
 * Makes sure that no two parts are to listen on one port.
 *
 * @throws MusterError CONFIGURATION_INVALID naming the options.
 */
export function checkPorts(ports: LocalPorts): void {
  const taken = new Map<number, keyof LocalPorts>();
  for (const name of ["mqtt", "iot", "dynamodb", "api"] as const) {
    const port = ports[name];
    const other = taken.get(port);
    if (port !== 0 && other !== undefined) {
      throw new MusterError(
        "CONFIGURATION_INVALID",
        `${flags[other]} and ${flags[name]} are both ${port}. Give each a port of its own, or 0 for a free one.`,
        { details: { port, options: [flags[other], flags[name]] } },
      );
    }
    taken.set(port, name);
  }
}
