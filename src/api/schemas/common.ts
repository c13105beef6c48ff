import * as z from "zod";
import { errorCodes, type MusterErrorCode } from "../../rules/errors.ts";

const nameRule = "1 to 63 lower-case letters, digits and hyphens.";

export const certificateId = z
  .string()
  .regex(/^[0-9a-f]{64}$/)
  .describe("Lower-case hex SHA-256 of the certificate's DER.");
export const manufacturerId = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, `It has to be ${nameRule}`)
  .describe(nameRule);
export const profileName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, `It has to be ${nameRule}`)
  .describe(nameRule);
export const mappingName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, `It has to be ${nameRule}`)
  .describe(nameRule);
/** Of a table, or a member of JSON objects. */
const column = z.string().min(1).max(200);
export const columnMapping = { cert: column, id: column, chain: column };
export const batchId = z.string().regex(/^[0-9A-Za-z_-]{1,64}$/);
export const tokenId = z
  .string()
  .regex(/^[0-9a-f]{32}$/)
  .describe("Names a token; it is not the token itself.");
export const timestamp = z.string().describe("ISO 8601, UTC.");
const reason = z.string().min(1).max(500).regex(/\S/).describe("Why; it is in the audit record.");
export const reasonSchema = z.strictObject({ reason }).meta({ id: "Reason" });
/** One certificate is some 2 kB; room for a chain that is pasted with it, which is then refused. */
export const certificatePem = z
  .string()
  .min(1)
  .max(50_000)
  .describe("One certificate: PEM, or base64 of its DER.");

/** Pages of what is listed. */
export function pageOf(maxLimit: number) {
  return {
    limit: z.coerce
      .number()
      .int()
      .min(1)
      .max(maxLimit)
      .default(Math.min(maxLimit, 25))
      .describe("At most so many."),
    cursor: z
      .string()
      .regex(/^[A-Za-z0-9_-]{1,2000}$/)
      .optional()
      .describe("Where an earlier page of the same list ended."),
  };
}
export const nextCursor = z.string().optional().describe("Absent on the last page.");

export const idempotencyHeaders = z.object({
  "idempotency-key": z
    .string()
    .regex(/^[\x21-\x7e]{1,200}$/)
    .optional()
    .describe("A request that is repeated with the same key is carried out once."),
});

const tags = z.string().max(500).optional();
export const preconditionHeaders = z.object({
  "if-match": tags.describe("The `etag` of what is to be changed."),
  "if-none-match": z.literal("*").optional().describe("`*`: only if there is none yet."),
});

export const problemSchema = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    requestId: z.string().describe("Names the request in Muster's log."),
    code: z
      .enum(Object.keys(errorCodes) as MusterErrorCode[])
      .optional()
      .describe("Stable; absent where something failed inside."),
    detail: z.string().optional(),
    remedy: z.string().optional().describe("What helps."),
    errors: z
      .array(
        z.object({
          detail: z.string(),
          pointer: z.string().optional().describe("JSON pointer into the body."),
          parameter: z.string().optional(),
          in: z.enum(["path", "query", "header"]).optional(),
        }),
      )
      .optional(),
  })
  .meta({ id: "Problem", description: "RFC 9457." });

/** What API Gateway answers by itself, before Muster is asked. */
export const gatewayMessageSchema = z
  .object({ message: z.string() })
  .meta({ id: "GatewayMessage", description: "From API Gateway itself." });
