import * as z from "zod";
import { pageOf } from "../registry/page.ts";
import type { PolicyTarget } from "../registry/policy-target-table.ts";
import type { OperationContext } from "./operation-context.ts";
import { createPolicyAttachments } from "./policy-attachments.ts";
import { createRoute, type Route } from "./route.ts";
import { arn, flag, markerPage, markerPageFrom, policyName } from "./shapes.ts";

/** Operations that put policies on certificates and thing groups. */
export function createPolicyTargetRoutes(context: OperationContext): readonly Route[] {
  const { tables, existing, arns } = context;
  const { policyTargets, thingGroups } = tables;
  const attachments = createPolicyAttachments(context);

  /** A group has the policies of the groups above it too. */
  const inheritedTargets = (target: PolicyTarget): readonly PolicyTarget[] => {
    if (target.startsWith("cert/")) return [target];
    return thingGroups
      .withAncestors(target.slice("thinggroup/".length))
      .map((group): PolicyTarget => `thinggroup/${group.thingGroupName}`);
  };

  return [
    createRoute({
      operation: "AttachPolicy",
      method: "PUT",
      path: "/target-policies/{policyName}",
      input: z.object({ policyName, target: arn }),
      note: "To certificates and thing groups. Attaching again changes nothing.",
      handle: (input) => {
        attachments.attach(input.policyName, attachments.findTarget(input.target));
      },
    }),
    createRoute({
      operation: "DetachPolicy",
      method: "POST",
      path: "/target-policies/{policyName}",
      input: z.object({ policyName, target: arn }),
      // The service model knows no ResourceNotFoundException here: what is not there is detached.
      handle: (input) => {
        policyTargets.detach(input.policyName, arns.parseTarget(input.target));
      },
    }),
    createRoute({
      operation: "ListAttachedPolicies",
      method: "POST",
      path: "/attached-policies/{target}",
      from: { ...markerPageFrom, recursive: "query" },
      input: z.object({ target: arn, ...markerPage, recursive: flag.default(false) }),
      handle: ({ target: targetArn, pageSize, marker, recursive }) => {
        const target = attachments.findTarget(targetArn);
        const targets = recursive ? inheritedTargets(target) : [target];
        const names = [
          ...new Set(targets.flatMap((each) => policyTargets.policiesOf(each))),
        ].sort();
        const page = pageOf(names, { after: marker, limit: pageSize }, (name) => name);
        return {
          policies: page.rows.map((name) => ({
            policyName: name,
            policyArn: arns.of("policy", name),
          })),
          nextMarker: page.next,
        };
      },
    }),
    createRoute({
      operation: "ListTargetsForPolicy",
      method: "POST",
      path: "/policy-targets/{policyName}",
      from: markerPageFrom,
      input: z.object({ policyName, ...markerPage }),
      handle: ({ policyName: name, pageSize, marker }) => {
        existing.policy(name);
        const request = { after: marker, limit: pageSize };
        const page = pageOf(policyTargets.targetsOf(name), request, (target) => target);
        return {
          targets: page.rows.map((target) => arns.ofTarget(target)),
          nextMarker: page.next,
        };
      },
    }),
  ];
}
