import { X509Certificate } from "node:crypto";
import * as z from "zod";
import { certificateIdOf } from "../registry/certificate-id.ts";
import {
  createIssuingAuthority,
  generateRsaKeys,
  type IssueRequest,
  type IssuingAuthority,
  issueCertificate,
} from "./certificate-issuer.ts";
import type { OperationContext } from "./operation-context.ts";
import { parseSigningRequest } from "./parse-signing-request.ts";
import { createRoute, type Route } from "./route.ts";
import { flag } from "./shapes.ts";

const authority = z.object({ privateKeyPem: z.string() });
const note = "Signed by a throw-away CA of the stand-in; it is in no list of CA certificates.";

/** Operations that make certificates. AWS signs them with a CA of its own. */
export function createIssuedCertificateRoutes({
  registry,
  tables,
  arns,
  now,
}: OperationContext): readonly Route[] {
  const { settings, certificates } = tables;

  const readAuthority = (): IssuingAuthority | undefined => {
    const text = settings.get("issuingAuthority");
    return text === undefined ? undefined : authority.parse(JSON.parse(text));
  };

  const findOrAddAuthority = async (): Promise<IssuingAuthority> => {
    const created = readAuthority() ?? (await createIssuingAuthority());
    return registry.transaction(() => {
      // Another request may have been first.
      const known = readAuthority();
      if (known === undefined) settings.set("issuingAuthority", JSON.stringify(created));
      return known ?? created;
    });
  };

  const issue = async (request: Omit<IssueRequest, "notBefore">, isActive: boolean) => {
    const at = now();
    const certificatePem = await issueCertificate(await findOrAddAuthority(), {
      ...request,
      notBefore: at,
    });
    const certificateId = certificateIdOf(new X509Certificate(certificatePem));
    registry.transaction(() => {
      certificates.add({
        certificateId,
        certificatePem,
        status: isActive ? "ACTIVE" : "INACTIVE",
        certificateMode: "DEFAULT",
        creationDate: at,
        lastModifiedDate: at,
        customerVersion: 1,
      });
    });
    return { certificateArn: arns.of("cert", certificateId), certificateId, certificatePem };
  };

  return [
    createRoute({
      operation: "CreateKeysAndCertificate",
      method: "POST",
      path: "/keys-and-certificate",
      from: { setAsActive: "query" },
      input: z.object({ setAsActive: flag.default(false) }),
      note,
      handleOutside: async ({ setAsActive }) => {
        const { publicKey, privateKey } = await generateRsaKeys();
        const publicKeyDer = publicKey.export({ type: "spki", format: "der" });
        const subject = "CN=AWS IoT Certificate";
        return {
          ...(await issue({ subject, publicKeyDer }, setAsActive)),
          keyPair: {
            PublicKey: publicKey.export({ type: "spki", format: "pem" }),
            PrivateKey: privateKey.export({ type: "pkcs1", format: "pem" }),
          },
        };
      },
    }),
    createRoute({
      operation: "CreateCertificateFromCsr",
      method: "POST",
      path: "/certificates",
      from: { setAsActive: "query" },
      input: z.object({
        certificateSigningRequest: z.string().min(1).max(4096),
        setAsActive: flag.default(false),
      }),
      note,
      handleOutside: async ({ certificateSigningRequest, setAsActive }) =>
        issue(await parseSigningRequest(certificateSigningRequest), setAsActive),
    }),
  ];
}
