import type { ConnectionAttempt, Peer } from "./connection-attempt.ts";
import type { ListenerDeps } from "./listener-deps.ts";
import { toSentence } from "./outcome-sentences.ts";

/** Reports one outcome of one connection. */
export type Report = (peer: Peer, what: Reported) => void;

interface Reported {
  readonly clientId: string | undefined;
  readonly outcome: ConnectionAttempt["outcome"];
  readonly detail: string | undefined;
}

export function createReport({ report, now }: Pick<ListenerDeps, "report" | "now">): Report {
  return ({ remoteAddress, tlsVersion, cipher, serverName, chain }, what) =>
    report({
      at: now(),
      remoteAddress,
      tlsVersion,
      cipher,
      serverName,
      chain,
      clientId: what.clientId,
      outcome: what.outcome,
      sentence: toSentence(what.outcome, what.detail),
    });
}
