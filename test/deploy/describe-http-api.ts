import { describe, expect, test } from "vitest";
import type { ApiRoute } from "../../src/api/route.ts";
import { routeRoles } from "../../src/api/route-roles.ts";
import { createRoutes } from "../../src/api/routes.ts";
import type { ApiServices } from "../../src/api/use-cases.ts";
import type { Packaged } from "./read-artifact.ts";
import { readOther } from "./read-packaged.ts";
import { readTemplate } from "./read-template.ts";

/** API Gateway's part of the HTTP API. */
export function describeHttpApi({ resources, mappings, outputs, zips }: Packaged): void {
  const { ofType, property } = readTemplate(resources);

  describe("the HTTP API", () => {
    const routes = Object.fromEntries(
      Object.values(ofType("AWS::ApiGatewayV2::Route")).map(({ Properties }) => [
        Properties["RouteKey"],
        Properties["AuthorizationType"],
      ]),
    );

    test("asks for a token wherever the API's own document does", () => {
      expect(routes).toEqual({
        "ANY /v1/{proxy+}": { "Fn::If": ["UsesOidc", "JWT", "CUSTOM"] },
        "GET /v1/health": "NONE",
        "GET /v1/openapi.json": "NONE",
      });
      const isPublic = ({ id }: ApiRoute) => routeRoles[id] === "public";
      const publicOperations = createRoutes({} as ApiServices)
        .filter(isPublic)
        .map(({ method, path }) => `${method} ${path}`);
      const open = Object.keys(routes).filter((route) => routes[route] === "NONE");
      expect(publicOperations.toSorted()).toEqual(open.toSorted());
    });

    test("asks the authorizer anew at each request", () => {
      expect(resources["TokenAuthorizer"]).toMatchObject({
        Condition: "UsesTokens",
        Properties: {
          AuthorizerType: "REQUEST",
          AuthorizerPayloadFormatVersion: "2.0",
          AuthorizerResultTtlInSeconds: 0,
          EnableSimpleResponses: true,
          IdentitySource: ["$request.header.Authorization"],
        },
      });
      expect(mappings).toMatchObject({ Oidc: { Provider: { Issuer: "none", Audience: "none" } } });
    });

    test("logs and throttles, and logs neither headers nor queries", () => {
      expect(property("ApiStage", "DefaultRouteSettings")).toEqual({
        ThrottlingBurstLimit: 100,
        ThrottlingRateLimit: 50,
      });
      const { Format } = property("ApiStage", "AccessLogSettings") as { readonly Format: string };
      const logged = Object.values(JSON.parse(Format) as Record<string, string>);
      expect(logged).toContain("$context.requestId");
      for (const variable of logged) {
        expect(variable).toMatch(/^\$context\./);
        expect(variable).not.toMatch(/header|query|body/i);
      }
    });

    test("says where it is", () => {
      expect(outputs).toContain("ApiUrl");
      expect(outputs).toContain("BucketName");
    });

    test("takes the tokens of an OIDC provider instead, where one is given, by the same functions", async () => {
      const packaged = await readOther();
      expect(packaged.mappings).toMatchObject({
        Oidc: { Provider: { Issuer: "https://login.example.com", Audience: "muster" } },
      });
      // Byte for byte: nothing of the time or the machine goes in.
      expect(packaged.zips).toEqual(zips);
      expect(resources["OidcAuthorizer"]).toMatchObject({
        Condition: "UsesOidc",
        Properties: { AuthorizerType: "JWT", IdentitySource: ["$request.header.Authorization"] },
      });
    });
  });
}
