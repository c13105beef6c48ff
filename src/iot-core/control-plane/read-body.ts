import type { IncomingMessage } from "node:http";
import { AwsError } from "./aws-error.ts";

const maximumBytes = 1024 * 1024;

/** Reads a body of at most 1 MiB. */
export async function readBody(request: IncomingMessage): Promise<Buffer> {
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
  return Buffer.concat(chunks);
}

/** Reads a JSON object; no body is an empty one. */
export function parseBody(body: Buffer): Readonly<Record<string, unknown>> {
  if (body.length === 0) return {};
  const value = parseJson(body.toString());
  if (isRecord(value)) return value;
  throw new AwsError("InvalidRequestException", "The request body must be a JSON object");
}

function parseJson(text: string): unknown {
  const names = new Set<string>();
  let value: unknown;
  try {
    value = JSON.parse(text, (name, member: unknown) => {
      if (name === "__proto__") names.add(name);
      return member;
    });
  } catch {
    throw new AwsError("InvalidRequestException", "The request body is not JSON");
  }
  // The schemas would leave it out without a word.
  if (names.size === 0) return value;
  throw new AwsError("InvalidRequestException", "Nothing in a request can be named __proto__ here");
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
