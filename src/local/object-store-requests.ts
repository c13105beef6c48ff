import type { IncomingMessage, ServerResponse } from "node:http";
import { pipeline } from "node:stream/promises";
import { toContentDisposition } from "../batches/content-disposition.ts";
import { MusterError } from "../rules/errors.ts";
import type { ObjectFiles } from "./object-store-files.ts";
import { type ObjectGrant, readGrant } from "./object-store-grants.ts";

/** @returns whether the request was answered here; it never rejects. */
export type RequestHandler = (
  request: IncomingMessage,
  response: ServerResponse,
) => Promise<boolean>;

export interface ObjectRequestDeps {
  readonly files: ObjectFiles;
  readonly secret: string;
  readonly onUpload?: (notification: object) => Promise<void>;
  readonly now: () => Date;
}

type Grant<Act extends ObjectGrant["act"]> = Extract<ObjectGrant, { readonly act: Act }>;

/** What paths of grants begin with. */
export const objectPath = "/objects/";

/** Those of S3's errors that clients meet. @see https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html */
const refusals = {
  AccessDenied: { status: 403, message: "Request has expired." },
  SignatureDoesNotMatch: {
    status: 403,
    message: "The URL, the method or a header is not what was granted. Send the headers as given.",
  },
  NoSuchKey: { status: 404, message: "The object is not there." },
  PreconditionFailed: { status: 412, message: "The object is there already." },
  BadDigest: { status: 400, message: "The SHA-256 is not that of the bytes that came." },
  InternalError: { status: 500, message: "The object could not be kept or read." },
} as const;

/**
 * Answers what comes by granted URLs as S3 does.
 *
 * Headers that were granted have to be sent. Bytes go to the disk as they come.
 */
export function handleObjectRequest(deps: ObjectRequestDeps): RequestHandler {
  return async (request, response) => {
    const [path = ""] = (request.url ?? "").split("?");
    if (!path.startsWith(objectPath)) return false;
    try {
      const grant = readGrant(path.slice(objectPath.length), deps.secret);
      const refusal = await serve(deps, grant, request, response);
      if (refusal !== undefined) refuse(response, refusal);
    } catch {
      // The other end went away, or the disk failed.
      if (response.headersSent) response.destroy();
      else refuse(response, "InternalError");
    }
    return true;
  };
}

async function serve(
  deps: ObjectRequestDeps,
  grant: ObjectGrant | undefined,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<keyof typeof refusals | undefined> {
  if (grant === undefined) return "SignatureDoesNotMatch";
  if (deps.now().getTime() >= grant.expiresAt) return "AccessDenied";
  if (grant.act === "upload" && request.method === "PUT") {
    return receive(deps, grant, request, response);
  }
  if (grant.act === "download" && request.method === "GET")
    return send(deps.files, grant, response);
  return "SignatureDoesNotMatch";
}

async function receive(
  { files, onUpload }: ObjectRequestDeps,
  { key, bytes, sha256 }: Grant<"upload">,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<"SignatureDoesNotMatch" | "PreconditionFailed" | "BadDigest" | undefined> {
  const isAsGranted =
    request.headers["content-length"] === String(bytes) &&
    request.headers["x-amz-checksum-sha256"] === Buffer.from(sha256, "hex").toString("base64") &&
    request.headers["if-none-match"] === "*";
  if (!isAsGranted) return "SignatureDoesNotMatch";
  if ((await files.describe(key)) !== undefined) return "PreconditionFailed";
  // A request that is cut short fails, so that all of its bytes have come here.
  const outcome = await files.add(key, request, sha256);
  if (outcome === "differs") return "BadDigest";
  if (outcome === "exists") return "PreconditionFailed";
  // As with S3, word of it is not part of the upload.
  await onUpload?.(toNotification(key, bytes)).catch(() => {});
  response.writeHead(200).end();
  return undefined;
}

/** @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html */
function toNotification(key: string, size: number): object {
  const encoded = encodeURIComponent(key).replaceAll("%2F", "/").replaceAll("%20", "+");
  const s3 = { s3SchemaVersion: "1.0", object: { key: encoded, size } };
  return { Records: [{ eventSource: "aws:s3", eventName: "ObjectCreated:Put", s3 }] };
}

async function send(
  files: ObjectFiles,
  { key, fileName, contentType }: Grant<"download">,
  response: ServerResponse,
): Promise<"NoSuchKey" | undefined> {
  const description = await files.describe(key);
  if (description === undefined) return "NoSuchKey";
  const chunks = await readUnlessMissing(files, key, description.bytes);
  if (chunks === undefined) return "NoSuchKey";
  response.writeHead(200, {
    "content-length": description.bytes,
    "content-type": contentType,
    "content-disposition": toContentDisposition(fileName),
    "cache-control": "private, no-store",
    "x-content-type-options": "nosniff",
  });
  await pipeline(chunks, response);
  return undefined;
}

/** Somebody may delete it at that moment. */
async function readUnlessMissing(files: ObjectFiles, key: string, length: number) {
  try {
    return await files.read(key, { offset: 0, length });
  } catch (error) {
    if (error instanceof MusterError && error.code === "OBJECT_MISSING") return undefined;
    throw error;
  }
}

function refuse(response: ServerResponse, code: keyof typeof refusals): void {
  const { status, message } = refusals[code];
  response.writeHead(status, { "content-type": "application/xml", "cache-control": "no-store" });
  response.end(
    `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message></Error>`,
  );
}
