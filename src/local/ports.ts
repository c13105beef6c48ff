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
 * @throws MusterError PORT_IN_USE naming port, purpose and flag.
 */
export async function checkPort({ port, purpose, flag }: PortUse): Promise<void> {
  try {
    await tryPort(port);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code !== "EADDRINUSE" && code !== "EACCES") throw error;
    const why = code === "EACCES" ? "may not be listened on" : "is taken";
    throw new MusterError(
      "PORT_IN_USE",
      `Port ${port} for ${purpose} ${why}. Stop what listens there, or choose another with ${flag} <port>.`,
      { cause: error, details: { port, purpose, flag } },
    );
  }
}

/** @returns a port that was free just now, for programs that cannot take a free one themselves. */
export function findFreePort(): Promise<number> {
  return tryPort(0);
}

function tryPort(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => {
      const address = server.address();
      const found = typeof address === "object" && address !== null ? address.port : port;
      server.close(() => resolve(found));
    });
  });
}
