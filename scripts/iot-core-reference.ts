import { knownOperations } from "../src/iot-core/control-plane/known-operations.ts";
import { listOperations } from "../src/iot-core/control-plane/list-operations.ts";

const services = [
  { service: "iot", title: "Control plane (service `iot`)" },
  { service: "iot-data", title: "Data plane (service `iot-data`)" },
] as const;

const introduction = `What the stand-in for AWS IoT Core answers of AWS's API. Both services have one port; signatures are not
looked at. Names, shapes, limits and errors are AWS's. An operation of AWS's that is not listed is refused by its
name with \`NotImplementedException\` (400), and so is a member that is not supported, unless it is empty.
Members that AWS does not know are ignored.

Changes are in force at once, where on AWS some take seconds (DetachThingPrincipal) or minutes (policies); the
stand-in can be told to delay what connections notice of them.`;

/** Writes the sections of the reference of AWS's operations that the stand-in supports. */
export function toIotCoreSections(
  table: (head: readonly string[], rows: readonly (readonly string[])[]) => string,
): readonly string[] {
  const operations = listOperations();
  return [
    introduction,
    ...services.flatMap(({ service, title }) => {
      const rows = operations
        .filter((each) => each.service === service)
        .toSorted((one, other) => (one.operation < other.operation ? -1 : 1))
        .map(({ operation, note }) => [`\`${operation}\``, note ?? ""]);
      const all = Object.keys(knownOperations[service]).length;
      return [
        `## ${title}`,
        `${rows.length} of ${all} operations.`,
        table(["operation", "what is different or worth knowing"], rows),
      ];
    }),
  ];
}
