import type { IoTClient } from "@aws-sdk/client-iot";

/** One call to AWS as its caller sees it, its retries included. */
export interface AwsCall {
  readonly service: AwsService;
  /** `DescribeCertificate` */
  readonly operation: string;
  readonly ms: number;
  /** Tries after the first. */
  readonly retries: number;
  /** Tries that were refused as too many. */
  readonly throttled: number;
  /** AWS's own id of the last try. */
  readonly awsRequestId?: string;
  /** Name of what it failed with. */
  readonly error?: string;
}

export const awsServices = ["iot", "dynamodb", "s3", "sqs", "eventbridge"] as const;
export type AwsService = (typeof awsServices)[number];

export type OnCall = (call: AwsCall) => void;

interface Counts {
  tries: number;
  throttled: number;
}

/**
 * Has somebody told of each call that a client makes, once it is over.
 *
 * @param client of any service: their stacks differ in types only.
 */
export function observeCalls(
  client: { readonly middlewareStack: object },
  service: AwsService,
  onCall: OnCall | undefined,
): void {
  if (onCall === undefined) return;
  const stack = client.middlewareStack as IoTClient["middlewareStack"];
  const counts = new WeakMap<object, Counts>();
  stack.add(
    (next, context) => async (args) => {
      const count: Counts = { tries: 0, throttled: 0 };
      counts.set(context, count);
      const startedAt = performance.now();
      const tell = (result: Pick<AwsCall, "awsRequestId" | "error">) =>
        onCall({
          service,
          operation: (context.commandName ?? "").replace(/Command$/, ""),
          ms: Math.round(performance.now() - startedAt),
          retries: Math.max(count.tries - 1, 0),
          throttled: count.throttled,
          ...result,
        });
      try {
        const result = await next(args);
        tell(toRequestId(result.output));
        return result;
      } catch (error) {
        tell({ ...toRequestId(error), error: toName(error) });
        throw error;
      }
    },
    { step: "initialize", priority: "high", name: "musterCalls" },
  );
  stack.add(
    (next, context) => async (args) => {
      const count = counts.get(context);
      if (count) count.tries += 1;
      try {
        return await next(args);
      } catch (error) {
        if (count && isThrottling(error)) count.throttled += 1;
        throw error;
      }
    },
    // Inside the SDK's retries.
    { step: "finalizeRequest", priority: "low", name: "musterTries" },
  );
}

function toRequestId(answer: unknown): Pick<AwsCall, "awsRequestId"> {
  const { $metadata } = (answer ?? {}) as { readonly $metadata?: { readonly requestId?: unknown } };
  const id = $metadata?.requestId;
  return typeof id === "string" ? { awsRequestId: id } : {};
}

/** By name, as AWS IoT's has the status 400. */
function isThrottling(error: unknown): boolean {
  return /throttl|toomanyrequests|throughputexceeded|slowdown|requestlimit/i.test(toName(error));
}

function toName(error: unknown): string {
  return error instanceof Error ? error.name : "Unknown";
}
