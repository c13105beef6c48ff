import { GetItemCommand } from "@aws-sdk/client-dynamodb";
import * as z from "zod/mini";
import { parseItem, toKey } from "./item.ts";
import { ownerKey, toThingKey } from "./ledger-keys.ts";
import type { Tables } from "./tables.ts";

const ownerShape = z.object({ certificateId: z.string() });

/** Builds the strongly consistent read of which certificate has a thing name. */
export function createReadThingOwner({ client, ledger }: Tables) {
  return async (thingName: string): Promise<string | undefined> => {
    const { Item } = await client.send(
      new GetItemCommand({
        TableName: ledger,
        Key: toKey(toThingKey(thingName), ownerKey),
        ConsistentRead: true,
      }),
    );
    return Item && parseItem(Item, ownerShape).certificateId;
  };
}
