import type { ConnectionAttempt, ConnectRequest, Peer } from "./connection-attempt.ts";
import type { ListenerDeps } from "./listener-deps.ts";
import { toSentence } from "./outcome-sentences.ts";

/** Reports one outcome of one connection. */
export type Report = (peer: Peer, request: ConnectRequest, what: Reported) => void;

interface Reported {
  readonly outcome: ConnectionAttempt["outcome"];
  /** What is special to this case. */
  readonly detail?: string | undefined;
}

/** Of a connection without a CONNECT packet. */
export const noRequest: ConnectRequest = {
  clientId: undefined,
  mqttVersion: undefined,
  keepAliveSeconds: undefined,
  isCleanSession: undefined,
  sessionExpirySeconds: undefined,
};

export function createReport({ report, now }: Pick<ListenerDeps, "report" | "now">): Report {
  return (peer, request, { outcome, detail }) => {
    const { remoteAddress, remotePort, tlsVersion, cipher, serverName, alpn, chain } = peer;
    report({
      at: now(),
      remoteAddress,
      remotePort,
      tlsVersion,
      cipher,
      serverName,
      alpn,
      chain,
      ...request,
      outcome,
      sentence: toSentence(outcome, detail),
    });
  };
}
