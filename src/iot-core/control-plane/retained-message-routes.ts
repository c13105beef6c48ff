import * as z from "zod";
import type { RetainedMessages } from "../retained-messages.ts";
import { AwsError } from "./aws-error.ts";
import { requireEndpoint } from "./require-endpoint.ts";
import { createRoute, type Route } from "./route.ts";
import { tokenPageFrom, upTo } from "./shapes.ts";
import { encodeUserProperties } from "./user-properties.ts";

const maximumPageSize = 200;

/** Operations of the data plane on retained messages. */
export function createRetainedMessageRoutes(
  retainedMessages: RetainedMessages | undefined,
): readonly Route[] {
  return [
    createRoute(
      {
        operation: "GetRetainedMessage",
        method: "GET",
        path: "/retainedMessage/{topic}",
        input: z.object({ topic: z.string() }),
        handleOutside: ({ topic }) => {
          const message = requireEndpoint(retainedMessages, "GetRetainedMessage").get(topic);
          if (message === undefined) {
            throw new AwsError("ResourceNotFoundException", `No message is retained on ${topic}`);
          }
          const { payload, qos, lastModified, userProperties } = message;
          return {
            topic: message.topic,
            payload: Buffer.from(payload).toString("base64"),
            qos,
            lastModifiedTime: lastModified.getTime(),
            ...(userProperties && { userProperties: encodeUserProperties(userProperties) }),
          };
        },
      },
      "iot-data",
    ),
    createRoute(
      {
        operation: "ListRetainedMessages",
        method: "GET",
        path: "/retainedMessage",
        from: tokenPageFrom,
        input: z.object(upTo(maximumPageSize, maximumPageSize)),
        handleOutside: ({ maxResults, nextToken }) => {
          const retained = requireEndpoint(retainedMessages, "ListRetainedMessages");
          const { messages, next } = retained.list(nextToken, maxResults);
          return {
            retainedTopics: messages.map(({ topic, payload, qos, lastModified }) => ({
              topic,
              payloadSize: payload.length,
              qos,
              lastModifiedTime: lastModified.getTime(),
            })),
            nextToken: next,
          };
        },
      },
      "iot-data",
    ),
  ];
}
