import * as z from "zod";
import type { CloudMessage, DeviceConnections } from "../device-connections.ts";
import { AwsError } from "./aws-error.ts";
import { checkPublishTopic } from "./check-publish-topic.ts";
import { requireEndpoint } from "./require-endpoint.ts";
import { createRoute, type Route } from "./route.ts";
import { flag } from "./shapes.ts";
import { parseUserProperties } from "./user-properties.ts";

/** https://docs.aws.amazon.com/general/latest/gr/iot-core.html#message-broker-limits */
const maximumPayloadBytes = 128 * 1024;
const maximumExpirySeconds = 604_800;

const input = z.object({
  topic: z.string(),
  qos: z.coerce.number().int().min(0).max(1).default(0),
  retain: flag.default(false),
  payload: z.instanceof(Buffer),
  contentType: z.string().optional(),
  responseTopic: z.string().optional(),
  messageExpiry: z.coerce.number().int().min(0).optional(),
  correlationData: z.base64().optional(),
  payloadFormatIndicator: z.enum(["UNSPECIFIED_BYTES", "UTF8_DATA"]).optional(),
  userProperties: z.string().optional(),
});

/** The operation of the data plane that sends a message to devices. */
export function createPublishRoutes(connections: DeviceConnections | undefined): readonly Route[] {
  return [
    createRoute(
      {
        operation: "Publish",
        method: "POST",
        path: "/topics/{topic}",
        from: {
          qos: "query",
          retain: "query",
          payload: "payload",
          contentType: "query",
          responseTopic: "query",
          messageExpiry: "query",
          correlationData: "x-amz-mqtt5-correlation-data",
          payloadFormatIndicator: "x-amz-mqtt5-payload-format-indicator",
          userProperties: "x-amz-mqtt5-user-properties",
        },
        input,
        note: "Not to topics that begin with `$`. Whoever reaches the port may publish.",
        handleOutside: (request) => {
          const endpoint = requireEndpoint(connections, "Publish");
          checkPublishTopic("topic", request.topic);
          if (request.responseTopic !== undefined) {
            checkPublishTopic("responseTopic", request.responseTopic);
          }
          if (request.payload.length > maximumPayloadBytes) {
            throw refused(`The payload exceeds ${maximumPayloadBytes} bytes`);
          }
          endpoint.publish({
            topic: request.topic,
            payload: request.payload,
            qos: request.qos === 0 ? 0 : 1,
            retain: request.retain,
            properties: toProperties(request),
          });
          return {};
        },
      },
      "iot-data",
    ),
  ];
}

function toProperties(request: z.output<typeof input>): NonNullable<CloudMessage["properties"]> {
  const { contentType, responseTopic, messageExpiry, correlationData } = request;
  return {
    ...(contentType !== undefined && { contentType }),
    ...(responseTopic !== undefined && { responseTopic }),
    // As for a device: at least one second, at most a week.
    ...(messageExpiry !== undefined && {
      messageExpiryInterval: Math.min(Math.max(messageExpiry, 1), maximumExpirySeconds),
    }),
    ...(correlationData !== undefined && {
      correlationData: Buffer.from(correlationData, "base64"),
    }),
    ...(request.payloadFormatIndicator !== undefined && {
      payloadFormatIndicator: request.payloadFormatIndicator === "UTF8_DATA",
    }),
    ...(request.userProperties !== undefined && {
      userProperties: readUserProperties(request.userProperties),
    }),
  };
}

function readUserProperties(header: string) {
  const userProperties = parseUserProperties(header);
  if (userProperties !== undefined) return userProperties;
  throw refused("userProperties must be a JSON array of objects, in base64");
}

function refused(message: string): AwsError {
  return new AwsError("InvalidRequestException", message);
}
