import { writeFileSync } from "node:fs";
import {
  noServiceModel,
  readServiceModel,
  type ServiceModel,
} from "../test/support/service-model.ts";

const file = new URL("../src/iot-core/control-plane/known-operations.ts", import.meta.url);

/** Writes the source that names every operation of both services and where it is found. */
export function toKnownOperations(models: {
  readonly iot: ServiceModel;
  readonly "iot-data": ServiceModel;
}): string {
  return [
    "/**",
    " * Every operation of AWS IoT's control and data plane, with its method and path.",
    ` * Written by \`node scripts/write-known-operations.ts\` from botocore ${models.iot.version}.`,
    " */",
    "export const knownOperations = {",
    "  iot: {",
    ...toLines(models.iot),
    "  },",
    '  "iot-data": {',
    ...toLines(models["iot-data"]),
    "  },",
    "} as const;",
    "",
  ].join("\n");
}

function toLines({ operations }: ServiceModel): readonly string[] {
  return Object.entries(operations)
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, { http }]) => {
      const line = `    ${name}: "${http.method} ${http.requestUri}",`;
      // As the formatter would have it.
      return line.length <= 100 ? line : line.replace(": ", ":\n      ");
    });
}

if (import.meta.main) {
  const [iot, iotData] = [readServiceModel("iot"), readServiceModel("iot-data")];
  if (iot === undefined || iotData === undefined) throw new Error(noServiceModel);
  writeFileSync(file, toKnownOperations({ iot, "iot-data": iotData }));
}
