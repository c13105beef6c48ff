import type * as z from "zod";
import type { MusterErrorCode } from "../rules/errors.ts";
import type { Caller } from "./caller.ts";
import type { RouteId } from "./route-roles.ts";

type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

type Shape = z.ZodObject | undefined;
type Output<S> = S extends z.ZodType ? z.output<S> : Readonly<Record<string, never>>;

/** A request that has passed its schemas. */
export interface RouteRequest<Params, Query, Headers, Body> {
  readonly params: Params;
  readonly query: Query;
  /** Only those that the route names, in lower case. */
  readonly headers: Headers;
  readonly body: Body;
  readonly caller: Caller;
  /** Aborts shortly before the function's time is over. */
  readonly signal: AbortSignal;
}

export interface RouteAnswer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What an operation answers with when all is well. */
export interface AnswerDescription {
  readonly description: string;
  readonly body?: z.ZodType;
  /** Names of headers, with what they say. */
  readonly headers?: Readonly<Record<string, string>>;
}

interface RouteDescription {
  readonly id: RouteId;
  readonly method: Method;
  readonly path: string;
  readonly tag: string;
  /** One line. */
  readonly summary: string;
  readonly answers: Readonly<Record<number, AnswerDescription>>;
  /** What it refuses, beside what every route may refuse. */
  readonly problems?: readonly MusterErrorCode[];
}

/** One operation of the API: its description, what validates its requests, and what it does. */
export interface ApiRoute extends RouteDescription {
  readonly params: Shape;
  readonly query: Shape;
  readonly headers: Shape;
  readonly body: z.ZodType | undefined;
  // biome-ignore lint/suspicious/noExplicitAny: each route's own types are checked where it is defined.
  readonly handle: (request: RouteRequest<any, any, any, any>) => Promise<RouteAnswer>;
}

/** Defines an operation whose handler gets what its schemas make of the request. */
export function defineRoute<
  P extends Shape = undefined,
  Q extends Shape = undefined,
  H extends Shape = undefined,
  B extends z.ZodType | undefined = undefined,
>({
  params,
  query,
  headers,
  body,
  ...route
}: RouteDescription & {
  readonly params?: P;
  readonly query?: Q;
  readonly headers?: H;
  readonly body?: B;
  readonly handle: (
    request: RouteRequest<Output<P>, Output<Q>, Output<H>, Output<B>>,
  ) => Promise<RouteAnswer>;
}): ApiRoute {
  return { ...route, params, query, headers, body };
}
