import * as z from "zod";
import type { Subject } from "../../access/subjects.ts";
import { toCertificateFacts } from "../../rules/certificate/to-certificate-facts.ts";
import { toCertificateId } from "../../rules/certificate/to-certificate-id.ts";
import type { Manufacturer } from "../../rules/decision/ledger.ts";
import { MusterError } from "../../rules/errors.ts";
import type { Caller } from "../caller.ts";
import { readPrecondition, toEntityTag } from "../entity-tag.ts";
import { cutPage } from "../page-cursor.ts";
import { readGivenCertificate } from "../read-given-certificate.ts";
import { type ApiRoute, defineRoute, type RouteAnswer } from "../route.ts";
import { manufacturerId, pageOf, preconditionHeaders } from "../schemas/common.ts";
import {
  addManufacturerSchema,
  certificateBodySchema,
  changeManufacturerSchema,
  manufacturerListSchema,
  manufacturerSchema,
} from "../schemas/operator.ts";
import type { ApiServices } from "../use-cases.ts";
import { checkOwn, manufacturerUnknown } from "./check-own.ts";

const tag = "Manufacturers";
const params = z.object({ manufacturer: manufacturerId });
const tagged = {
  description: "The manufacturer.",
  body: manufacturerSchema,
  headers: { etag: "For `if-match`." },
};

export function manufacturerRoutes(services: ApiServices): readonly ApiRoute[] {
  return [...readRoutes(services), ...changeRoutes(services)];
}

function readRoutes({ as }: ApiServices): readonly ApiRoute[] {
  return [
    defineRoute({
      id: "listManufacturers",
      method: "GET",
      path: "/v1/manufacturers",
      tag,
      summary: "List manufacturers by id",
      query: z.object(pageOf(100)),
      answers: { 200: { description: "A page of manufacturers.", body: manufacturerListSchema } },
      handle: async ({ query: { limit, cursor }, caller }) => {
        const all = await listVisible(as, caller);
        const query = ["listManufacturers", caller.actor];
        const page = cutPage(all, ({ id }) => id, { limit, cursor, query });
        const manufacturers = page.items.map(toView);
        const more = page.cursor === undefined ? {} : { cursor: page.cursor };
        return { status: 200, body: { manufacturers, ...more } };
      },
    }),
    defineRoute({
      id: "readManufacturer",
      method: "GET",
      path: "/v1/manufacturers/{manufacturer}",
      tag,
      summary: "Show a manufacturer, its issuers and signers",
      params,
      answers: { 200: tagged },
      problems: ["MANUFACTURER_UNKNOWN"],
      handle: async ({ params: { manufacturer }, caller }) => {
        checkOwn(caller, manufacturer);
        return toAnswer(manufacturer, await as(caller.actor).readManufacturer(manufacturer));
      },
    }),
  ];
}

async function listVisible(
  as: ApiServices["as"],
  caller: Caller,
): Promise<readonly Manufacturer[]> {
  const { manufacturers, readManufacturer } = as(caller.actor);
  if (caller.role !== "manufacturer") return manufacturers.list();
  const { value } = await readManufacturer(caller.manufacturer);
  return value ? [value] : [];
}

function changeRoutes({ as }: ApiServices): readonly ApiRoute[] {
  return [
    defineRoute({
      id: "addManufacturer",
      method: "POST",
      path: "/v1/manufacturers",
      tag,
      summary: "Add a manufacturer; repeated, it changes nothing",
      body: addManufacturerSchema,
      answers: {
        200: { ...tagged, description: "It was there already, by the same name." },
        201: { ...tagged, description: "It was added." },
      },
      problems: ["MANUFACTURER_EXISTS", "MANUFACTURER_INVALID", "STATE_CHANGED"],
      handle: async ({ body: { id, name }, caller }) => {
        const { readManufacturer } = as(caller.actor);
        const before = await readManufacturer(id);
        checkSameName(before, id, name);
        if (before.value === undefined) {
          // Somebody may add another by this id just now: that one is not to be renamed.
          const ifNone = readPrecondition({ "if-none-match": "*" });
          await as(caller.actor, ifNone).manufacturers.add(id, name);
        }
        const answer = toAnswer(id, await readManufacturer(id));
        return { ...answer, status: before.value === undefined ? 201 : 200 };
      },
    }),
    defineRoute({
      id: "changeManufacturer",
      method: "PATCH",
      path: "/v1/manufacturers/{manufacturer}",
      tag,
      summary: "Rename, suspend or resume a manufacturer",
      params,
      headers: preconditionHeaders,
      body: changeManufacturerSchema,
      answers: { 200: tagged },
      problems: [
        "MANUFACTURER_UNKNOWN",
        "MANUFACTURER_INVALID",
        "PRECONDITION_MISSING",
        "PRECONDITION_FAILED",
        "STATE_CHANGED",
      ],
      handle: async ({ params: { manufacturer: id }, headers, body, caller }) => {
        const precondition = readPrecondition(headers);
        const { readManufacturer, manufacturers } = as(caller.actor);
        const before = await readManufacturer(id);
        if (before.value === undefined) throw manufacturerUnknown(id);
        precondition(before.revision);
        // The first change is made on condition; what follows it is the same caller's.
        const first = as(caller.actor, precondition).manufacturers;
        if (body.name !== undefined) await first.add(id, body.name);
        if (body.status !== undefined) {
          await (body.name === undefined ? first : manufacturers).setStatus(id, body.status);
        }
        return toAnswer(id, await readManufacturer(id));
      },
    }),
    defineRoute({
      id: "addManufacturerIssuer",
      method: "POST",
      path: "/v1/manufacturers/{manufacturer}/issuers",
      tag,
      summary: "Trust a CA that a manufacturer issues from; repeated, it changes nothing",
      params,
      body: certificateBodySchema,
      answers: { 200: tagged },
      problems: [
        "MANUFACTURER_UNKNOWN",
        "MANUFACTURER_INVALID",
        "CA_INVALID",
        "CA_CONFLICT",
        "CERTIFICATE_UNREADABLE",
        "PRIVATE_KEY_REFUSED",
        "STATE_CHANGED",
      ],
      handle: async ({ params: { manufacturer }, body: { certificate }, caller }) => {
        const der = readGivenCertificate(certificate, "certificate");
        const { manufacturers, readManufacturer } = as(caller.actor);
        await manufacturers.addIssuer(manufacturer, der);
        return toAnswer(manufacturer, await readManufacturer(manufacturer));
      },
    }),
  ];
}

function checkSameName({ value }: Subject<Manufacturer>, id: string, name: string): void {
  if (value === undefined || value.name === name) return;
  throw new MusterError(
    "MANUFACTURER_EXISTS",
    `There is a manufacturer "${id}" already, by the name "${value.name}".`,
    { details: { field: "id" } },
  );
}

function toAnswer(id: string, { value, revision }: Subject<Manufacturer>): RouteAnswer {
  if (value === undefined) throw manufacturerUnknown(id);
  return { status: 200, body: toView(value), headers: { etag: toEntityTag(revision) } };
}

function toView({ id, name, status, issuers, signers = [] }: Manufacturer) {
  return {
    id,
    name,
    status,
    issuers: issuers.map((der) => {
      const { certificateId: caCertificateId, subject, notAfter } = toCertificateFacts(der);
      return { caCertificateId, subject, notAfter: notAfter.toISOString() };
    }),
    signers: signers.map(toCertificateId),
  };
}
