import type { X509Certificate } from "node:crypto";
import type { TLSSocket } from "node:tls";
import { certificateIdOf } from "../registry/certificate-id.ts";
import type { Peer } from "./connection-attempt.ts";

const maximumChainLength = 10;

export interface ConnectedPeer extends Peer {
  readonly certificate: X509Certificate | undefined;
}

/** Reads what a client showed in its finished TLS handshake. */
export function readPeer(socket: TLSSocket): ConnectedPeer {
  const certificate = socket.getPeerX509Certificate();
  return {
    remoteAddress: socket.remoteAddress ?? "",
    tlsVersion: socket.getProtocol() ?? undefined,
    cipher: socket.getCipher().standardName,
    serverName: socket.servername || undefined,
    chain: toChain(certificate).map((sent) => ({
      certificateId: certificateIdOf(sent),
      subject: sent.subject.replaceAll("\n", ","),
    })),
    certificate,
  };
}

function toChain(leaf: X509Certificate | undefined): readonly X509Certificate[] {
  const chain: X509Certificate[] = [];
  let next = leaf;
  while (next !== undefined && chain.length < maximumChainLength) {
    chain.push(next);
    next = next.issuerCertificate;
  }
  return chain;
}
