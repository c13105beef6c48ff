import * as z from "zod";
import { pageOf } from "../registry/page.ts";
import type { PolicyTarget } from "../registry/policy-target-table.ts";
import { AwsError } from "./aws-error.ts";
import type { OperationContext } from "./operation-context.ts";
import { createRoute, type Route } from "./route.ts";
import { arn, encodeCursor, flag, markerPage, markerPageFrom, policyName } from "./shapes.ts";

/** https://docs.aws.amazon.com/general/latest/gr/iot-core.html */
const maximumPolicies = { certificate: 10, thingGroup: 2 };

/** Operations that put policies on certificates and thing groups. */
export function createPolicyTargetRoutes({
  tables,
  existing,
  arns,
}: OperationContext): readonly Route[] {
  const { policyTargets, thingGroups } = tables;

  const findTarget = (targetArn: string): PolicyTarget => {
    const target = arns.parseTarget(targetArn);
    const name = target.slice(target.indexOf("/") + 1);
    if (target.startsWith("cert/")) existing.certificate(name);
    else existing.thingGroup(name);
    return target;
  };

  const checkRoomFor = (target: PolicyTarget) => {
    const limit = target.startsWith("cert/")
      ? maximumPolicies.certificate
      : maximumPolicies.thingGroup;
    if (policyTargets.policiesOf(target).length < limit) return;
    throw new AwsError("LimitExceededException", `The target has ${limit} policies already`);
  };

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
      handle: (input) => {
        existing.policy(input.policyName);
        const target = findTarget(input.target);
        // That a repeated attachment changes nothing is believed of AWS, not yet seen.
        if (policyTargets.policiesOf(target).includes(input.policyName)) return;
        checkRoomFor(target);
        policyTargets.attach(input.policyName, target);
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
        const target = findTarget(targetArn);
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
          nextMarker: encodeCursor(page.next),
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
          nextMarker: encodeCursor(page.next),
        };
      },
    }),
  ];
}
