import "reflect-metadata";
import { createPublicKey } from "node:crypto";
import { Pkcs10CertificateRequest } from "@peculiar/x509";
import { isKeyAccepted } from "../certificates/check-acceptable.ts";
import { AwsError } from "./aws-error.ts";

export interface SigningRequest {
  /** As `CN=…`. */
  readonly subject: string;
  /** SubjectPublicKeyInfo. */
  readonly publicKeyDer: ArrayBuffer;
}

/**
 * Reads a certificate signing request in PEM (RFC 2986).
 *
 * @throws InvalidRequestException when it is none, its signature is not good, or its key too weak.
 */
export async function parseSigningRequest(pem: string): Promise<SigningRequest> {
  const request = await readVerified(pem);
  if (request === undefined) {
    throw new AwsError(
      "InvalidRequestException",
      "certificateSigningRequest holds no CSR with a good signature",
    );
  }
  const publicKeyDer = request.publicKey.rawData;
  const publicKey = createPublicKey({
    key: Buffer.from(publicKeyDer),
    type: "spki",
    format: "der",
  });
  if (!isKeyAccepted({ publicKey })) {
    throw new AwsError(
      "InvalidRequestException",
      "The key must be RSA of at least 2048 bits, or EC on P-256, P-384 or P-521",
    );
  }
  return { subject: request.subject, publicKeyDer };
}

async function readVerified(pem: string): Promise<Pkcs10CertificateRequest | undefined> {
  try {
    const request = new Pkcs10CertificateRequest(pem);
    return (await request.verify()) ? request : undefined;
  } catch {
    return undefined;
  }
}
