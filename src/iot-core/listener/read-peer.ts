import type { X509Certificate } from "node:crypto";
import type { TLSSocket } from "node:tls";
import { certificateIdOf } from "../registry/certificate-id.ts";
import type { Peer } from "./connection-attempt.ts";

const maximumChainLength = 10;
const maximumSubjectLength = 1000;

/** Reads what a client showed in its finished TLS handshake, and the certificate itself. */
export function readPeer(socket: TLSSocket): {
  readonly peer: Peer;
  readonly certificate: X509Certificate | undefined;
} {
  const certificate = socket.getPeerX509Certificate();
  const peer = {
    remoteAddress: socket.remoteAddress ?? "",
    remotePort: socket.remotePort,
    tlsVersion: socket.getProtocol() ?? undefined,
    cipher: socket.getCipher().standardName,
    serverName: socket.servername || undefined,
    alpn: socket.alpnProtocol || undefined,
    chain: toChain(certificate).map((sent) => ({
      certificateId: certificateIdOf(sent),
      subject: toOneLine(sent),
    })),
  };
  return { peer, certificate };
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

/** A certificate need not have a subject; Node then gives none, whatever its types say. */
function toOneLine({ subject }: { readonly subject: string | undefined }): string {
  return (subject ?? "").slice(0, maximumSubjectLength).replaceAll("\n", ",");
}
