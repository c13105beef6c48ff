import * as z from "zod";
import { type OperationContext, toEpochSeconds } from "./operation-context.ts";
import { createRoute, type Route } from "./route.ts";

const eventTypes = [
  "THING",
  "THING_GROUP",
  "THING_TYPE",
  "THING_GROUP_MEMBERSHIP",
  "THING_GROUP_HIERARCHY",
  "THING_TYPE_ASSOCIATION",
  "JOB",
  "JOB_EXECUTION",
  "POLICY",
  "CERTIFICATE",
  "CA_CERTIFICATE",
] as const;

const configurations = z.partialRecord(
  z.enum(eventTypes),
  z.object({ Enabled: z.boolean().default(false) }),
);

const stored = z.object({
  eventConfigurations: configurations,
  creationDate: z.number(),
  lastModifiedDate: z.number(),
});

/**
 * Operations on event configurations, which are kept and shown but have no effect: the event of a
 * certificate's registration comes whatever they say, and the stand-in publishes no others of them.
 */
export function createEventConfigurationRoutes(context: OperationContext): readonly Route[] {
  const { tables, now } = context;

  const read = (): z.output<typeof stored> | undefined => {
    const text = tables.settings.get("eventConfigurations");
    return text === undefined ? undefined : stored.parse(JSON.parse(text));
  };

  return [
    createRoute({
      operation: "UpdateEventConfigurations",
      method: "PATCH",
      path: "/event-configurations",
      input: z.object({ eventConfigurations: configurations.default({}) }),
      note: "Kept and shown, without effect.",
      handle: (input) => {
        const known = read();
        const at = toEpochSeconds(now());
        const next: z.output<typeof stored> = {
          eventConfigurations: { ...known?.eventConfigurations, ...input.eventConfigurations },
          creationDate: known?.creationDate ?? at,
          lastModifiedDate: at,
        };
        tables.settings.set("eventConfigurations", JSON.stringify(next));
        return {};
      },
    }),
    createRoute({
      operation: "DescribeEventConfigurations",
      method: "GET",
      path: "/event-configurations",
      input: z.object({}),
      handle: () => {
        const { eventConfigurations, ...dates } = read() ?? { eventConfigurations: {} };
        const disabled = Object.fromEntries(eventTypes.map((type) => [type, { Enabled: false }]));
        return { eventConfigurations: { ...disabled, ...eventConfigurations }, ...dates };
      },
    }),
  ];
}
