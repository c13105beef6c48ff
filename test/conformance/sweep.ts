import type { IoT } from "@aws-sdk/client-iot";
import type { CallDataPlane } from "./subject/create-data-plane.ts";
import type { Journal, Resource, ResourceKind } from "./subject/journal.ts";

interface SweepDeps {
  readonly iot: IoT;
  readonly data: CallDataPlane;
  readonly arn: (resource: string) => string;
}

/** Later kinds are named by earlier ones. */
const order: readonly ResourceKind[] = [
  "retained",
  "rule",
  "cert",
  "policy",
  "thing",
  "billinggroup",
  "thinggroup",
  "thingtype",
  "cacert",
];

/**
 * Takes away what a journal names, and nothing else. What is gone already is no failure.
 *
 * @returns what could not be taken away, with the reason.
 */
export async function sweep(journal: Journal, deps: SweepDeps): Promise<readonly string[]> {
  const left: string[] = [];
  const made = journal.read();
  for (const kind of order) {
    // Groups last made first: those within others go before them.
    for (const resource of made.filter((each) => each.kind === kind).toReversed()) {
      const reason = await remove(resource, deps).then(
        () => undefined,
        (error: Error) => error,
      );
      if (reason === undefined || reason.name === "ResourceNotFoundException") continue;
      left.push(`${kind} ${resource.name}: ${reason.name} ${reason.message}`);
    }
  }
  if (left.length === 0) journal.forget();
  return left;
}

async function remove({ kind, name }: Resource, { iot, data, arn }: SweepDeps): Promise<unknown> {
  switch (kind) {
    case "retained":
      return data("Publish", { topic: name, retain: "true" });
    case "rule":
      return removeRule(iot, name);
    case "cert":
      return removeCertificate(iot, name, arn(`cert/${name}`));
    case "policy":
      return removePolicy(iot, name);
    case "thing":
      return iot.deleteThing({ thingName: name });
    case "billinggroup":
      return iot.deleteBillingGroup({ billingGroupName: name });
    case "thinggroup":
      return iot.deleteThingGroup({ thingGroupName: name });
    case "thingtype":
      // AWS lets go of a thing type five minutes after its deprecation: a later sweep gets it.
      await iot.deprecateThingType({ thingTypeName: name });
      return iot.deleteThingType({ thingTypeName: name });
    case "cacert":
      await iot.updateCACertificate({ certificateId: name, newStatus: "INACTIVE" });
      return iot.deleteCACertificate({ certificateId: name });
  }
}

async function removeCertificate(iot: IoT, certificateId: string, principal: string) {
  // First, so that one which was never registered is found out; REVOKED stays REVOKED.
  await iot.updateCertificate({ certificateId, newStatus: "REVOKED" });
  const { things = [] } = await iot.listPrincipalThings({ principal });
  for (const thingName of things) await iot.detachThingPrincipal({ thingName, principal });
  await iot.deleteCertificate({ certificateId, forceDelete: true });
}

/** AWS refuses to delete a rule that is not there as if it were another's; the list tells. */
async function removeRule(iot: IoT, ruleName: string) {
  let nextToken: string | undefined;
  do {
    const page = await iot.listTopicRules({ nextToken });
    if (page.rules?.some((rule) => rule.ruleName === ruleName)) {
      return iot.deleteTopicRule({ ruleName });
    }
    ({ nextToken } = page);
  } while (nextToken !== undefined);
  return undefined;
}

async function removePolicy(iot: IoT, policyName: string) {
  const { targets = [] } = await iot.listTargetsForPolicy({ policyName });
  for (const target of targets) await iot.detachPolicy({ policyName, target });
  const { policyVersions = [] } = await iot.listPolicyVersions({ policyName });
  for (const { versionId, isDefaultVersion } of policyVersions) {
    if (!isDefaultVersion && versionId)
      await iot.deletePolicyVersion({ policyName, policyVersionId: versionId });
  }
  await iot.deletePolicy({ policyName });
}
