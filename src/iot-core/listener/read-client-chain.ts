import type { X509Certificate } from "node:crypto";
import type { TLSSocket } from "node:tls";
import { certificateIdOf } from "../registry/certificate-id.ts";

export interface ClientCertificate {
  readonly certificateId: string;
  readonly certificate: X509Certificate;
}

/** Longer chains are cut; AWS IoT's own limit is not documented. */
const maxChain = 8;

/**
 * Reads the certificates that the client sent, leaf first.
 *
 * `getPeerCertificate(true)` would mix in the server's own store.
 */
export function readClientChain(socket: TLSSocket): readonly ClientCertificate[] {
  const chain: ClientCertificate[] = [];
  let certificate = socket.getPeerX509Certificate();
  while (certificate && chain.length < maxChain) {
    const certificateId = certificateIdOf(certificate);
    if (chain.some((each) => each.certificateId === certificateId)) break;
    chain.push({ certificateId, certificate });
    certificate = certificate.issuerCertificate;
  }
  return chain;
}
