import * as z from "zod";
import { readGivenCertificate } from "../read-given-certificate.ts";
import { type ApiRoute, defineRoute } from "../route.ts";
import { certificateId, manufacturerId } from "../schemas/common.ts";
import { certificateBodySchema, signerListSchema, signerSchema } from "../schemas/operator.ts";
import type { ApiServices } from "../use-cases.ts";
import { checkOwn } from "./check-own.ts";

const params = z.object({ manufacturer: manufacturerId });

export function signerRoutes({ as }: ApiServices): readonly ApiRoute[] {
  return [
    defineRoute({
      id: "listSigners",
      method: "GET",
      path: "/v1/manufacturers/{manufacturer}/signers",
      tag: "Signers",
      summary: "List whose signature on a manufacturer's manifests counts",
      params,
      answers: { 200: { description: "The signers, 20 at most.", body: signerListSchema } },
      problems: ["MANUFACTURER_UNKNOWN"],
      handle: async ({ params: { manufacturer }, caller }) => {
        checkOwn(caller, manufacturer);
        const signers = await as(caller.actor).signers.list(manufacturer);
        return { status: 200, body: { signers } };
      },
    }),
    defineRoute({
      id: "addSigner",
      method: "POST",
      path: "/v1/manufacturers/{manufacturer}/signers",
      tag: "Signers",
      summary: "Let a certificate's signature on manifests count; repeated, it changes nothing",
      params,
      body: certificateBodySchema,
      answers: { 200: { description: "The signer.", body: signerSchema } },
      problems: [
        "MANUFACTURER_UNKNOWN",
        "SIGNER_INVALID",
        "CERTIFICATE_UNREADABLE",
        "PRIVATE_KEY_REFUSED",
        "STATE_CHANGED",
      ],
      handle: async ({ params: { manufacturer }, body: { certificate }, caller }) => {
        const der = readGivenCertificate(certificate, "certificate");
        return { status: 200, body: await as(caller.actor).signers.add(manufacturer, der) };
      },
    }),
    defineRoute({
      id: "removeSigner",
      method: "DELETE",
      path: "/v1/manufacturers/{manufacturer}/signers/{certificateId}",
      tag: "Signers",
      summary: "Let a signature count no more; what was taken stays",
      params: z.object({ manufacturer: manufacturerId, certificateId }),
      answers: { 204: { description: "It counts no more." } },
      problems: ["MANUFACTURER_UNKNOWN", "SIGNER_UNKNOWN", "STATE_CHANGED"],
      handle: async ({ params: given, caller }) => {
        await as(caller.actor).signers.remove(given.manufacturer, given.certificateId);
        return { status: 204 };
      },
    }),
  ];
}
