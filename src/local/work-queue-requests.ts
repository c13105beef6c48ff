import { createHash } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import * as z from "zod";
import type { RequestHandler } from "./object-store-requests.ts";
import { type LocalQueue, putMessage } from "./work-queue.ts";

type Queues = ReadonlyMap<string, LocalQueue>;

export interface QueueRequestDeps {
  /** By the last part of their URL's path. */
  readonly queues: Queues;
}

const targetHeader = "x-amz-target";
const service = "AmazonSQS.";
/** A message of 1 MiB, each of its characters written as an escape. */
const maxRequestBytes = 6 * 1024 * 1024 + 1024;

const QueueUrl = z.url();

/** What else SQS takes is refused, lest it be left out without a word. */
const sendShape = z.strictObject({
  QueueUrl,
  MessageBody: z.string().min(1),
  DelaySeconds: z.int().optional(),
});
const changeShape = z.strictObject({
  QueueUrl,
  ReceiptHandle: z.string().min(1),
  /** At most twelve hours. */
  VisibilityTimeout: z.int().min(0).max(43_200),
});
const attributesShape = z.strictObject({
  QueueUrl,
  AttributeNames: z.array(
    z.enum([
      "All",
      "ApproximateNumberOfMessages",
      "ApproximateNumberOfMessagesNotVisible",
      "ApproximateNumberOfMessagesDelayed",
    ]),
  ),
});

/** By name, what is done with a queue and the text of a request. */
const operations = new Map<string, (queues: Queues, text: string) => object>([
  ["SendMessage", sendMessage],
  ["ChangeMessageVisibility", changeVisibility],
  ["GetQueueAttributes", countMessages],
]);

/** Where a queue of the local cloud is sent to by the SDK. */
export function toQueueUrl(baseUrl: string, name: string): string {
  return new URL(`/queues/${name}`, baseUrl).href;
}

/**
 * Takes messages for the queues as SQS does, and what functions say of those that they have, and tells
 * how many there are, so that functions use the SDK: a queue is open in one thread only. Other
 * operations are refused.
 *
 * The header that names the operation keeps web pages out: a browser asks first whether it may send
 * it, and is not answered.
 *
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-making-api-requests-json.html
 */
export function handleQueueRequest({ queues }: QueueRequestDeps): RequestHandler {
  return async (request, response) => {
    const target = request.headers[targetHeader];
    if (request.method !== "POST" || typeof target !== "string" || !target.startsWith(service)) {
      return false;
    }
    try {
      const operate = operations.get(target.slice(service.length));
      if (operate === undefined) throw new Refusal("UnsupportedOperation", target);
      answer(response, 200, operate(queues, await readText(request)));
    } catch (error) {
      if (error instanceof Refusal) refuse(response, 400, error.code, error.message);
      else if (!response.headersSent) refuse(response, 500, "InternalFailure", String(error));
    }
    return true;
  };
}

class Refusal extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

function sendMessage(queues: Queues, text: string): object {
  const { QueueUrl: url, MessageBody, DelaySeconds = 0 } = parse(sendShape, text);
  const local = findQueue(queues, url);
  try {
    const id = putMessage(local, MessageBody, DelaySeconds);
    const md5 = createHash("md5").update(MessageBody).digest("hex");
    return { MessageId: id, MD5OfMessageBody: md5 };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new Refusal("InvalidParameterValueException", error.message);
  }
}

function changeVisibility(queues: Queues, text: string): object {
  const { QueueUrl: url, ReceiptHandle, VisibilityTimeout } = parse(changeShape, text);
  const { queue } = findQueue(queues, url);
  if (queue.changeVisibility(ReceiptHandle, VisibilityTimeout * 1_000)) return {};
  throw new Refusal("ReceiptHandleIsInvalid", "Nobody has a message by that receipt handle.");
}

/** Other attributes than counts there are none. */
function countMessages(queues: Queues, text: string): object {
  const { QueueUrl: url, AttributeNames } = parse(attributesShape, text);
  const { waiting, inWork, delayed } = findQueue(queues, url).queue.counts();
  const counts = {
    ApproximateNumberOfMessages: String(waiting),
    ApproximateNumberOfMessagesNotVisible: String(inWork),
    ApproximateNumberOfMessagesDelayed: String(delayed),
  };
  const isAsked = (name: string) => AttributeNames.some((each) => each === "All" || each === name);
  return {
    Attributes: Object.fromEntries(Object.entries(counts).filter(([name]) => isAsked(name))),
  };
}

function findQueue(queues: Queues, url: string): LocalQueue {
  const name = new URL(url).pathname.split("/").at(-1) ?? "";
  const local = queues.get(name);
  if (local === undefined) throw new Refusal("QueueDoesNotExist", `There is no queue ${name}.`);
  return local;
}

function parse<Shape extends z.ZodType>(shape: Shape, text: string): z.output<Shape> {
  try {
    return shape.parse(JSON.parse(text));
  } catch (error) {
    throw new Refusal("InvalidParameterValueException", String(error));
  }
}

async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length <= maxRequestBytes) chunks.push(chunk);
  }
  // Said only now: a client that is still sending would not read the answer.
  if (length > maxRequestBytes) {
    throw new Refusal(
      "InvalidParameterValueException",
      `The request exceeds ${maxRequestBytes} bytes.`,
    );
  }
  return Buffer.concat(chunks).toString();
}

function refuse(response: ServerResponse, status: number, code: string, message: string): void {
  answer(response, status, { __type: `com.amazonaws.sqs#${code}`, message });
}

function answer(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { "content-type": "application/x-amz-json-1.0" });
  response.end(JSON.stringify(body));
}
