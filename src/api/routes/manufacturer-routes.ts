import * as z from "zod";
import type { Subject } from "../../access/subjects.ts";
import type { Manufacturer } from "../../rules/decision/ledger.ts";
import { MusterError } from "../../rules/errors.ts";
import type { Caller } from "../caller.ts";
import { readPrecondition } from "../entity-tag.ts";
import { cutPage } from "../page-cursor.ts";
import { type ApiRoute, defineRoute } from "../route.ts";
import { manufacturerId, pageOf, preconditionHeaders } from "../schemas/common.ts";
import {
  addManufacturerSchema,
  changeManufacturerSchema,
  manufacturerListSchema,
} from "../schemas/operator.ts";
import type { ApiServices } from "../use-cases.ts";
import { checkOwn, manufacturerUnknown } from "./check-own.ts";
import {
  taggedManufacturer,
  toManufacturerAnswer,
  toManufacturerView,
} from "./manufacturer-views.ts";
import { withoutUndefined } from "./without-undefined.ts";

const tag = "Manufacturers";
const params = z.object({ manufacturer: manufacturerId });
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
        const manufacturers = page.items.map(toManufacturerView);
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
      answers: { 200: taggedManufacturer },
      problems: ["MANUFACTURER_UNKNOWN"],
      handle: async ({ params: { manufacturer }, caller }) => {
        checkOwn(caller, manufacturer);
        return toManufacturerAnswer(
          manufacturer,
          await as(caller.actor).readManufacturer(manufacturer),
        );
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
        200: { ...taggedManufacturer, description: "It was there already, by the same name." },
        201: {
          ...taggedManufacturer,
          description: "It was added.",
          headers: { ...taggedManufacturer.headers, location: "Path of the manufacturer." },
        },
      },
      problems: ["MANUFACTURER_EXISTS", "MANUFACTURER_INVALID", "STATE_CHANGED"],
      handle: async ({ body: { id, name }, caller }) => {
        const { readManufacturer } = as(caller.actor);
        const isNew = (await readManufacturer(id)).value === undefined;
        const isMade = isNew && (await addNew(as, caller, { id, name }));
        const standing = await readManufacturer(id);
        checkSameName(standing, id, name);
        const answer = toManufacturerAnswer(id, standing);
        if (!isMade) return answer;
        const location = `/v1/manufacturers/${id}`;
        return { ...answer, status: 201, headers: { ...answer.headers, location } };
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
      answers: { 200: taggedManufacturer },
      problems: [
        "MANUFACTURER_UNKNOWN",
        "MANUFACTURER_INVALID",
        "PRECONDITION_MISSING",
        "PRECONDITION_FAILED",
        "STATE_CHANGED",
      ],
      handle: async ({ params: { manufacturer: id }, headers, body, caller }) => {
        const precondition = readPrecondition(headers);
        const { readManufacturer } = as(caller.actor);
        const before = await readManufacturer(id);
        if (before.value === undefined) throw manufacturerUnknown(id);
        precondition(before.revision);
        await as(caller.actor, precondition).manufacturers.change(id, withoutUndefined(body));
        return toManufacturerAnswer(id, await readManufacturer(id));
      },
    }),
  ];
}

/** @returns false when somebody else was faster, whose manufacturer is not to be renamed. */
async function addNew(
  as: ApiServices["as"],
  caller: Caller,
  { id, name }: { readonly id: string; readonly name: string },
): Promise<boolean> {
  const ifNone = readPrecondition({ "if-none-match": "*" });
  try {
    await as(caller.actor, ifNone).manufacturers.add(id, name);
    return true;
  } catch (error) {
    if (error instanceof MusterError && error.code === "PRECONDITION_FAILED") return false;
    throw error;
  }
}

function checkSameName({ value }: Subject<Manufacturer>, id: string, name: string): void {
  if (value === undefined || value.name === name) return;
  throw new MusterError(
    "MANUFACTURER_EXISTS",
    `There is a manufacturer "${id}" already, by the name "${value.name}".`,
    { details: { field: "id" } },
  );
}
