import type { TransactWriteItem } from "@aws-sdk/client-dynamodb";
import * as z from "zod/mini";
import type { ReadIdHolders } from "../../batches/batch-stores.ts";
import type { IdHolder } from "../../rules/batch/id-holder.ts";
import { getItems } from "./batch-get.ts";
import { parseItem, type Shape, toKey } from "./item.ts";
import { holdersKey, schemaVersion, toDeviceKey } from "./ledger-keys.ts";
import type { Tables } from "./tables.ts";

/** Each is `<since> <batch> <certificate id>`: a set of texts takes the same one twice for one. */
export const idHoldersShape: Shape<{ readonly holders: ReadonlySet<string> }> = z.object({
  holders: z.set(z.string().check(z.regex(/^\S+ \S+ [0-9a-f]{64}$/))),
});

export function createReadIdHolders(tables: Tables): ReadIdHolders {
  return async (manufacturer, deviceIds) => {
    const ofManufacturer = toDeviceKey(manufacturer, "");
    const keys = [...new Set(deviceIds)].map((id) =>
      toKey(toDeviceKey(manufacturer, id), holdersKey),
    );
    const found = new Map<string, readonly IdHolder[]>();
    for await (const item of getItems(tables, keys)) {
      const { holders } = parseItem(item, idHoldersShape);
      found.set((item["pk"]?.S ?? "").slice(ofManufacturer.length), [...holders].map(parseHolder));
    }
    return found;
  };
}

function parseHolder(text: string): IdHolder {
  const [since = "", batch = "", certificateId = ""] = text.split(" ");
  return { since, batch, certificateId };
}

/**
 * Notes who has an id, for a transaction: beside those who had it before. Never fails, and changes
 * nothing when it is done again.
 *
 * @param deviceId as `foldDeviceId` writes it.
 */
export function toHolderWrite(
  { ledger }: Pick<Tables, "ledger">,
  { manufacturer, deviceId }: { readonly manufacturer: string; readonly deviceId: string },
  { since, batch, certificateId }: IdHolder,
): TransactWriteItem {
  return {
    Update: {
      TableName: ledger,
      Key: toKey(toDeviceKey(manufacturer, deviceId), holdersKey),
      UpdateExpression: "SET #schema = :schema ADD holders :holder",
      ExpressionAttributeNames: { "#schema": "schema" },
      ExpressionAttributeValues: {
        ":schema": { N: String(schemaVersion) },
        ":holder": { SS: [`${since} ${batch} ${certificateId}`] },
      },
    },
  };
}
