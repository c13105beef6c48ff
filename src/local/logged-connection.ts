import * as z from "zod";
import type { ConnectionReport } from "./start-stand-in.ts";

/**
 * One line of the log of connections: what came, what was decided and why. Fields that this version
 * does not know are kept.
 */
export const loggedConnection = z.looseObject({
  at: z.iso.datetime(),
  outcome: z.string(),
  sentence: z.string(),
  remoteAddress: z.string().optional(),
  remotePort: z.int().optional(),
  tlsVersion: z.string().optional(),
  cipher: z.string().optional(),
  /** The SNI. */
  serverName: z.string().optional(),
  alpn: z.string().optional(),
  /** As sent, the device's own certificate first. */
  chain: z.array(z.object({ certificateId: z.string(), subject: z.string() })).default([]),
  clientId: z.string().optional(),
  mqttVersion: z.string().optional(),
  keepAliveSeconds: z.number().optional(),
  isCleanSession: z.boolean().optional(),
  sessionExpirySeconds: z.number().optional(),
});

export type LoggedConnection = z.output<typeof loggedConnection>;

/** As it is written, and shown while it comes. */
export function toLoggedConnection({ at, chain, ...report }: ConnectionReport): LoggedConnection {
  return { at: at.toISOString(), ...report, chain: [...chain] };
}
