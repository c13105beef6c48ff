import { IoT } from "@aws-sdk/client-iot";
import { checkResponse, type ServiceModel } from "../../support/service-model.ts";
import { NotAble } from "../expect.ts";
import type { Target } from "../targets/target.ts";
import type { Pace } from "./create-pace.ts";

interface IotClientDeps {
  readonly target: Target;
  readonly model: ServiceModel;
  readonly pace: Pace;
  /** Takes what is not as the service model says. */
  readonly onProblem: (problem: string) => void;
  /** Takes what is about to be made, before it is. */
  readonly onCall: (operation: string, input: Readonly<Record<string, unknown>>) => void;
}

interface RawHttpResponse {
  readonly statusCode: number;
  readonly headers: Record<string, string>;
  body?: unknown;
}

/** AWS's own client, each answer to which is held against AWS's service model. */
export function createIotClient({ target, model, pace, onProblem, onCall }: IotClientDeps): IoT {
  const { region, iotEndpoint, credentials } = target;
  const iot = new IoT({
    region,
    ...(iotEndpoint === undefined ? {} : { endpoint: iotEndpoint }),
    ...(credentials === undefined ? {} : { credentials }),
    maxAttempts: toMaxAttempts(target),
  });
  iot.middlewareStack.add(
    (next, { commandName = "" }) =>
      async (args) => {
        onCall(toOperation(commandName), { ...args.input });
        await pace();
        return next(args);
      },
    { step: "initialize", name: "paceConformance" },
  );
  iot.middlewareStack.add(
    (next, { commandName = "" }) =>
      async (args) => {
        const result = await next(args);
        const response = result.response as RawHttpResponse;
        const bytes = await readAll(response.body);
        response.body = bytes;
        const operation = toOperation(commandName);
        const { statusCode: status, headers } = response;
        const body = bytes.toString();
        if (isUnknownOperation(status, headers, body)) {
          throw new NotAble(`the target has no operation ${operation}`);
        }
        for (const problem of checkResponse(model, operation, { status, headers, body })) {
          onProblem(`${operation}: ${problem}`);
        }
        return result;
      },
    // Within the SDK's own, which reads the body.
    { step: "deserialize", priority: "low", name: "checkAgainstServiceModel" },
  );
  return iot;
}

/** A retry would hide what was answered; only those who pace themselves are throttled by others. */
export function toMaxAttempts({ callsPerSecond }: Target): number {
  return callsPerSecond === undefined ? 1 : 5;
}

function toOperation(commandName: string): string {
  return commandName.replace(/Command$/, "");
}

async function readAll(body: unknown): Promise<Buffer> {
  if (body === undefined) return Buffer.alloc(0);
  const chunks: Uint8Array[] = [];
  for await (const chunk of body as AsyncIterable<Uint8Array>) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** How the stand-in and other emulators say that they do not know an operation. */
export function isUnknownOperation(
  status: number,
  headers: Readonly<Record<string, string>>,
  body: string,
): boolean {
  if (status < 400) return false;
  return /NotImplemented|UnknownOperation|UnsupportedOperation|InvalidAction|Unsupported (IoT|iot-data) path/.test(
    `${headers["x-amzn-errortype"] ?? ""} ${body}`,
  );
}
