import { readFile } from "node:fs/promises";
import { v4 as newKey } from "uuid";
import { maxInlineBytes } from "../../api/schemas/batch.ts";
import { MusterError } from "../../rules/errors.ts";
import type { ApiSettings } from "../../wiring/api-settings.ts";
import { createApiClient } from "../api/api-client.ts";
import {
  type Batch,
  type BatchApi,
  createBatchApi,
  type OpenBatchRequest,
} from "../api/batch-api.ts";
import { parseMapping } from "../column-mapping.ts";
import { parseDataObject } from "../data-object.ts";
import { createByteProgress } from "../progress.ts";
import { followBatch } from "./follow-batch.ts";
import { type MeasuredFile, type MeasureOptions, measureFile } from "./measure-file.ts";
import { noRefusals, type Refusals, readRefusals } from "./read-refusals.ts";
import { uploadManifest } from "./upload-manifest.ts";

export interface PushOptions {
  readonly profile?: string;
  readonly manufacturer?: string;
  readonly dryRun?: boolean;
  readonly map?: readonly string[];
  readonly mapping?: string;
  readonly dataObject?: string;
  readonly wait: boolean;
  readonly idempotencyKey?: string;
}

export interface PushRequest {
  readonly path: string;
  readonly options: PushOptions;
  readonly settings: ApiSettings;
  /** Whether people watch. */
  readonly show: boolean;
  readonly signal: AbortSignal;
  /** Called before the first request: from now on there may be a batch. */
  readonly onOpening: (key: string) => void;
  /** Called when there is a batch, which goes on whatever becomes of this process. */
  readonly onOpened: (batch: Batch) => void;
  readonly onUploaded: () => void;
  /** Files up to so many bytes go with the request. */
  readonly inlineBytes?: number;
}

export interface Pushed extends Refusals {
  readonly batch: Batch;
}

/**
 * Pushes a manifest: announces it, sends it, and unless told otherwise waits for what comes of it.
 *
 * @throws MusterError as the API says, and of the file
 */
export async function pushBatch(request: PushRequest): Promise<Pushed> {
  const { path, options, settings, show, signal } = request;
  const api = createBatchApi(createApiClient(settings), signal);
  const announced = toAnnounced(options, settings);
  const file = await measureFile(path, { show, signal, ...toRead(announced) });
  const opened = await send(api, file, announced, request);
  request.onUploaded();
  if (!options.wait) return { batch: opened, ...noRefusals };
  const batch = await followBatch(api, opened.id, { show, signal });
  return { batch, ...(await readRefusals(api, batch, signal)) };
}

type Announced = Pick<
  OpenBatchRequest,
  "profile" | "manufacturer" | "dryRun" | "mapping" | "mappingName" | "dataObject"
>;

function toAnnounced(options: PushOptions, settings: ApiSettings): Announced {
  const { manufacturer, dryRun = false, map = [], mapping, dataObject } = options;
  if (map.length > 0 && mapping !== undefined) {
    throw new MusterError("USAGE_INVALID", "Give --map or --mapping, not both.");
  }
  const profile = options.profile ?? settings.profile;
  if (profile === undefined) {
    throw new MusterError(
      "USAGE_INVALID",
      "What are these devices? Give --profile <name>; the operator knows its name.",
    );
  }
  return {
    profile,
    ...(manufacturer !== undefined && { manufacturer }),
    ...(dryRun && { dryRun }),
    ...(map.length > 0 && { mapping: parseMapping(map) }),
    ...(mapping !== undefined && { mappingName: mapping }),
    ...(dataObject !== undefined && { dataObject: parseDataObject(dataObject) }),
  };
}

/** What a manifest is read by before it is sent. */
function toRead({ dataObject }: Announced): Pick<MeasureOptions, "dataObject"> {
  return dataObject === undefined ? {} : { dataObject };
}

async function send(
  api: BatchApi,
  { path, ...file }: MeasuredFile,
  announced: Announced,
  request: PushRequest,
): Promise<Batch> {
  const { options, show, signal, onOpening, onOpened, inlineBytes = maxInlineBytes } = request;
  const key = options.idempotencyKey ?? newKey();
  const isInline = file.bytes <= inlineBytes;
  const content = isInline ? (await readFile(path)).toString("base64") : undefined;
  const body = { ...announced, ...file, ...(content !== undefined && { content }) };
  onOpening(key);
  const open = async () => {
    const opened = await api.open(body, key);
    onOpened(opened.batch);
    return opened;
  };
  const progress = createByteProgress("Uploading", file.bytes, show);
  const { bytes } = file;
  const onProgress = progress.update;
  return uploadManifest({ file: path, bytes, open, onProgress, signal }).finally(progress.clear);
}
