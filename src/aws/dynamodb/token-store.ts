import { hash } from "node:crypto";
import { GetItemCommand, QueryCommand } from "@aws-sdk/client-dynamodb";
import * as z from "zod/mini";
import type { ReadSubject, Subject } from "../../access/subjects.ts";
import type {
  TokenList,
  TokenPage,
  TokensDeps,
  UsedToken,
} from "../../access/tokens/manage-tokens.ts";
import { roles, type Token } from "../../access/tokens/token.ts";
import { type AuditEvent, emptyChain } from "../../rules/audit/audit-record.ts";
import { toSubject } from "../../rules/audit/subject.ts";
import { cursorInvalid } from "./cursor.ts";
import { type Item, parseItem, type Shape, toItem, toKey } from "./item.ts";
import { stateKey } from "./ledger-keys.ts";
import { readSubjectState, type StateShape, toStateWrites } from "./subject-state.ts";
import { getStateItems, getSubjectOf } from "./subject-store.ts";
import { listingIndex, type Tables } from "./tables.ts";
import {
  tokenRequestKey,
  tokenSecretKey,
  tokenUseKey,
  toTokenRequestKey,
  toTokenSecretKey,
  toTokenUseKey,
} from "./token-keys.ts";
import { transact } from "./transact.ts";

const text = z.string();
const optionalText = z.exactOptional(text);

const tokenShape: Shape<Token> = z.looseObject({
  id: text,
  role: z.enum(roles),
  manufacturer: optionalText,
  description: text,
  createdAt: text,
  createdBy: text,
  expiresAt: text,
  revokedAt: optionalText,
  revokedBy: optionalText,
});

/** The `STATE` item of a token. */
export const tokenStateShape: StateShape<Token> = z.object({
  revision: z.int().check(z.positive()),
  auditSequence: z.int().check(z.nonnegative()),
  auditHash: text.check(z.regex(/^[0-9a-f]{64}$/)),
  data: tokenShape,
});

const requestShape = z.object({ token: text });
const useShape = z.object({ lastUsedOn: text });

/** What listed tokens have in the sparse index. */
const tokenListing = "TOKEN";

/** Builds what the use cases on tokens need of the database. */
export function createTokenStore(
  tables: Tables,
): Pick<TokensDeps, "read" | "add" | "revoke" | "list"> {
  const read: ReadSubject<Token> = async (id) => {
    const { data, ...rest } = await getSubjectOf(tables, toSubject("TOKEN", id), tokenStateShape);
    return { ...rest, ...(data && { value: data }) };
  };
  return {
    read,
    add: async (token, secret, audit, requestKey) => {
      const pk = requestKey && toTokenRequestKey(hash("sha256", requestKey, "hex"));
      const expected = { revision: 0, chain: emptyChain };
      const failed = await transact(tables.client, [
        ...toWrites(tables, expected, token, audit),
        {
          Put: {
            TableName: tables.ledger,
            Item: toItem(toTokenSecretKey(token.id), tokenSecretKey, secret),
            ConditionExpression: "attribute_not_exists(pk)",
          },
        },
        ...(pk
          ? [
              {
                Put: {
                  TableName: tables.ledger,
                  Item: toItem(pk, tokenRequestKey, { token: token.id }),
                  ConditionExpression: "attribute_not_exists(pk)",
                },
              },
            ]
          : []),
      ]);
      if (failed === undefined) return undefined;
      const earlier = pk && (await readRequest(tables, pk));
      // Two tokens of one hash are beyond chance; that the key was used is all that can fail.
      if (!earlier) throw new Error("A token could not be written.");
      return earlier;
    },
    revoke: async (expected, token, audit) => {
      const failed = await transact(tables.client, [
        ...toWrites(tables, expected, token, audit),
        {
          Delete: {
            TableName: tables.ledger,
            Key: toKey(toTokenSecretKey(token.id), tokenSecretKey),
          },
        },
      ]);
      return failed === undefined;
    },
    list: (page) => list(tables, page),
  };
}

function toWrites(tables: Tables, expected: Subject<Token>, token: Token, audit: AuditEvent) {
  const index = { listing: tokenListing, listedAt: toListedAt(token) };
  const subject = toSubject("TOKEN", token.id);
  return toStateWrites(tables, { subject, expected, data: token, index, audit }).items;
}

const toListedAt = ({ createdAt, id }: Token) => `${createdAt}#${id}`;
const listedAt = /^[0-9TZ:.-]{20,30}#[0-9a-f]{32}$/;

async function readRequest({ client, ledger }: Tables, pk: string): Promise<string | undefined> {
  const { Item } = await client.send(
    new GetItemCommand({
      TableName: ledger,
      Key: toKey(pk, tokenRequestKey),
      ConsistentRead: true,
    }),
  );
  return Item && parseItem(Item, requestShape).token;
}

/** Of one manufacturer's tokens, which lie among all others'. */
const lookedThroughAtOnce = 100;

/** Newest first. The index lags; what it leads to is read as it stands. */
async function list(tables: Tables, page: TokenPage): Promise<TokenList> {
  const { manufacturer, limit, cursor } = page;
  if (cursor !== undefined && !listedAt.test(cursor)) throw cursorInvalid();
  const found: Token[] = [];
  let from = cursor;
  do {
    const atOnce = manufacturer === undefined ? limit - found.length : lookedThroughAtOnce;
    const { tokens, next } = await readPage(tables, atOnce, from);
    found.push(...tokens.filter((each) => [undefined, each.manufacturer].includes(manufacturer)));
    from = next;
  } while (from !== undefined && found.length < limit);
  const shown = found.slice(0, limit);
  const last = shown.at(-1);
  // Of this caller's last token: where others' lie is not its to know.
  const more = from !== undefined || found.length > limit;
  const place = manufacturer !== undefined && last ? toListedAt(last) : from;
  return {
    tokens: await withUse(tables, shown),
    ...(more && place !== undefined && { cursor: place }),
  };
}

/** @param after `listedAt` of the last token before, which names its key too. */
async function readPage(tables: Tables, limit: number, after: string | undefined) {
  const { client, ledger } = tables;
  const { Items = [], LastEvaluatedKey } = await client.send(
    new QueryCommand({
      TableName: ledger,
      IndexName: listingIndex,
      KeyConditionExpression: "listing = :listing",
      ExpressionAttributeValues: { ":listing": { S: tokenListing } },
      ScanIndexForward: false,
      Limit: limit,
      ...(after !== undefined && { ExclusiveStartKey: toStartKey(after) }),
    }),
  );
  const subjects = Items.map(({ pk }) => pk?.S ?? "");
  const states = await getStateItems(tables, subjects);
  const tokens = subjects.flatMap((subject) => {
    const state = readSubjectState(states.get(subject), tokenStateShape).data;
    return state ? [state] : [];
  });
  return { tokens, next: LastEvaluatedKey?.["listedAt"]?.S };
}

function toStartKey(after: string): Item {
  const id = after.slice(after.indexOf("#") + 1);
  return {
    ...toKey(toSubject("TOKEN", id), stateKey),
    listing: { S: tokenListing },
    listedAt: { S: after },
  };
}

async function withUse(
  { client, ledger }: Tables,
  tokens: readonly Token[],
): Promise<readonly UsedToken[]> {
  const reads = tokens.map(async (token) => {
    const { Item } = await client.send(
      new GetItemCommand({ TableName: ledger, Key: toKey(toTokenUseKey(token.id), tokenUseKey) }),
    );
    return { ...token, ...(Item && parseItem(Item, useShape)) };
  });
  return Promise.all(reads);
}
