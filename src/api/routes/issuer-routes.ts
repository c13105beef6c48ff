import * as z from "zod";
import { toCertificateId } from "../../rules/certificate/to-certificate-id.ts";
import type { Caller } from "../caller.ts";
import { cutPage } from "../page-cursor.ts";
import { readGivenCertificate } from "../read-given-certificate.ts";
import { type ApiRoute, defineRoute } from "../route.ts";
import { pageOf } from "../schemas/common.ts";
import {
  issuerListSchema,
  issuerSchema,
  registerIssuerSchema,
  registrationCodeSchema,
} from "../schemas/operator.ts";
import type { ApiServices } from "../use-cases.ts";
import { addIssuerProblems } from "./manufacturer-views.ts";

export function issuerRoutes({ as }: ApiServices): readonly ApiRoute[] {
  const tag = "Issuers";
  return [
    defineRoute({
      id: "listIssuers",
      method: "GET",
      path: "/v1/issuers",
      tag,
      summary: "List the CAs whose devices may register by connecting",
      query: z.object(pageOf(100)),
      answers: { 200: { description: "A page of CAs.", body: issuerListSchema } },
      handle: async ({ query: { limit, cursor }, caller }) => {
        const page = cutPage(
          await listVisible(as, caller),
          ({ caCertificateId }) => caCertificateId,
          {
            limit,
            cursor,
            query: ["listIssuers", caller.actor],
          },
        );
        const more = page.cursor === undefined ? {} : { cursor: page.cursor };
        return { status: 200, body: { issuers: page.items, ...more } };
      },
    }),
    defineRoute({
      id: "registerIssuer",
      method: "POST",
      path: "/v1/issuers",
      tag,
      summary: "Register a manufacturer's CA with AWS IoT; repeated, it changes nothing",
      body: registerIssuerSchema,
      answers: { 200: { description: "The CA.", body: issuerSchema } },
      problems: addIssuerProblems,
      handle: async ({ body: { certificate, verificationCertificate, ...rest }, caller }) => {
        const ca = readGivenCertificate(certificate, "certificate");
        const proof =
          verificationCertificate === undefined
            ? undefined
            : readGivenCertificate(verificationCertificate, "verificationCertificate");
        const request = { ca, ...rest, ...(proof && { verificationCertificate: proof }) };
        return { status: 200, body: await as(caller.actor).registerCa(request) };
      },
    }),
    defineRoute({
      id: "readRegistrationCode",
      method: "GET",
      path: "/v1/issuers/registration-code",
      tag,
      summary: "Get the code that proof of a CA's key is made with",
      answers: { 200: { description: "The code.", body: registrationCodeSchema } },
      handle: async ({ caller }) => ({
        status: 200,
        body: { registrationCode: await as(caller.actor).readRegistrationCode() },
      }),
    }),
  ];
}

/** Whose else a shared CA is, is not a manufacturer's to know. */
async function listVisible(as: ApiServices["as"], caller: Caller) {
  const { listCas, readManufacturer } = as(caller.actor);
  const all = await listCas();
  if (caller.role !== "manufacturer") return all;
  const { manufacturer } = caller;
  const { issuers = [] } = (await readManufacturer(manufacturer)).value ?? {};
  const own = new Set(issuers.map(toCertificateId));
  return all
    .filter(({ caCertificateId }) => own.has(caCertificateId))
    .map((ca) => ({ ...ca, manufacturer }));
}
