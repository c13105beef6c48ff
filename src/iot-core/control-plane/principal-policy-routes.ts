import * as z from "zod";
import { pageOf } from "../registry/page.ts";
import type { PolicyTarget } from "../registry/policy-target-table.ts";
import type { OperationContext } from "./operation-context.ts";
import { createPolicyAttachments } from "./policy-attachments.ts";
import { createRoute, type Route } from "./route.ts";
import { arn, markerPage, markerPageFrom, policyName, unsupported } from "./shapes.ts";

const fromPrincipal = { principal: "x-amzn-iot-principal" } as const;
const page = { ...markerPage, isAscendingOrder: unsupported("isAscendingOrder") };
const pageFrom = { ...markerPageFrom, isAscendingOrder: "query" } as const;
const note = "Deprecated by AWS, and in many walkthroughs.";

/** Operations that put policies on certificates, as AWS had them before there were thing groups. */
export function createPrincipalPolicyRoutes(context: OperationContext): readonly Route[] {
  const { tables, existing, arns } = context;
  const { policyTargets } = tables;
  const attachments = createPolicyAttachments(context);

  const findPrincipal = (principal: string): PolicyTarget =>
    `cert/${existing.certificate(arns.parsePrincipal(principal)).certificateId}`;

  return [
    createRoute({
      operation: "AttachPrincipalPolicy",
      method: "PUT",
      path: "/principal-policies/{policyName}",
      from: fromPrincipal,
      input: z.object({ policyName, principal: arn }),
      note,
      handle: (input) => {
        attachments.attach(input.policyName, findPrincipal(input.principal));
      },
    }),
    createRoute({
      operation: "DetachPrincipalPolicy",
      method: "DELETE",
      path: "/principal-policies/{policyName}",
      from: fromPrincipal,
      input: z.object({ policyName, principal: arn }),
      note,
      handle: (input) => {
        existing.policy(input.policyName);
        policyTargets.detach(input.policyName, findPrincipal(input.principal));
      },
    }),
    createRoute({
      operation: "ListPrincipalPolicies",
      method: "GET",
      path: "/principal-policies",
      from: { ...pageFrom, ...fromPrincipal },
      input: z.object({ principal: arn, ...page }),
      note,
      handle: ({ principal, pageSize, marker }) => {
        const names = policyTargets.policiesOf(findPrincipal(principal));
        const found = pageOf(names, { after: marker, limit: pageSize }, (name) => name);
        return {
          policies: found.rows.map((name) => ({
            policyName: name,
            policyArn: arns.of("policy", name),
          })),
          nextMarker: found.next,
        };
      },
    }),
    createRoute({
      operation: "ListPolicyPrincipals",
      method: "GET",
      path: "/policy-principals",
      from: { ...pageFrom, policyName: "x-amzn-iot-policy" },
      input: z.object({ policyName, ...page }),
      note,
      handle: ({ policyName: name, pageSize, marker }) => {
        existing.policy(name);
        const certificates = policyTargets
          .targetsOf(name)
          .filter((target) => target.startsWith("cert/"));
        const request = { after: marker, limit: pageSize };
        const found = pageOf(certificates, request, (target) => target);
        return {
          principals: found.rows.map((target) => arns.ofTarget(target)),
          nextMarker: found.next,
        };
      },
    }),
  ];
}
