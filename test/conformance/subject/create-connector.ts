import { setTimeout as sleep } from "node:timers/promises";
import { Mismatch } from "../expect.ts";
import type { Identity } from "./issue-certificate.ts";
import { createSession, type Session, toConnectPacket } from "./mqtt-session.ts";
import { type Link, openLink } from "./open-link.ts";
import type { Run } from "./open-run.ts";
import type { ConnectOptions, OpenOptions, Subject } from "./subject.ts";

interface ConnectorDeps {
  readonly run: Run;
  readonly name: Subject["name"];
  readonly afterwards: Subject["afterwards"];
}

/** AWS lets a refused client try again after a second. */
const retryAfterMs = 1500;

/** Builds what connects devices to the device endpoint. */
export function createConnector({
  run,
  name,
  afterwards,
}: ConnectorDeps): Pick<Subject, "attempt" | "connect" | "open"> {
  const { target, endpointAddress } = run;

  const open = async (identity: Identity | undefined, options: OpenOptions = {}): Promise<Link> => {
    const { host = endpointAddress, port, caPem, isUnverified = false } = target.mqtt;
    const link = await openLink(
      {
        host,
        port,
        servername: endpointAddress,
        rejectUnauthorized: !isUnverified,
        ...(caPem !== undefined && { ca: caPem }),
        ...(identity && { key: identity.keyPem, cert: identity.pem }),
        ...options.tls,
        // Some cases send another name than the server's, or none.
        ...(options.tls?.servername !== undefined && { checkServerIdentity: () => undefined }),
      },
      options.version ?? 4,
      target.patienceMs,
    );
    afterwards(() => link.close());
    return link;
  };

  /** The session, or what came instead. */
  const tryConnect = async (
    identity: Identity | undefined,
    options: ConnectOptions,
  ): Promise<Session | string> => {
    const { clientId = name("client"), version = 4, tls, packet } = options;
    const link = await open(identity, { version, ...(tls && { tls }) }).catch(
      (error: Error) => error,
    );
    if (link instanceof Error) return "TLS refused";
    // Only now, as a handshake may take a while: what counts is when CONNECT arrives.
    if (!options.isHurried) await run.connectPace(clientId);
    link.send(toConnectPacket(clientId, version, packet));
    const connack = await link.receive("connack").catch((error: unknown) => {
      if (error instanceof Mismatch && error.seen.includes("closed")) return undefined;
      throw error;
    });
    if (connack === undefined) return "closed without CONNACK";
    const code = version === 5 ? connack.reasonCode : connack.returnCode;
    return code === 0 ? createSession(link, { clientId, version, connack }) : `CONNACK ${code}`;
  };

  return {
    open,
    attempt: async (identity, options = {}) => {
      const session = await tryConnect(identity, options);
      return typeof session === "string" ? session : "accepted";
    },
    connect: async (identity, options = {}) => {
      const deadline = Date.now() + target.patienceMs;
      for (;;) {
        const session = await tryConnect(identity, options);
        if (typeof session !== "string") return session;
        if (!target.isEventual || Date.now() > deadline) throw new Mismatch("accepted", session);
        await sleep(retryAfterMs);
      }
    },
  };
}
