import * as z from "zod/mini";
import {
  fleetEventShapes,
  fleetEventSource,
  fleetEventTypes,
  fleetEventVersion,
} from "../src/rules/events/fleet-event.ts";
import { type Schema, toFieldRows } from "./schema-rows.ts";

type Table = (head: readonly string[], rows: readonly (readonly string[])[]) => string;

/** When each is sent. */
const when = {
  admitted: "A certificate was let in: it has its thing and policy, and is ACTIVE.",
  quarantined:
    "A certificate was kept out, for reasons that a batch, a profile or an operator can cure.",
  rejected: "A certificate was kept out, for reasons in itself or by somebody's word against it.",
  revoked: "An operator revoked a certificate. What that did to the device follows as `rejected`.",
  "batch-completed": "A batch has landed in the ledger. A dry run is none.",
} as const satisfies Record<(typeof fleetEventTypes)[number], string>;

export function toEventSections(table: Table): readonly string[] {
  return [
    `What comes out on the event bus, with \`source\` \`${fleetEventSource}\`; the \`detail-type\` is the heading. [Events](../events.md) says how
to receive them. This is version ${fleetEventVersion}; members may be added to it.`,
    ...fleetEventTypes.map((type) => {
      const schema = z.toJSONSchema(fleetEventShapes[type], { io: "input" }) as Schema;
      const fields = table(
        ["member of `detail`", "type", "always", "what it is"],
        toFieldRows(schema),
      );
      return `## ${type}\n\n${when[type]}\n\n${fields}`;
    }),
    `## As JSON Schema

Of \`detail\`, by \`detail-type\`:

\`\`\`json
${JSON.stringify(toJsonSchemas(), null, 2)}
\`\`\``,
  ];
}

function toJsonSchemas(): object {
  return Object.fromEntries(
    fleetEventTypes.map((type) => [type, z.toJSONSchema(fleetEventShapes[type], { io: "input" })]),
  );
}
