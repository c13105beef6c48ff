import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { toKnownOperations } from "../../../scripts/write-known-operations.ts";
import { createFindRoute } from "../../../src/iot-core/control-plane/find-route.ts";
import { knownOperations } from "../../../src/iot-core/control-plane/known-operations.ts";
import { listOperations } from "../../../src/iot-core/control-plane/list-operations.ts";
import { readServiceModel } from "../../support/service-model.ts";

const { iot, "iot-data": iotData } = knownOperations;
const places: ReadonlyMap<string, string> = new Map(Object.entries({ ...iot, ...iotData }));
const supported = listOperations();
const unsupported = [...places].filter(
  ([operation]) => !supported.some((each) => each.operation === operation),
);

describe("the operations of AWS IoT", () => {
  test("have names of their own in both services, and so have their places", () => {
    expect(places.size).toBe(Object.keys(iot).length + Object.keys(iotData).length);
    const shapes = [...places.values()].map((place) => place.replaceAll(/\{[^}]*\}/g, "{}"));
    expect(shapes.filter((shape, index) => shapes.indexOf(shape) !== index)).toEqual([]);
  });

  test("are supported where AWS has them", () => {
    expect(
      supported
        .filter(({ operation, method, path }) => {
          const place = places.get(operation)?.replaceAll(/\{[^}]*\}/g, "{}");
          return place !== `${method} ${path.replaceAll(/\{[^}]*\}/g, "{}")}`;
        })
        .map(({ operation }) => operation),
    ).toEqual([]);
  });

  test.for(unsupported)("%s is refused by its name", ([operation, place]) => {
    const [method = "", path = ""] = place.split(" ");
    const findRoute = createFindRoute([]);
    expect(() => findRoute(method, path.replaceAll(/\{[^}]*\}/g, "x"))).toThrow(
      `${operation} is not supported`,
    );
  });

  test.for(["GET /destinations/arn:aws:iot/a/b", "DELETE /destinations/x"])(
    "are found with a path of any length where AWS takes it: %s",
    (request) => {
      const [method = "", path = ""] = request.split(" ");
      expect(() => createFindRoute([])(method, path)).toThrow(/TopicRuleDestination is not/);
    },
  );

  const [model, dataModel] = [readServiceModel("iot"), readServiceModel("iot-data")];
  test.skipIf(model === undefined)("are those of botocore, and perhaps newer ones", () => {
    const names = Object.keys({ ...model?.operations, ...dataModel?.operations });
    expect(names.filter((name) => !places.has(name))).toEqual([]);
  });

  const file = "../../../src/iot-core/control-plane/known-operations.ts";
  const text = readFileSync(new URL(file, import.meta.url), "utf8");
  const isOfVersion = model !== undefined && text.includes(`botocore ${model.version}.`);
  test.skipIf(!isOfVersion)("are written as the script writes them", () => {
    if (model === undefined || dataModel === undefined) return;
    expect(text).toBe(toKnownOperations({ iot: model, "iot-data": dataModel }));
  });
});
