import * as z from "zod";
import { type NamedMapping, toMappingRevision } from "../../access/mappings/manage-mappings.ts";
import type { MusterErrorCode } from "../../rules/errors.ts";
import { readPrecondition, toEntityTag } from "../entity-tag.ts";
import { type ApiRoute, defineRoute, type RouteAnswer } from "../route.ts";
import { manufacturerId, mappingName, preconditionHeaders } from "../schemas/common.ts";
import { mappingListSchema, mappingSchema, saveMappingSchema } from "../schemas/mapping.ts";
import type { ApiServices } from "../use-cases.ts";
import { checkOwn } from "./check-own.ts";
import { withoutUndefined } from "./without-undefined.ts";

const tag = "Mappings";
const ofAll = z.object({ manufacturer: manufacturerId });
const params = z.object({ manufacturer: manufacturerId, mapping: mappingName });
const path = "/v1/manufacturers/{manufacturer}/mappings/{mapping}";
const tagged = {
  description: "The mapping as it stands.",
  body: mappingSchema,
  headers: { etag: "For `if-match`." },
};
const changeProblems = [
  "MANUFACTURER_UNKNOWN",
  "PRECONDITION_MISSING",
  "PRECONDITION_FAILED",
  "STATE_CHANGED",
] as const satisfies readonly MusterErrorCode[];

export function mappingRoutes(services: ApiServices): readonly ApiRoute[] {
  return [...readRoutes(services), ...changeRoutes(services)];
}

function readRoutes({ as }: ApiServices): readonly ApiRoute[] {
  return [
    defineRoute({
      id: "listMappings",
      method: "GET",
      path: "/v1/manufacturers/{manufacturer}/mappings",
      tag,
      summary: "List how a manufacturer's tables are to be read",
      params: ofAll,
      answers: { 200: { description: "The mappings, 50 at most.", body: mappingListSchema } },
      problems: ["MANUFACTURER_UNKNOWN"],
      handle: async ({ params: { manufacturer }, caller }) => {
        checkOwn(caller, manufacturer);
        const mappings = await as(caller.actor).mappings.list(manufacturer);
        return { status: 200, body: { mappings } };
      },
    }),
    defineRoute({
      id: "readMapping",
      method: "GET",
      path,
      tag,
      summary: "Show a mapping",
      params,
      answers: { 200: tagged },
      problems: ["MANUFACTURER_UNKNOWN", "MAPPING_UNKNOWN"],
      handle: async ({ params: { manufacturer, mapping }, caller }) => {
        checkOwn(caller, manufacturer);
        return toAnswer(await as(caller.actor).mappings.get(manufacturer, mapping));
      },
    }),
  ];
}

function changeRoutes({ as }: ApiServices): readonly ApiRoute[] {
  return [
    defineRoute({
      id: "saveMapping",
      method: "PUT",
      path,
      tag,
      summary: "Save a mapping; batches that are open keep theirs",
      params,
      headers: preconditionHeaders,
      body: saveMappingSchema,
      answers: { 200: tagged },
      problems: [...changeProblems, "MAPPING_INVALID"],
      handle: async ({ params: { manufacturer, mapping: name }, headers, body, caller }) => {
        checkOwn(caller, manufacturer);
        const check = readPrecondition(headers);
        const { mappings } = as(caller.actor);
        return toAnswer(await mappings.save(manufacturer, name, withoutUndefined(body), check));
      },
    }),
    defineRoute({
      id: "removeMapping",
      method: "DELETE",
      path,
      tag,
      summary: "Remove a mapping; batches that were opened with it keep it",
      params,
      headers: preconditionHeaders,
      answers: { 204: { description: "It is gone." } },
      problems: [...changeProblems, "MAPPING_UNKNOWN"],
      handle: async ({ params: { manufacturer, mapping }, headers, caller }) => {
        checkOwn(caller, manufacturer);
        const check = readPrecondition(headers);
        await as(caller.actor).mappings.remove(manufacturer, mapping, check);
        return { status: 204 };
      },
    }),
  ];
}

function toAnswer(mapping: NamedMapping): RouteAnswer {
  const headers = { etag: toEntityTag(toMappingRevision(mapping)) };
  return { status: 200, body: mapping, headers };
}
