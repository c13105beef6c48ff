import { hash } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { listen } from "../../src/iot-core/listen.ts";

/** What the bus answers to one call: to each entry a code, or nothing where it takes it; or a failure. */
export type BusAnswer =
  | { readonly entries: readonly (string | undefined)[] }
  | { readonly status: number; readonly type: string }
  /** It takes all, and the answer is lost. */
  | "lost";

interface BusEntry {
  readonly Source: string;
  readonly DetailType: string;
  readonly Detail: string;
  readonly EventBusName: string;
  readonly Time: number;
}

interface SentMessage {
  readonly QueueUrl: string;
  readonly MessageBody: string;
  readonly DelaySeconds?: number;
}

/**
 * An endpoint that answers PutEvents and DescribeEventBus as EventBridge does, and keeps what it took.
 * Messages to queues it keeps too.
 *
 * @param answers of the calls in turn; afterwards all is taken.
 * @see https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html
 */
export async function startEventBus() {
  const taken: BusEntry[] = [];
  const calls: number[] = [];
  const messages: SentMessage[] = [];
  let answers: BusAnswer[] = [];
  let isThere = true;
  const server = createServer((request, response) => {
    void answer(request, response);
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body: unknown = JSON.parse(await readBody(request));
    if (request.headers["x-amz-target"] === "AWSEvents.DescribeEventBus") {
      const { Name } = body as { readonly Name: string };
      response.setHeader("content-type", "application/x-amz-json-1.1");
      const absent = { __type: "ResourceNotFoundException", message: `No bus ${Name}.` };
      response.writeHead(isThere ? 200 : 400).end(JSON.stringify(isThere ? { Name } : absent));
      return;
    }
    if (request.headers["x-amz-target"] !== "AWSEvents.PutEvents") {
      response.setHeader("content-type", "application/x-amz-json-1.0");
      response.end(JSON.stringify(answerOfQueue(messages, body as SentMessage)));
      return;
    }
    const { Entries } = body as { readonly Entries: readonly BusEntry[] };
    calls.push(Entries.length);
    const next = answers.shift() ?? { entries: [] };
    if (next === "lost") {
      taken.push(...Entries);
      request.socket.destroy();
      return;
    }
    response.setHeader("content-type", "application/x-amz-json-1.1");
    if ("status" in next) {
      response.writeHead(next.status).end(JSON.stringify({ __type: next.type, message: "no" }));
      return;
    }
    const results = Entries.map((entry, index) => {
      const code = next.entries[index];
      if (code !== undefined) return { ErrorCode: code, ErrorMessage: "no" };
      taken.push(entry);
      return { EventId: `e-${taken.length}` };
    });
    const FailedEntryCount = results.filter((result) => "ErrorCode" in result).length;
    response.end(JSON.stringify({ FailedEntryCount, Entries: results }));
  }

  const port = await listen(server, { port: 0 });
  return {
    endpoint: `http://127.0.0.1:${port}`,
    taken,
    /** Sent to queues. */
    messages,
    /** Entries of each call. */
    calls,
    /** Starts over. */
    expect: (...next: readonly BusAnswer[]) => {
      answers = [...next];
      taken.length = 0;
      calls.length = 0;
    },
    /** Without it EventBridge would take events all the same, and drop them. */
    setThere: (there: boolean) => {
      isThere = there;
    },
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

export type EventBus = Awaited<ReturnType<typeof startEventBus>>;

/** Of SendMessage what the SDK checks; of whatever else that nothing waits. */
function answerOfQueue(messages: SentMessage[], body: SentMessage): object {
  if (body.MessageBody === undefined) {
    return { Attributes: { ApproximateNumberOfMessages: "0" } };
  }
  messages.push(body);
  return { MessageId: `m-${messages.length}`, MD5OfMessageBody: hash("md5", body.MessageBody) };
}

async function readBody(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of request.setEncoding("utf8")) text += String(chunk);
  return text;
}
