import { describe, expect, onTestFinished, test } from "vitest";
import { listOperations } from "../../../src/iot-core/control-plane/list-operations.ts";
import { startControlPlane } from "../../../src/iot-core/control-plane/start-control-plane.ts";
import { openRegistry } from "../../../src/iot-core/registry.ts";
import { type Call, callOperation } from "../../support/call-operation.ts";
import {
  checkResponse,
  noServiceModel,
  type RawResponse,
  readServiceModel,
} from "../../support/service-model.ts";
import { createFakeEndpoint } from "../fake-endpoint.ts";
import { identity, today } from "../support.ts";
import { createWorld, operationCases } from "./operation-cases.ts";

const iot = readServiceModel("iot");
const iotData = readServiceModel("iot-data");
if (iot === undefined) process.stderr.write(`(skipped: ${noServiceModel})\n`);

const models = [iot, iotData].filter((model) => model !== undefined);

async function setup() {
  const registry = openRegistry(":memory:");
  let at = today.getTime();
  const advance = (ms: number) => {
    at += ms;
  };
  const deps = { registry, identity, now: () => new Date(at), ...createFakeEndpoint() };
  const controlPlane = await startControlPlane({ ...deps, port: 0 });
  onTestFinished(async () => {
    await controlPlane.close();
    registry.close();
  });
  const call = (operation: string, input?: Call["input"]) => {
    const model = modelOf(operation);
    return callOperation(controlPlane.url, { model, operation, ...(input && { input }) });
  };
  return { call, world: await createWorld(call, advance) };
}

function modelOf(operation: string) {
  const model = models.find(({ operations }) => Object.hasOwn(operations, operation));
  if (model === undefined) throw new Error(`No model has ${operation}`);
  return model;
}

function answerOf({ status, headers }: RawResponse): string {
  if (status === 200) return "200";
  return `${status} ${new Headers(headers as Headers).get("x-amzn-errortype")}`;
}

function isIn(names: readonly string[]) {
  return (name: string) => names.includes(name);
}

/** An older botocore lacks the newest operations. */
const known = operationCases.filter(({ operation }) =>
  models.some(({ operations }) => Object.hasOwn(operations, operation)),
);

describe.skipIf(iot === undefined)("the service model of AWS", () => {
  test.for(known)("has what $operation answers $name", async (each) => {
    const { call, world } = await setup();
    await each.before?.(call, world);
    const response = await call(each.operation, each.input?.(world));
    expect(checkResponse(modelOf(each.operation), each.operation, response)).toEqual([]);
    expect(answerOf(response), response.body).toBe(each.answer);
  });

  test("has no member of an input that is overlooked", () => {
    const overlooked = listOperations().flatMap(({ operation, members }) => {
      const model = models.find(({ operations }) => Object.hasOwn(operations, operation));
      const input = model?.shapes[model.operations[operation]?.input?.shape ?? ""];
      return Object.entries(input?.members ?? {})
        .filter(([name]) => name !== input?.payload)
        .filter(([name, { locationName = name }]) => ![name, locationName].some(isIn(members)))
        .map(([name]) => `${operation}.${name}`);
    });
    expect(overlooked).toEqual([]);
  });

  test("is asked of every operation that is supported, also of its refusals", () => {
    const supported = listOperations();
    const covered = (isHappy: boolean) =>
      new Set(
        operationCases
          .filter(({ answer }) => (answer === "200") === isHappy)
          .map(({ operation }) => operation),
      );
    const missing = (isHappy: boolean) =>
      supported.map(({ operation }) => operation).filter((each) => !covered(isHappy).has(each));
    expect(missing(true)).toEqual([]);
    // These have nothing to refuse.
    expect(missing(false)).toEqual(["GetRegistrationCode", "DescribeEventConfigurations"]);
  });
});
