import * as z from "zod";
import type { BatchPage, OpenBatch } from "../../batches/batch-use-cases.ts";
import { MusterError } from "../../rules/errors.ts";
import type { Caller } from "../caller.ts";
import { openCursor, type PageQuery, sealCursor } from "../page-cursor.ts";
import { type ApiRoute, defineRoute } from "../route.ts";
import {
  approvalSchema,
  batchListSchema,
  batchSchema,
  maxInlineBytes,
  openBatchSchema,
  openedBatchSchema,
  reportSchema,
  rowListSchema,
  yieldSchema,
} from "../schemas/batch.ts";
import {
  batchId,
  idempotencyHeaders,
  manufacturerId,
  pageOf,
  reasonSchema,
} from "../schemas/common.ts";
import type { ApiServices } from "../use-cases.ts";
import { checkOwn } from "./check-own.ts";
import { withoutUndefined } from "./without-undefined.ts";

const params = z.object({ batch: batchId });
const batchAnswer = { 200: { description: "The batch as it now stands.", body: batchSchema } };

export function batchRoutes({ batches }: ApiServices): readonly ApiRoute[] {
  const tag = "Batches";
  return [
    defineRoute({
      id: "openBatch",
      method: "POST",
      path: "/v1/batches",
      tag,
      summary: "Push a manifest: inline, or by an upload that the answer grants",
      headers: idempotencyHeaders,
      body: openBatchSchema,
      answers: {
        201: {
          description: "The batch, and where to upload the file.",
          body: openedBatchSchema,
          headers: { location: "Path of the batch." },
        },
      },
      problems: [
        "MANUFACTURER_UNKNOWN",
        "PROFILE_UNKNOWN",
        "PROFILE_NOT_ALLOWED",
        "REQUEST_TOO_LARGE",
        "MANIFEST_TOO_LARGE",
        "IDEMPOTENCY_KEY_REUSED",
        "MANUFACTURER_SUSPENDED",
        "UPLOAD_MISMATCH",
        "MANIFEST_UNREADABLE",
        "MANIFEST_WITHOUT_CERTIFICATES",
        "MAPPING_INVALID",
        "MAPPING_UNKNOWN",
        "PRIVATE_KEY_REFUSED",
        "SECRET_REFUSED",
      ],
      handle: async ({ body, headers, caller }) => {
        const request = toOpenBatch(body, headers["idempotency-key"]);
        checkOwn(caller, request.manufacturer);
        const opened = await batches.open(caller, request);
        const location = `/v1/batches/${opened.batch.id}`;
        return { status: 201, body: opened, headers: { location } };
      },
    }),
    defineRoute({
      id: "listBatches",
      method: "GET",
      path: "/v1/batches",
      tag,
      summary: "List batches, the newest first",
      query: z.object({ ...pageOf(100), manufacturer: manufacturerId.optional() }),
      answers: { 200: { description: "A page of batches.", body: batchListSchema } },
      problems: ["MANUFACTURER_UNKNOWN"],
      handle: async ({ query: { limit, cursor: sealed, manufacturer }, caller }) => {
        checkOwn(caller, manufacturer);
        const bound: PageQuery = ["listBatches", tenantOf(caller), manufacturer];
        const cursor = openCursor(sealed, bound);
        const page: BatchPage = {
          limit,
          ...(cursor !== undefined && { cursor }),
          ...(manufacturer !== undefined && { manufacturer }),
        };
        const list = await batches.list(caller, page);
        return { status: 200, body: withCursor(list, bound) };
      },
    }),
    defineRoute({
      id: "readBatch",
      method: "GET",
      path: "/v1/batches/{batch}",
      tag,
      summary: "Show a batch: where it stands, how far it is, its counts",
      params,
      answers: { 200: { description: "The batch.", body: batchSchema } },
      problems: ["BATCH_UNKNOWN"],
      handle: async ({ params: { batch }, caller }) => ({
        status: 200,
        body: await batches.show(caller, batch),
      }),
    }),
    defineRoute({
      id: "listBatchErrors",
      method: "GET",
      path: "/v1/batches/{batch}/errors",
      tag,
      summary: "List the rows that were refused or warned about, in the order of the manifest",
      params,
      query: z.object(pageOf(1000)),
      answers: { 200: { description: "A page of rows.", body: rowListSchema } },
      problems: ["BATCH_UNKNOWN"],
      handle: async ({ params: { batch }, query: { limit, cursor: sealed }, caller }) => {
        const bound: PageQuery = ["listBatchErrors", tenantOf(caller), batch];
        const cursor = openCursor(sealed, bound);
        const page = { limit, ...(cursor !== undefined && { cursor }) };
        const list = await batches.listErrors(caller, batch, page);
        return { status: 200, body: withCursor(list, bound) };
      },
    }),
    defineRoute({
      id: "createBatchReport",
      method: "GET",
      path: "/v1/batches/{batch}/report",
      tag,
      summary: "Get a link to the whole report of rows",
      params,
      query: z.object({ format: z.enum(["ndjson", "csv"]).default("ndjson") }),
      answers: { 200: { description: "Where the report is.", body: reportSchema } },
      problems: ["BATCH_UNKNOWN", "BATCH_STATUS_CONFLICT"],
      handle: async ({ params: { batch }, query: { format }, caller }) => ({
        status: 200,
        body: { url: await batches.createReport(caller, batch, format) },
      }),
    }),
    defineRoute({
      id: "readBatchYield",
      method: "GET",
      path: "/v1/batches/{batch}/yield",
      tag,
      summary: "Count what became of a batch's devices",
      params,
      answers: { 200: { description: "The yield.", body: yieldSchema } },
      problems: ["BATCH_UNKNOWN"],
      handle: async ({ params: { batch }, caller }) => ({
        status: 200,
        body: await batches.readYield(caller, batch),
      }),
    }),
    defineRoute({
      id: "recallBatch",
      method: "POST",
      path: "/v1/batches/{batch}/recall",
      tag,
      summary: "Recall a batch: its devices are put out, and none of it is let in",
      params,
      body: reasonSchema,
      answers: batchAnswer,
      problems: [
        "BATCH_UNKNOWN",
        "BATCH_STATUS_CONFLICT",
        "RECALL_NEEDS_OPERATOR",
        "MANUFACTURER_SUSPENDED",
      ],
      handle: async ({ params: { batch }, body, caller }) => ({
        status: 200,
        body: await batches.recall(caller, batch, body.reason),
      }),
    }),
    defineRoute({
      id: "approveBatch",
      method: "POST",
      path: "/v1/batches/{batch}/approve",
      tag,
      summary: "Let a batch count that waits for approval",
      params,
      body: approvalSchema,
      answers: batchAnswer,
      problems: ["BATCH_UNKNOWN", "BATCH_STATUS_CONFLICT", "QUANTITY_MISMATCH"],
      handle: async ({ params: { batch }, body, caller }) => ({
        status: 200,
        body: await batches.approve(caller, batch, body.quantity),
      }),
    }),
    defineRoute({
      id: "releaseBatch",
      method: "POST",
      path: "/v1/batches/{batch}/release",
      tag,
      summary: "Take a recall back",
      params,
      body: reasonSchema,
      answers: batchAnswer,
      problems: ["BATCH_UNKNOWN", "BATCH_STATUS_CONFLICT"],
      handle: async ({ params: { batch }, body, caller }) => ({
        status: 200,
        body: await batches.release(caller, batch, body.reason),
      }),
    }),
  ];
}

function toOpenBatch(
  { content, mapping = {}, ...body }: z.output<typeof openBatchSchema>,
  idempotencyKey: string | undefined,
): OpenBatch {
  const bytes = content === undefined ? undefined : Buffer.from(content, "base64");
  if (bytes && bytes.length > maxInlineBytes) {
    throw new MusterError("REQUEST_TOO_LARGE", "Inline content has at most 4 MiB.", {
      details: { field: "content" },
    });
  }
  return {
    ...withoutUndefined(body),
    mapping: withoutUndefined(mapping),
    ...(bytes && { content: bytes }),
    ...(idempotencyKey !== undefined && { idempotencyKey }),
  };
}

const tenantOf = (caller: Caller) =>
  caller.role === "manufacturer" ? caller.manufacturer : undefined;

function withCursor<T extends { readonly cursor?: string }>(list: T, query: PageQuery): T {
  return list.cursor === undefined ? list : { ...list, cursor: sealCursor(list.cursor, query) };
}
