import * as z from "zod";
import type { ConnectionDescription, DeviceConnections } from "../device-connections.ts";
import { pageOf } from "../registry/page.ts";
import { AwsError } from "./aws-error.ts";
import { requireEndpoint } from "./require-endpoint.ts";
import { createRoute, type Route } from "./route.ts";
import { flag, tokenPageFrom, upTo } from "./shapes.ts";

const clientId = z.string().min(1).max(128).regex(/^[^$]/);

const defaultPageSize = 20;
const maximumPageSize = 200;

/** Operations of the data plane on the connections of devices. */
export function createConnectionRoutes(
  connections: DeviceConnections | undefined,
): readonly Route[] {
  return [
    createRoute(
      {
        operation: "DeleteConnection",
        method: "DELETE",
        path: "/connections/{clientId}",
        from: { cleanSession: "query", preventWillMessage: "query" },
        input: z.object({
          clientId,
          cleanSession: flag.default(false),
          preventWillMessage: flag.default(false),
        }),
        handleOutside: ({ clientId: id, ...options }) => {
          const wasThere = requireEndpoint(connections, "DeleteConnection").disconnect(id, options);
          if (!wasThere) throw notFound(id);
          return {};
        },
      },
      "iot-data",
    ),
    createRoute(
      {
        operation: "GetConnection",
        method: "GET",
        path: "/connections/{clientId}",
        from: { includeSocketInformation: "query" },
        input: z.object({ clientId, includeSocketInformation: flag.default(false) }),
        handleOutside: ({ clientId: id, includeSocketInformation }) => {
          const connection = requireEndpoint(connections, "GetConnection").find(id);
          if (connection === undefined) throw notFound(id);
          return {
            ...toAnswer(connection),
            ...(includeSocketInformation && connection.socket),
          };
        },
      },
      "iot-data",
    ),
    createRoute(
      {
        operation: "ListSubscriptions",
        method: "GET",
        path: "/connections/{clientId}/subscriptions",
        from: tokenPageFrom,
        input: z.object({ clientId, ...upTo(maximumPageSize, defaultPageSize) }),
        handleOutside: ({ clientId: id, maxResults, nextToken }) => {
          const all = requireEndpoint(connections, "ListSubscriptions").subscriptionsOf(id);
          if (all === undefined) throw notFound(id);
          const sorted = all.toSorted((one, other) =>
            one.topicFilter < other.topicFilter ? -1 : 1,
          );
          const request = { after: nextToken, limit: maxResults };
          const page = pageOf(sorted, request, (subscription) => subscription.topicFilter);
          return { subscriptions: page.rows, nextToken: page.next };
        },
      },
      "iot-data",
    ),
  ];
}

function toAnswer(connection: ConnectionDescription) {
  const since = connection.since.getTime();
  return {
    clientId: connection.clientId,
    connected: connection.isConnected,
    thingName: connection.thingName,
    cleanSession: connection.isCleanSession,
    keepAliveDuration: connection.keepAliveSeconds,
    sessionExpiry: connection.sessionExpirySeconds,
    ...(connection.isConnected
      ? { connectedSince: since }
      : { disconnectedSince: since, disconnectReason: connection.disconnectReason }),
  };
}

function notFound(clientId: string): AwsError {
  return new AwsError(
    "ResourceNotFoundException",
    `Client ${clientId} has neither a connection nor a stored session`,
  );
}
