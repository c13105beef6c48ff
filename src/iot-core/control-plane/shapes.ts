import * as z from "zod";

/** Shapes of the AWS IoT API that more than one operation uses. */

export const certificateId = z
  .string()
  .length(64)
  .regex(/^[a-fA-F0-9]+$/)
  .toLowerCase();
export const pem = z.string().min(1).max(65_536);
export const thingName = z
  .string()
  .min(1)
  .max(128)
  .regex(/^[a-zA-Z0-9:_-]+$/);
export const policyName = z
  .string()
  .min(1)
  .max(128)
  .regex(/^[\w+=,.@-]+$/);
export const policyDocument = z.string().max(404_600);
export const arn = z.string().min(1).max(2048);
export const tagKey = z
  .string()
  .min(1)
  .max(128)
  .regex(/^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u);
export const tagList = z.array(z.object({ Key: tagKey, Value: z.string().max(256).default("") }));
/** The version that a client has seen. */
export const version = z.number().int().positive();
export const versionInQuery = z.coerce.number().pipe(version);
/** Printable ASCII. */
export const description = z
  .string()
  .max(2028)
  .regex(/^[ -~]*$/);

export const attributeName = z
  .string()
  .max(128)
  .regex(/^[a-zA-Z0-9_.,@/:#-]+$/);
export const attributeValue = z
  .string()
  .max(800)
  .regex(/^[a-zA-Z0-9_.,@/:#=[\]-]*$/);
const attributes = z.record(attributeName, attributeValue);
export const attributePayload = z.object({
  attributes: attributes.optional(),
  merge: z.boolean().optional(),
});

/** A boolean in the query. */
export const flag = z.enum(["true", "false"]).transform((value) => value === "true");

/** AWS documents 25 for certificates. Elsewhere too a small page finds clients that do not page. */
const defaultPageSize = 25;
const pageSize = z.coerce.number().int().min(1).max(250).default(defaultPageSize);
/** As it was answered: `createRoute` wraps it up for the way to the client and back. */
const cursor = z.string();

/** Paging of lists of certificates, by order of creation. */
export const certificatePage = {
  pageSize,
  marker: cursor
    .pipe(
      z
        .string()
        .regex(/^\d{1,15}$/)
        .transform(Number),
    )
    .optional(),
  isAscendingOrder: flag.default(false),
};
/** Paging of policies and their targets, by name. */
export const markerPage = { pageSize, marker: cursor.optional() };
/** Paging of things and groups, by name. */
export const tokenPage = { maxResults: pageSize, nextToken: cursor.optional() };

/** Where the fields of the three kinds of paging come from. */
export const certificatePageFrom = {
  pageSize: "query",
  marker: "query",
  isAscendingOrder: "query",
} as const;
export const markerPageFrom = { pageSize: "query", marker: "query" } as const;
export const tokenPageFrom = { maxResults: "query", nextToken: "query" } as const;

/** Paging of lists of the data plane, each of which has limits of its own. */
export function upTo(maximum: number, byDefault: number) {
  return {
    maxResults: z.coerce.number().int().min(1).max(maximum).default(byDefault),
    nextToken: cursor.optional(),
  };
}
/** Paging of things and groups, and the beginning of their names. */
export const prefixedTokenPage = { ...tokenPage, namePrefixFilter: thingName.optional() };
export const prefixedTokenPageFrom = { ...tokenPageFrom, namePrefixFilter: "query" } as const;

/** A field of AWS's that this stand-in refuses, unless it is empty, rather than ignores. */
export function unsupported(what: string) {
  return z
    .unknown()
    .refine(isEmpty, { error: `${what} is not supported by this stand-in for AWS IoT Core` })
    .optional();
}

function isEmpty(value: unknown): boolean {
  // A query holds text.
  if (value === "" || value === false || value === "false") return true;
  return typeof value === "object" && value !== null && Object.keys(value).length === 0;
}
