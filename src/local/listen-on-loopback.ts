import type { Server } from "node:http";
import type { AddressInfo } from "node:net";

export interface LoopbackServer {
  readonly url: string;
  /** Connections that are open end. */
  readonly close: () => Promise<void>;
}

/** Has a server listen on 127.0.0.1. @param port 0 for a free one. */
export async function listenOnLoopback(server: Server, port: number): Promise<LoopbackServer> {
  const address = await new Promise<AddressInfo>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => resolve(server.address() as AddressInfo));
  });
  return {
    url: `http://127.0.0.1:${address.port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
