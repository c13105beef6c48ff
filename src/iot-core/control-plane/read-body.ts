import type { IncomingMessage } from "node:http";
import { AwsError } from "./aws-error.ts";

const maximumBytes = 1024 * 1024;

/** Reads a JSON object of at most 1 MiB; no body is an empty object. */
export async function readBody(
  request: IncomingMessage,
): Promise<Readonly<Record<string, unknown>>> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length <= maximumBytes) chunks.push(chunk);
  }
  // Said only now: a client that is still sending would not read the answer.
  if (length > maximumBytes) {
    throw new AwsError("InvalidRequestException", `The request exceeds ${maximumBytes} bytes`);
  }
  if (length === 0) return {};
  const value = parseJson(Buffer.concat(chunks).toString());
  if (isRecord(value)) return value;
  throw new AwsError("InvalidRequestException", "The request body must be a JSON object");
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new AwsError("InvalidRequestException", "The request body is not JSON");
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
