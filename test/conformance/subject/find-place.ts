import type { IoT } from "@aws-sdk/client-iot";
import type { Target } from "../targets/target.ts";
import type { Journal } from "./journal.ts";

/** What the ARNs of a server have. */
interface Place {
  readonly partition: string;
  readonly region: string;
  readonly accountId: string;
}

/**
 * Asks a server whose ARNs it answers, by a thing that is taken away at once.
 *
 * @throws when it does not answer so, or is not in the region that it was said to be in.
 */
export async function findPlace(
  { region, isRegionAssumed = false, iotEndpoint = "the control plane" }: Target,
  {
    iot,
    prefix,
    journal,
  }: { readonly iot: IoT; readonly prefix: string; readonly journal: Journal },
): Promise<Place> {
  const thingName = `${prefix}-place`;
  const { thingArn = "" } = await iot.createThing({ thingName }).catch((error: unknown) => {
    throw new Error(`${iotEndpoint} refused CreateThing: ${describe(error)}`, { cause: error });
  });
  await iot.deleteThing({ thingName });
  const [, partition = "", , found = "", accountId = ""] = thingArn.split(":");
  const isPlace = /^arn:aws[\w-]*:iot:[\w-]+:\d{12}:thing\//.test(thingArn);
  if (isPlace && (isRegionAssumed || found === region)) {
    return { partition, region: found, accountId };
  }
  journal.forget();
  throw new Error(
    isPlace
      ? `The ARNs of ${iotEndpoint} are of ${found}, not of ${region}: leave --region out, or give ${found}.`
      : `${iotEndpoint} answered a thing with the ARN "${thingArn}", in which there is no region and account.`,
  );
}

/** Of several addresses that were tried the error has no message of its own. */
function describe(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(describe).join("; ");
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
