import type { PolicyTarget } from "../registry/policy-target-table.ts";
import { AwsError } from "./aws-error.ts";
import type { OperationContext } from "./operation-context.ts";

/** https://docs.aws.amazon.com/general/latest/gr/iot-core.html#security-limits */
const maximumPolicies = { certificate: 10, thingGroup: 2 };

export interface PolicyAttachments {
  /** Refuses a certificate or thing group that does not exist. */
  findTarget(targetArn: string): PolicyTarget;
  attach(policyName: string, target: PolicyTarget): void;
}

/** Builds what the operations of today and the deprecated ones have in common. */
export function createPolicyAttachments({
  tables: { policyTargets },
  existing,
  arns,
}: OperationContext): PolicyAttachments {
  return {
    findTarget: (targetArn) => {
      const target = arns.parseTarget(targetArn);
      const name = target.slice(target.indexOf("/") + 1);
      if (target.startsWith("cert/")) existing.certificate(name);
      else existing.thingGroup(name);
      return target;
    },
    attach: (policyName, target) => {
      existing.policy(policyName);
      const attached = policyTargets.policiesOf(target);
      // That a repeated attachment changes nothing is believed of AWS, not yet seen.
      if (attached.includes(policyName)) return;
      const limit = target.startsWith("cert/")
        ? maximumPolicies.certificate
        : maximumPolicies.thingGroup;
      if (attached.length >= limit) {
        throw new AwsError("LimitExceededException", `The target has ${limit} policies already`);
      }
      policyTargets.attach(policyName, target);
    },
  };
}
