import "reflect-metadata";
import { webcrypto } from "node:crypto";
import { Pkcs10CertificateRequestGenerator } from "@peculiar/x509";

/** A CSR in PEM, of an EC key unless another algorithm is given. */
export async function createSigningRequest(
  algorithm: webcrypto.EcKeyGenParams | webcrypto.RsaHashedKeyGenParams = {
    name: "ECDSA",
    namedCurve: "P-256",
  },
): Promise<string> {
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const request = await Pkcs10CertificateRequestGenerator.create({
    name: "CN=from-a-csr,O=Acme",
    keys,
    signingAlgorithm: { ...algorithm, hash: "SHA-256" },
  });
  return request.toString("pem");
}
