import { createHash } from "node:crypto";
import { AwsError } from "./aws-error.ts";

/** Members of requests and of answers that say where a page begins. */
const requestMembers: readonly string[] = ["marker", "nextToken"];
const answerMembers = ["nextMarker", "nextToken"] as const;

const checkBytes = 8;
const maximumLength = 1024;

/** Reads the cursor out of a member of a request that is a page token. */
export function openPageToken(operation: string, member: string, value: unknown): unknown {
  if (!requestMembers.includes(member) || value === undefined) return value;
  const cursor = typeof value === "string" ? readToken(operation, value) : undefined;
  if (cursor !== undefined) return cursor;
  throw new AwsError(
    "InvalidRequestException",
    `Value at '${member}' failed to satisfy constraint: Member must be what ${operation} answered`,
  );
}

/** Makes the cursor in an answer the opaque text from which a client asks for the next page. */
export function sealPageToken<Answer extends object | undefined>(
  operation: string,
  answer: Answer,
): Answer {
  if (answer === undefined) return answer;
  const sealed = answerMembers.flatMap((member) => {
    const cursor: unknown = Reflect.get(answer, member);
    return typeof cursor === "string" ? [[member, toToken(operation, cursor)] as const] : [];
  });
  return sealed.length === 0 ? answer : { ...answer, ...Object.fromEntries(sealed) };
}

function toToken(operation: string, cursor: string): string {
  return Buffer.concat([checksumOf(operation, cursor), Buffer.from(cursor)]).toString("base64");
}

function readToken(operation: string, token: string): string | undefined {
  if (token.length > maximumLength) return undefined;
  const bytes = Buffer.from(token, "base64");
  const cursor = bytes.subarray(checkBytes).toString();
  return token === toToken(operation, cursor) ? cursor : undefined;
}

/** Against mix-ups, not against forgery. */
function checksumOf(operation: string, cursor: string): Buffer {
  return createHash("sha256").update(`${operation}\0${cursor}`).digest().subarray(0, checkBytes);
}
