import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { toStack } from "../deployment.ts";
import type { Device } from "../fleet.ts";
import type { Scenario } from "./scenario.ts";

/**
 * Takes away what a run made, also one that broke: stacks, what they keep, and everything of its CAs
 * and devices in AWS IoT. What is not there is passed over; anything else that cannot be taken away is
 * said.
 */
export async function cleanUp(scenario: Scenario, stages: readonly string[]): Promise<void> {
  const { factory, report } = scenario;
  const left: string[] = [];
  const tidy = createTidy(scenario, (line) => left.push(line));
  await report.check("all that the run made is taken away", async () => {
    // First, as they would act on what becomes of their devices.
    for (const stage of stages) await takeStage(scenario, stage, tidy);
    const devices = factory.devices.values();
    const take = async () => {
      for (const device of devices) await takeDevice(tidy, device);
    };
    await Promise.all(Array.from({ length: atOnce }, take));
    for (const { certificateId } of factory.cas) {
      const ca = ["--certificate-id", certificateId];
      await tidy("iot", "update-ca-certificate", ...ca, "--new-status", "INACTIVE");
      await tidy("iot", "delete-ca-certificate", ...ca);
    }
    for (const policy of factory.policies) {
      await tidy("iot", "delete-policy", "--policy-name", policy);
    }
    await tidy("iot", "delete-thing-group", "--thing-group-name", factory.run);
    assert.deepEqual(left, []);
  });
}

const atOnce = 3;

/** Calls `aws`; of what is not there it makes nothing. @returns the answer, if there is one */
type Tidy = <T>(...words: readonly string[]) => Promise<T | undefined>;

const gone = /NotFound|NoSuchBucket|NonExistentQueue|does not exist|not found/i;
/** What was detached a moment ago AWS may take for attached still. */
const patience = { emulator: 0, aws: 60_000 } as const;

function createTidy({ clients, target }: Scenario, onLeft: (line: string) => void): Tidy {
  return async <T>(...words: readonly string[]) => {
    const deadline = Date.now() + patience[target.name];
    for (;;) {
      try {
        return await clients.aws<T>(...words);
      } catch (error) {
        if (gone.test(String(error))) return undefined;
        if (Date.now() < deadline) {
          await sleep(5_000);
          continue;
        }
        onLeft(String(error));
        return undefined;
      }
    }
  };
}

interface Described {
  readonly certificateDescription: { readonly certificateArn: string; readonly status: string };
}

async function takeDevice(tidy: Tidy, { name, certificateId }: Device): Promise<void> {
  const certificate = ["--certificate-id", certificateId];
  const found = await tidy<Described>("iot", "describe-certificate", ...certificate);
  if (!found) return;
  const { certificateArn: arn, status } = found.certificateDescription;
  const { policies = [] } =
    (await tidy<{ readonly policies: readonly { readonly policyName: string }[] }>(
      "iot",
      "list-attached-policies",
      "--target",
      arn,
    )) ?? {};
  for (const { policyName } of policies) {
    await tidy("iot", "detach-policy", "--policy-name", policyName, "--target", arn);
  }
  const thing = ["--thing-name", name];
  await tidy("iot", "detach-thing-principal", ...thing, "--principal", arn);
  await tidy("iot", "delete-thing", ...thing);
  if (status === "ACTIVE") {
    await tidy("iot", "update-certificate", ...certificate, "--new-status", "INACTIVE");
  }
  await tidy("iot", "delete-certificate", ...certificate, "--force-delete");
}

async function takeStage(scenario: Scenario, stage: string, tidy: Tidy): Promise<void> {
  const { clients, deployer, target } = scenario;
  const stack = ["--stack-name", toStack(stage)];
  const stands = await clients.aws("cloudformation", "describe-stacks", ...stack).then(
    () => true,
    () => false,
  );
  if (stands) await deployer.remove(stage);
  for (const table of ["ledger", "audit"]) {
    const name = ["--table-name", `muster-${stage}-${table}`];
    const unprotected = ["--no-deletion-protection-enabled"];
    if (!(await tidy("dynamodb", "update-table", ...name, ...unprotected))) continue;
    await tidy("dynamodb", "wait", "table-exists", ...name);
    await tidy("dynamodb", "delete-table", ...name);
  }
  const { Account } = await clients.aws<{ readonly Account: string }>("sts", "get-caller-identity");
  const bucket = ["--bucket", `muster-${stage}-${Account}-${target.region}`];
  const { Contents = [] } =
    (await tidy<{ readonly Contents?: readonly { readonly Key: string }[] }>(
      "s3api",
      "list-objects-v2",
      ...bucket,
    )) ?? {};
  if (Contents.length > 0) {
    const objects = JSON.stringify({ Objects: Contents.map(({ Key }) => ({ Key })), Quiet: true });
    const file = clients.write("delete.json", objects);
    await tidy("s3api", "delete-objects", ...bucket, "--delete", `file://${file}`);
  }
  await tidy("s3api", "delete-bucket", ...bucket);
}
