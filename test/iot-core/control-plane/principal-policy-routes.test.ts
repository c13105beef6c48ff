import { expect, test } from "vitest";
import { arnOf, refusalOf, registerDevice, startStandIn } from "../support.ts";

const policyDocument = JSON.stringify({
  Version: "2012-10-17",
  Statement: { Effect: "Allow", Action: "*", Resource: "*" },
});

async function setup() {
  const { iot } = await startStandIn();
  const { arn: principal } = await registerDevice(iot);
  await iot.createPolicy({ policyName: "open", policyDocument });
  return { iot, principal };
}

test("policies are attached, listed and detached as of old", async () => {
  const { iot, principal } = await setup();
  await iot.attachPrincipalPolicy({ policyName: "open", principal });
  await iot.attachPrincipalPolicy({ policyName: "open", principal });
  expect((await iot.listPrincipalPolicies({ principal })).policies).toEqual([
    { policyName: "open", policyArn: arnOf("policy/open") },
  ]);
  expect((await iot.listAttachedPolicies({ target: principal })).policies).toHaveLength(1);
  await iot.createThingGroup({ thingGroupName: "house" });
  await iot.attachPolicy({ policyName: "open", target: arnOf("thinggroup/house") });
  expect((await iot.listPolicyPrincipals({ policyName: "open" })).principals).toEqual([principal]);
  await iot.detachPrincipalPolicy({ policyName: "open", principal });
  expect((await iot.listPrincipalPolicies({ principal })).policies).toEqual([]);
});

test("a certificate has ten policies at most, by either way", async () => {
  const { iot, principal } = await setup();
  for (let count = 1; count <= 11; count += 1) {
    await iot.createPolicy({ policyName: `policy-${count}`, policyDocument });
  }
  for (let count = 1; count <= 10; count += 1) {
    await iot.attachPolicy({ policyName: `policy-${count}`, target: principal });
  }
  expect(await refusalOf(iot.attachPrincipalPolicy({ policyName: "policy-11", principal }))).toBe(
    "410 LimitExceededException",
  );
});
