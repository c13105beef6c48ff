import type * as z from "zod";
import {
  batchListSchema,
  batchSchema,
  type openBatchSchema,
  openedBatchSchema,
  reportSchema,
  rowListSchema,
  yieldSchema,
} from "../../api/schemas/batch.ts";
import type { CallApi } from "./api-client.ts";

export type Batch = z.output<typeof batchSchema>;
export type OpenedBatch = z.output<typeof openedBatchSchema>;
type BatchList = z.output<typeof batchListSchema>;
export type RowList = z.output<typeof rowListSchema>;
export type BatchYield = z.output<typeof yieldSchema>;
export type OpenBatchRequest = z.input<typeof openBatchSchema>;

interface Page {
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/** What the command line asks the API of batches. */
export interface BatchApi {
  /** Repeated with the same key it is the same batch. */
  readonly open: (request: OpenBatchRequest, idempotencyKey: string) => Promise<OpenedBatch>;
  readonly show: (batch: string) => Promise<Batch>;
  readonly list: (
    page: Page & { readonly manufacturer?: string | undefined },
  ) => Promise<BatchList>;
  readonly listErrors: (batch: string, page: Page) => Promise<RowList>;
  /** @returns where the whole report is, for a short while. */
  readonly findReport: (batch: string, format: "ndjson" | "csv") => Promise<string>;
  readonly recall: (batch: string, reason: string) => Promise<Batch>;
  readonly release: (batch: string, reason: string) => Promise<Batch>;
  readonly approve: (batch: string, quantity: number) => Promise<Batch>;
  readonly readYield: (batch: string) => Promise<BatchYield>;
}

export function createBatchApi(call: CallApi, signal: AbortSignal): BatchApi {
  const at = (batch: string, what = "") => `/v1/batches/${encodeURIComponent(batch)}${what}`;
  const act = (path: string, body: object) =>
    call({ method: "POST", path, body, answer: batchSchema, signal });
  return {
    open: (body, idempotencyKey) =>
      call({
        method: "POST",
        path: "/v1/batches",
        body,
        idempotencyKey,
        answer: openedBatchSchema,
        signal,
      }),
    show: (batch) => call({ path: at(batch), answer: batchSchema, signal }),
    list: ({ limit, cursor, manufacturer }) =>
      call({
        path: "/v1/batches",
        query: { limit, cursor, manufacturer },
        answer: batchListSchema,
        signal,
      }),
    listErrors: (batch, { limit, cursor }) =>
      call({ path: at(batch, "/errors"), query: { limit, cursor }, answer: rowListSchema, signal }),
    findReport: async (batch, format) => {
      const path = at(batch, "/report");
      return (await call({ path, query: { format }, answer: reportSchema, signal })).url;
    },
    recall: (batch, reason) => act(at(batch, "/recall"), { reason }),
    release: (batch, reason) => act(at(batch, "/release"), { reason }),
    approve: (batch, quantity) => act(at(batch, "/approve"), { quantity }),
    readYield: (batch) => call({ path: at(batch, "/yield"), answer: yieldSchema, signal }),
  };
}
