import "reflect-metadata";
import { createPrivateKey, createPublicKey, X509Certificate } from "node:crypto";
import { join } from "node:path";
import * as x509 from "@peculiar/x509";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { arnOf, refusalOf, startStandIn, today } from "../support.ts";
import { createSigningRequest } from "./signing-request.ts";

describe("CreateKeysAndCertificate", () => {
  test("makes a key pair and a certificate of it", async () => {
    const { iot } = await startStandIn();
    const {
      certificatePem = "",
      certificateId = "",
      ...made
    } = await iot.createKeysAndCertificate({ setAsActive: true });
    const certificate = new X509Certificate(certificatePem);
    const key = createPrivateKey(made.keyPair?.PrivateKey ?? "");
    expect(certificate.checkPrivateKey(key)).toBe(true);
    expect(certificate.publicKey.equals(createPublicKey(made.keyPair?.PublicKey ?? ""))).toBe(true);
    expect(key.asymmetricKeyDetails?.modulusLength).toBe(2048);
    expect(certificate.subject).toBe("CN=AWS IoT Certificate");
    expect(certificate.validToDate).toEqual(new Date("2049-12-31T23:59:59Z"));
    expect(certificateId).toBe(certificate.fingerprint256.replaceAll(":", "").toLowerCase());
    expect(made.certificateArn).toBe(arnOf(`cert/${certificateId}`));
    const { certificateDescription } = await iot.describeCertificate({ certificateId });
    expect(certificateDescription).toMatchObject({
      status: "ACTIVE",
      certificateMode: "DEFAULT",
      certificatePem,
      creationDate: today,
    });
    expect(certificateDescription).not.toHaveProperty("caCertificateId");
    expect((await iot.listCACertificates({})).certificates).toEqual([]);
  });

  test("makes an inactive one unless told otherwise", async () => {
    const { iot } = await startStandIn();
    const { certificateId } = await iot.createKeysAndCertificate({});
    expect((await iot.describeCertificate({ certificateId })).certificateDescription?.status).toBe(
      "INACTIVE",
    );
  });

  test("has one authority, across requests at once and a restart", async () => {
    const stateFile = join(temporaryFolder(), "iot-core.sqlite");
    const first = await startStandIn({ stateFile });
    const csr = { certificateSigningRequest: await createSigningRequest() };
    const made = await Promise.all([1, 2, 3].map(() => first.iot.createCertificateFromCsr(csr)));
    await first.close();
    const second = await startStandIn({ stateFile });
    made.push(await second.iot.createCertificateFromCsr(csr));
    const authorities = made.map(
      ({ certificatePem = "" }) =>
        new x509.X509Certificate(certificatePem).getExtension(x509.AuthorityKeyIdentifierExtension)
          ?.keyId,
    );
    expect(authorities[0]).toMatch(/^[0-9a-f]{40}$/);
    expect(new Set(authorities).size).toBe(1);
    expect(new Set(made.map(({ certificateId }) => certificateId)).size).toBe(4);
  });
});

describe("CreateCertificateFromCsr", () => {
  test("signs the key and the subject of the request", async () => {
    const { iot } = await startStandIn();
    const { certificatePem = "" } = await iot.createCertificateFromCsr({
      certificateSigningRequest: await createSigningRequest(),
    });
    const { subject, publicKey } = new X509Certificate(certificatePem);
    expect(subject).toBe("CN=from-a-csr\nO=Acme");
    expect(publicKey.asymmetricKeyDetails).toMatchObject({ namedCurve: "prime256v1" });
  });

  test("refuses a weak key, and a request that was tampered with", async () => {
    const { iot } = await startStandIn();
    const weak = await createSigningRequest({
      name: "RSASSA-PKCS1-v1_5",
      modulusLength: 1024,
      publicExponent: new Uint8Array([1, 0, 1]),
      hash: "SHA-256",
    });
    const good = Buffer.from(
      (await createSigningRequest()).replaceAll(/-----.*-----|\n/g, ""),
      "base64",
    );
    good[good.indexOf("from-a-csr")] = 0x46;
    const tampered = `-----BEGIN CERTIFICATE REQUEST-----\n${good.toString("base64")}\n-----END CERTIFICATE REQUEST-----`;
    for (const certificateSigningRequest of [weak, tampered]) {
      const call = iot.createCertificateFromCsr({ certificateSigningRequest });
      expect(await refusalOf(call)).toBe("400 InvalidRequestException");
    }
  });
});
