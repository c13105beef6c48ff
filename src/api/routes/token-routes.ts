import * as z from "zod";
import type { TokenRequest } from "../../access/tokens/manage-tokens.ts";
import type { Token } from "../../access/tokens/token.ts";
import { MusterError } from "../../rules/errors.ts";
import type { Caller } from "../caller.ts";
import { openCursor, type PageQuery, sealCursor } from "../page-cursor.ts";
import { type ApiRoute, defineRoute } from "../route.ts";
import { idempotencyHeaders, pageOf, tokenId } from "../schemas/common.ts";
import {
  createdTokenSchema,
  createTokenSchema,
  tokenListSchema,
  tokenSchema,
} from "../schemas/operator.ts";
import type { ApiServices, ApiUseCases } from "../use-cases.ts";

const params = z.object({ token: tokenId });

export function tokenRoutes({ as }: ApiServices): readonly ApiRoute[] {
  const tag = "Tokens";
  return [
    defineRoute({
      id: "createToken",
      method: "POST",
      path: "/v1/tokens",
      tag,
      summary: "Make a token; it is shown in this answer only",
      headers: idempotencyHeaders,
      body: createTokenSchema,
      answers: {
        201: {
          description: "The token.",
          body: createdTokenSchema,
          headers: { location: "Path of what is known of it." },
        },
      },
      problems: ["TOKEN_INVALID", "MANUFACTURER_UNKNOWN", "TOKEN_ALREADY_SHOWN"],
      handle: async ({ body, headers, caller }) => {
        const idempotencyKey = headers["idempotency-key"];
        const request: TokenRequest = {
          ...body,
          ...(idempotencyKey !== undefined && { idempotencyKey }),
        };
        const created = await as(caller.actor).tokens.create(request);
        const location = `/v1/tokens/${created.token.id}`;
        return { status: 201, body: created, headers: { location } };
      },
    }),
    defineRoute({
      id: "listTokens",
      method: "GET",
      path: "/v1/tokens",
      tag,
      summary: "List tokens, the newest first, those that are revoked or expired among them",
      query: z.object(pageOf(100)),
      answers: { 200: { description: "A page of tokens.", body: tokenListSchema } },
      handle: async ({ query: { limit, cursor: sealed }, caller }) => {
        const manufacturer = caller.role === "manufacturer" ? caller.manufacturer : undefined;
        const query: PageQuery = ["listTokens", manufacturer];
        const cursor = openCursor(sealed, query);
        const list = await as(caller.actor).tokens.list({
          limit,
          ...(cursor !== undefined && { cursor }),
          ...(manufacturer !== undefined && { manufacturer }),
        });
        const more = list.cursor === undefined ? {} : { cursor: sealCursor(list.cursor, query) };
        return { status: 200, body: { tokens: list.tokens, ...more } };
      },
    }),
    defineRoute({
      id: "readToken",
      method: "GET",
      path: "/v1/tokens/{token}",
      tag,
      summary: "Show what is known of a token",
      params,
      answers: { 200: { description: "What is known of it.", body: tokenSchema } },
      problems: ["TOKEN_UNKNOWN"],
      handle: async ({ params: { token }, caller }) => ({
        status: 200,
        body: await readOwn(as(caller.actor), token, caller),
      }),
    }),
    defineRoute({
      id: "revokeToken",
      method: "POST",
      path: "/v1/tokens/{token}/revoke",
      tag,
      summary: "Take a token's rights, at once; repeated, it changes nothing",
      params,
      answers: { 200: { description: "What is known of it.", body: tokenSchema } },
      problems: ["TOKEN_UNKNOWN", "STATE_CHANGED"],
      handle: async ({ params: { token }, caller }) => {
        const useCases = as(caller.actor);
        await readOwn(useCases, token, caller);
        return { status: 200, body: await useCases.tokens.revoke(token) };
      },
    }),
  ];
}

/** @throws MusterError TOKEN_UNKNOWN, of somebody else's as of none. */
async function readOwn({ tokens }: ApiUseCases, id: string, caller: Caller): Promise<Token> {
  const token = await tokens.get(id);
  if (caller.role !== "manufacturer" || token.manufacturer === caller.manufacturer) return token;
  throw new MusterError("TOKEN_UNKNOWN", `There is no token ${id}.`, { details: { token: id } });
}
