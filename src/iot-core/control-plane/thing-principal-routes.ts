import * as z from "zod";
import { pageOf } from "../registry/page.ts";
import type { ThingPrincipal } from "../registry/thing-principal-table.ts";
import { AwsError } from "./aws-error.ts";
import type { OperationContext } from "./operation-context.ts";
import { createRoute, type Route } from "./route.ts";
import { arn, thingName, tokenPage, tokenPageFrom } from "./shapes.ts";

const thingPrincipalType = z.enum(["EXCLUSIVE_THING", "NON_EXCLUSIVE_THING"]);
const fromPrincipal = { principal: "x-amzn-principal" } as const;
const fromType = { thingPrincipalType: "query" } as const;

/** Operations that attach certificates to things. */
export function createThingPrincipalRoutes({
  tables,
  existing,
  arns,
}: OperationContext): readonly Route[] {
  const { thingPrincipals } = tables;

  const findCertificateId = (principal: string) =>
    existing.certificate(arns.parsePrincipal(principal)).certificateId;

  const principalsOf = (name: string, type: string | undefined) => {
    existing.thing(name);
    return thingPrincipals.ofThing(name).filter(hasType(type));
  };

  const thingsOf = (principal: string, type: string | undefined) =>
    thingPrincipals.ofCertificate(findCertificateId(principal)).filter(hasType(type));

  return [
    createRoute({
      operation: "AttachThingPrincipal",
      method: "PUT",
      path: "/things/{thingName}/principals",
      from: { ...fromPrincipal, ...fromType },
      input: z.object({
        thingName,
        principal: arn,
        thingPrincipalType: thingPrincipalType.default("NON_EXCLUSIVE_THING"),
      }),
      note: "Certificates only. Attaching again changes nothing.",
      handle: (input) => {
        existing.thing(input.thingName);
        const certificateId = findCertificateId(input.principal);
        const attached = thingPrincipals.ofCertificate(certificateId);
        const isNew = checkAttachable(attached, input);
        if (isNew) {
          const { thingName: name, thingPrincipalType: type } = input;
          thingPrincipals.add({ thingName: name, certificateId, thingPrincipalType: type });
        }
        return {};
      },
    }),
    createRoute({
      operation: "DetachThingPrincipal",
      method: "DELETE",
      path: "/things/{thingName}/principals",
      from: fromPrincipal,
      input: z.object({ thingName, principal: arn }),
      note: "Done at once; on AWS within seconds.",
      handle: (input) => {
        existing.thing(input.thingName);
        thingPrincipals.remove(input.thingName, findCertificateId(input.principal));
        return {};
      },
    }),
    createRoute({
      operation: "ListThingPrincipals",
      method: "GET",
      path: "/things/{thingName}/principals",
      from: tokenPageFrom,
      input: z.object({ thingName, ...tokenPage }),
      handle: ({ thingName: name, maxResults, nextToken }) => {
        const request = { after: nextToken, limit: maxResults };
        const page = pageOf(principalsOf(name, undefined), request, certificateIdOf);
        return {
          principals: page.rows.map((row) => arns.of("cert", row.certificateId)),
          nextToken: page.next,
        };
      },
    }),
    createRoute({
      operation: "ListThingPrincipalsV2",
      method: "GET",
      path: "/things/{thingName}/principals-v2",
      from: { ...tokenPageFrom, ...fromType },
      input: z.object({
        thingName,
        ...tokenPage,
        thingPrincipalType: thingPrincipalType.optional(),
      }),
      handle: ({ thingName: name, maxResults, nextToken, thingPrincipalType: type }) => {
        const request = { after: nextToken, limit: maxResults };
        const page = pageOf(principalsOf(name, type), request, certificateIdOf);
        return {
          thingPrincipalObjects: page.rows.map((row) => ({
            principal: arns.of("cert", row.certificateId),
            thingPrincipalType: row.thingPrincipalType,
          })),
          nextToken: page.next,
        };
      },
    }),
    createRoute({
      operation: "ListPrincipalThings",
      method: "GET",
      path: "/principals/things",
      from: { ...tokenPageFrom, ...fromPrincipal },
      input: z.object({ principal: arn, ...tokenPage }),
      handle: ({ principal, maxResults, nextToken }) => {
        const request = { after: nextToken, limit: maxResults };
        const page = pageOf(thingsOf(principal, undefined), request, thingNameOf);
        return { things: page.rows.map(thingNameOf), nextToken: page.next };
      },
    }),
    createRoute({
      operation: "ListPrincipalThingsV2",
      method: "GET",
      path: "/principals/things-v2",
      from: { ...tokenPageFrom, ...fromPrincipal, ...fromType },
      input: z.object({
        principal: arn,
        ...tokenPage,
        thingPrincipalType: thingPrincipalType.optional(),
      }),
      handle: ({ principal, maxResults, nextToken, thingPrincipalType: type }) => {
        const request = { after: nextToken, limit: maxResults };
        const page = pageOf(thingsOf(principal, type), request, thingNameOf);
        return {
          principalThingObjects: page.rows.map((row) => ({
            thingName: row.thingName,
            thingPrincipalType: row.thingPrincipalType,
          })),
          nextToken: page.next,
        };
      },
    }),
  ];
}

/**
 * Tells whether an attachment is to be made, and refuses one that an exclusive one forbids.
 * https://docs.aws.amazon.com/iot/latest/developerguide/exclusive-thing.html
 */
function checkAttachable(
  attached: readonly ThingPrincipal[],
  wanted: Omit<ThingPrincipal, "certificateId">,
): boolean {
  const same = attached.find(({ thingName: name }) => name === wanted.thingName);
  if (same?.thingPrincipalType === wanted.thingPrincipalType) return false;
  const isExclusive = [wanted, ...attached].some(
    (principal) => principal.thingPrincipalType === "EXCLUSIVE_THING",
  );
  if (attached.length > 0 && isExclusive) {
    throw new AwsError(
      "InvalidRequestException",
      "The principal is attached already, and one of the two attachments would be an EXCLUSIVE_THING; detach it first",
    );
  }
  return true;
}

function hasType(type: string | undefined) {
  return (principal: ThingPrincipal) => type === undefined || principal.thingPrincipalType === type;
}

function certificateIdOf(principal: ThingPrincipal): string {
  return principal.certificateId;
}

function thingNameOf(principal: ThingPrincipal): string {
  return principal.thingName;
}
