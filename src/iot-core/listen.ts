import { once } from "node:events";
import type { AddressInfo, ListenOptions, Server } from "node:net";
import { IotCoreError } from "./iot-core-error.ts";

const host = "127.0.0.1";

/**
 * Lets a server listen on 127.0.0.1.
 *
 * @returns the port, which is another than asked for when that was 0.
 * @throws PORT_IN_USE
 */
export async function listen(
  server: Server,
  options: Required<Pick<ListenOptions, "port">> & Pick<ListenOptions, "backlog">,
): Promise<number> {
  server.listen({ host, ...options });
  try {
    await once(server, "listening");
  } catch (error) {
    const isTaken = error instanceof Error && "code" in error && error.code === "EADDRINUSE";
    if (!isTaken) throw error;
    throw new IotCoreError(
      "PORT_IN_USE",
      `Port ${options.port} on ${host} is taken; stop what listens there or choose another port.`,
      { cause: error },
    );
  }
  return (server.address() as AddressInfo).port;
}
