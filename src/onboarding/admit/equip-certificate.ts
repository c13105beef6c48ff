import type { Admission } from "../../rules/decision/decide.ts";
import type { Finding } from "../../rules/decision/reason-codes.ts";
import type { Equipment } from "../certificate-state.ts";
import type { IotControl } from "../iot-control.ts";

export interface Bearer {
  readonly certificateId: string;
  readonly certificateArn: string;
  readonly signal: AbortSignal;
}

/** Makes thing, principal, policy and groups; says what is missing or in the way. */
export async function equipCertificate(
  iot: IotControl,
  bearer: Bearer,
  admission: Admission,
): Promise<Finding | undefined> {
  const { certificateArn, signal } = bearer;
  const { thingName, groups, policyName, policyByGroup } = admission;
  const inTheWay = await makeThing(iot, bearer, admission);
  if (inTheWay) return inTheWay;
  const [policy, , ...joined] = await Promise.all([
    policyByGroup ? "done" : iot.attachPolicy(policyName, certificateArn, signal),
    iot.attachThingPrincipal(thingName, certificateArn, signal),
    ...groups.map((group) => iot.addThingToThingGroup(thingName, group, signal)),
  ]);
  if (policy === "full") {
    return { code: "IOT_LIMIT_REACHED", detail: `Policy "${policyName}" cannot be attached.` };
  }
  if (policy !== "done") {
    return { code: "PROFILE_NOT_APPLIED", detail: `Policy "${policyName}" is not there.` };
  }
  const absent = groups.filter((_, index) => joined[index] !== "done");
  if (absent.length === 0) return undefined;
  return { code: "PROFILE_NOT_APPLIED", detail: `Thing group ${absent.join(", ")} is not there.` };
}

/** A thing of the name that is another's is not adopted; our own is brought up to date. */
async function makeThing(
  iot: IotControl,
  { certificateId, signal }: Bearer,
  { thingName, thingType, attributes }: Admission,
): Promise<Finding | undefined> {
  const thing = { thingName, attributes, ...(thingType !== undefined && { thingType }) };
  let created = await iot.createThing(thing, signal);
  if (created === "conflict") {
    const found = await iot.describeThing(thingName, signal);
    if (found && found["certificateId"] !== certificateId) {
      return {
        code: "THING_NAME_TAKEN",
        detail: `A thing "${thingName}" of another origin exists.`,
      };
    }
    created = found ? await iot.updateThing(thing, signal) : await iot.createThing(thing, signal);
  }
  if (created === "done") return undefined;
  return { code: "PROFILE_NOT_APPLIED", detail: `Thing type "${thingType ?? ""}" is not there.` };
}

/** Takes away what earlier claims gave and this one does not, so that old rights do not linger. */
export async function takeAwayFormer(
  iot: IotControl,
  { certificateArn, signal }: Bearer,
  former: readonly Equipment[],
  now: Equipment,
): Promise<void> {
  for (const { thingName, policyName, groups = [] } of former) {
    if (thingName !== undefined && thingName !== now.thingName) {
      await iot.detachThingPrincipal(thingName, certificateArn, signal);
    }
    if (policyName !== undefined && policyName !== now.policyName) {
      await iot.detachPolicy(policyName, certificateArn, signal);
    }
    if (thingName === undefined || thingName !== now.thingName) continue;
    for (const group of groups.filter((each) => !now.groups?.includes(each))) {
      await iot.removeThingFromThingGroup(thingName, group, signal);
    }
  }
}
