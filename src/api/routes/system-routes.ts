import * as z from "zod";
import { type ApiRoute, defineRoute } from "../route.ts";

/** @param describe gives the description of all routes; made once, when it is first asked for. */
export function systemRoutes(describe: () => object): readonly ApiRoute[] {
  let document: object | undefined;
  return [
    defineRoute({
      id: "readHealth",
      method: "GET",
      path: "/v1/health",
      tag: "System",
      summary: "Say that the API is there",
      answers: {
        200: {
          description: "It is.",
          body: z.object({ status: z.literal("ok") }).meta({ id: "Health" }),
        },
      },
      handle: async () => ({ status: 200, body: { status: "ok" } }),
    }),
    defineRoute({
      id: "readOpenApi",
      method: "GET",
      path: "/v1/openapi.json",
      tag: "System",
      summary: "Describe the API, as OpenAPI 3.1",
      answers: {
        200: {
          description: "This document.",
          body: z.looseObject({ openapi: z.string() }).meta({ id: "OpenApi" }),
        },
      },
      handle: async () => {
        document ??= describe();
        return { status: 200, body: document };
      },
    }),
  ];
}
