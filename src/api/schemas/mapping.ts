import * as z from "zod";
import { columnMapping, mappingName, timestamp } from "./common.ts";

export const saveMappingSchema = z.strictObject(columnMapping).partial().meta({
  id: "SaveMapping",
  description:
    "Which column of a table, or member of JSON objects, holds what. `#3` is the third column of a table without a header; `device.cert` is a member of a member.",
});

export const mappingSchema = z
  .object({
    name: mappingName,
    ...z.object(columnMapping).partial().shape,
    savedAt: timestamp,
    savedBy: z.string(),
  })
  .meta({ id: "Mapping" });

export const mappingListSchema = z
  .object({ mappings: z.array(mappingSchema) })
  .meta({ id: "MappingList" });
