import {
  ConditionalCheckFailedException,
  GetItemCommand,
  PutItemCommand,
} from "@aws-sdk/client-dynamodb";
import * as z from "zod/mini";
import { roles, type TokenSecret } from "../../access/tokens/token.ts";
import { parseItem, type Shape, toItem, toKey } from "./item.ts";
import type { Tables } from "./tables.ts";
import { tokenSecretKey, tokenUseKey, toTokenSecretKey, toTokenUseKey } from "./token-keys.ts";

type Ledger = Pick<Tables, "client" | "ledger">;

export const tokenSecretShape: Shape<TokenSecret> = z.object({
  id: z.string(),
  role: z.enum(roles),
  manufacturer: z.exactOptional(z.string()),
  expiresAt: z.string(),
  hash: z.string().check(z.regex(/^[0-9a-f]{64}$/)),
});

/** Builds the strongly consistent read of what a token is known by: the authorizer's alone. */
export function createReadTokenSecret({ client, ledger }: Ledger) {
  return async (id: string): Promise<TokenSecret | undefined> => {
    const { Item } = await client.send(
      new GetItemCommand({
        TableName: ledger,
        Key: toKey(toTokenSecretKey(id), tokenSecretKey),
        ConsistentRead: true,
      }),
    );
    return Item && parseItem(Item, tokenSecretShape);
  };
}

/** Builds the note of the day a token was last used; an earlier day than is noted changes nothing. */
export function createNoteTokenUse({ client, ledger }: Ledger) {
  return async (id: string, day: string): Promise<void> => {
    try {
      await client.send(
        new PutItemCommand({
          TableName: ledger,
          Item: toItem(toTokenUseKey(id), tokenUseKey, { lastUsedOn: day }),
          ConditionExpression: "attribute_not_exists(pk) OR lastUsedOn < :day",
          ExpressionAttributeValues: { ":day": { S: day } },
        }),
      );
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
    }
  };
}
