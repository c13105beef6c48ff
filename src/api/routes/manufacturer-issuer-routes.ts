import * as z from "zod";
import { readGivenCertificate } from "../read-given-certificate.ts";
import { type ApiRoute, defineRoute } from "../route.ts";
import type { RouteId } from "../route-roles.ts";
import { certificateId, manufacturerId } from "../schemas/common.ts";
import { certificateBodySchema } from "../schemas/operator.ts";
import type { ApiServices } from "../use-cases.ts";
import {
  addIssuerProblems,
  taggedManufacturer,
  toManufacturerAnswer,
} from "./manufacturer-views.ts";

const tag = "Manufacturers";
const params = z.object({ manufacturer: manufacturerId, certificateId });

const sharings = [
  {
    id: "shareManufacturerIssuer",
    act: "share",
    useCase: "shareIssuer",
    summary:
      "Let others issue from a manufacturer's CA too: batches under it then count signed or approved",
  },
  {
    id: "unshareManufacturerIssuer",
    act: "unshare",
    useCase: "unshareIssuer",
    summary: "Make a shared CA one manufacturer's again, once no other issues from it",
  },
] as const satisfies readonly {
  readonly id: RouteId;
  act: string;
  useCase: string;
  summary: string;
}[];

/** The CAs that a manufacturer issues from. */
export function manufacturerIssuerRoutes({ as }: ApiServices): readonly ApiRoute[] {
  return [
    defineRoute({
      id: "addManufacturerIssuer",
      method: "POST",
      path: "/v1/manufacturers/{manufacturer}/issuers",
      tag,
      summary: "Trust a CA that a manufacturer issues from; repeated, it changes nothing",
      params: z.object({ manufacturer: manufacturerId }),
      body: certificateBodySchema,
      answers: { 200: taggedManufacturer },
      problems: addIssuerProblems,
      handle: async ({ params: { manufacturer }, body: { certificate }, caller }) => {
        const der = readGivenCertificate(certificate, "certificate");
        const { manufacturers, readManufacturer } = as(caller.actor);
        await manufacturers.addIssuer(manufacturer, der);
        return toManufacturerAnswer(manufacturer, await readManufacturer(manufacturer));
      },
    }),
    defineRoute({
      id: "removeManufacturerIssuer",
      method: "DELETE",
      path: "/v1/manufacturers/{manufacturer}/issuers/{certificateId}",
      tag,
      summary: "Trust a CA no more; devices that are in stay in",
      params,
      answers: { 204: { description: "It is trusted no more." } },
      problems: ["MANUFACTURER_UNKNOWN", "ISSUER_UNKNOWN", "CA_CONFLICT", "STATE_CHANGED"],
      handle: async ({ params: given, caller }) => {
        await as(caller.actor).manufacturers.removeIssuer(given.manufacturer, given.certificateId);
        return { status: 204 };
      },
    }),
    ...sharings.map(({ id, act, useCase, summary }) =>
      defineRoute({
        id,
        method: "POST",
        path: `/v1/manufacturers/{manufacturer}/issuers/{certificateId}/${act}`,
        tag,
        summary,
        params,
        answers: { 200: taggedManufacturer },
        problems: ["MANUFACTURER_UNKNOWN", "ISSUER_UNKNOWN", "CA_CONFLICT", "STATE_CHANGED"],
        handle: async ({ params: given, caller }) => {
          const { manufacturers, readManufacturer } = as(caller.actor);
          await manufacturers[useCase](given.manufacturer, given.certificateId);
          return toManufacturerAnswer(
            given.manufacturer,
            await readManufacturer(given.manufacturer),
          );
        },
      }),
    ),
  ];
}
