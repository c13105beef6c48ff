import { createServer } from "node:net";
import { MusterError } from "../rules/errors.ts";

/** A port that the local cloud listens on, and how to choose another. */
export interface PortUse {
  /** 0 for a free one. */
  readonly port: number;
  readonly purpose: string;
  readonly flag: string;
}

/**
 * Makes sure that a port of 127.0.0.1 can be listened on.
 *
 * @returns the port; for 0 one that was free just now.
 * @throws MusterError PORT_IN_USE naming port, purpose and flag.
 */
export function claimPort({ port, purpose, flag }: PortUse): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", (error: NodeJS.ErrnoException) => {
      reject(error.code === "EADDRINUSE" || error.code === "EACCES" ? taken(error) : error);
    });
    server.listen(port, "127.0.0.1", () => {
      const address = server.address();
      const free = typeof address === "object" && address !== null ? address.port : port;
      server.close(() => resolve(free));
    });

    function taken(cause: NodeJS.ErrnoException): MusterError {
      const why = cause.code === "EACCES" ? "may not be listened on" : "is taken";
      return new MusterError(
        "PORT_IN_USE",
        `Port ${port} for ${purpose} ${why}. Stop what listens there, or choose another with ${flag} <port>.`,
        { cause, details: { port, purpose, flag } },
      );
    }
  });
}
