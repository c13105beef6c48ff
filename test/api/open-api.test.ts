import { describe, expect, test } from "vitest";
import { problemStatuses } from "../../src/api/problems/problem-table.ts";
import { routeRoles } from "../../src/api/route-roles.ts";
import { createRoutes } from "../../src/api/routes.ts";
import { useApiWorld } from "./use-api-world.ts";

const world = useApiWorld();
const none = undefined as never;
const routes = createRoutes({ batches: none, as: none });

interface Operation {
  readonly operationId: string;
  readonly parameters?: readonly { readonly name: string; readonly in: string }[];
  readonly requestBody?: { readonly required: boolean };
  readonly responses: Readonly<Record<string, { readonly description: string }>>;
  readonly security?: readonly unknown[];
}

async function read() {
  const { body, status } = await world.api.call(undefined, { path: "/v1/openapi.json" });
  expect(status).toBe(200);
  return body as {
    readonly openapi: string;
    readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  };
}

describe("the description of the API", () => {
  test("is OpenAPI 3.1, and open to everybody", async () => {
    expect((await read()).openapi).toBe("3.1.0");
  });

  test("has every operation, and no other", async () => {
    const { paths } = await read();
    const described = Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(
        ([method, { operationId }]) => `${operationId} ${method} ${path}`,
      ),
    );
    const served = routes.map(({ id, method, path }) => `${id} ${method.toLowerCase()} ${path}`);
    expect(described.toSorted()).toEqual(served.toSorted());
  });

  test("refers to nothing that it does not have", async () => {
    const document = await read();
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)];
    expect(references.length).toBeGreaterThan(routes.length);
    for (const [, path = ""] of references) {
      const found = path
        .split("/")
        .reduce<unknown>(
          (at, name) => (at as Record<string, unknown> | undefined)?.[name],
          document,
        );
      expect(found, path).toBeTypeOf("object");
    }
  });

  test.for(routes.map(({ id, method, path }) => [id, method.toLowerCase(), path] as const))(
    "%s is whole",
    async ([id, method, path]) => {
      const operation = (await read()).paths[path]?.[method];
      const route = routes.find((each) => each.id === id);
      const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => name);
      const inPath = (operation?.parameters ?? []).filter((parameter) => parameter.in === "path");
      expect(inPath.map(({ name }) => name).toSorted()).toEqual(names.toSorted());
      expect(operation?.requestBody?.required).toBe(route?.body ? true : undefined);
      expect(operation?.security).toEqual(routeRoles[id] === "public" ? [] : undefined);
      const statuses = Object.keys(operation?.responses ?? {});
      for (const status of Object.keys(route?.answers ?? {})) expect(statuses).toContain(status);
      for (const code of route?.problems ?? []) {
        expect(operation?.responses[String(problemStatuses[code])]?.description).toContain(code);
      }
    },
  );

  test("documents no error that cannot be shown", () => {
    const shown = routes.flatMap(({ problems = [] }) => problems);
    expect(shown.filter((code) => problemStatuses[code] === "internal")).toEqual([]);
  });
});
